"""How a case moves: completing a task, arriving at stages, joining branches, reaching ends, going back for rework."""

from collections.abc import Sequence

from workflows.domain import errors, events
from workflows.domain.assignment.offers import (
    ask_for_decision,
    ask_next,
    begin,
    offer,
    offer_rows,
    replace_leaver,
)
from workflows.domain.case import CaseStatus, Correction, Task, TaskStatus, Values, with_answers
from workflows.domain.decision import Course
from workflows.domain.definition import Approval, Closing, EachRow, Outcome, Rule, Stage, SubCase, Target
from workflows.domain.facts.conditions import recomputed
from workflows.domain.ids import EndId, StageId, TaskId
from workflows.domain.notices import DepartmentNotice, NoticeKind
from workflows.domain.routes import left_out, rules, sub_cases, ways
from workflows.domain.routes.closing import close
from workflows.domain.routes.handover_letters import write_letters
from workflows.domain.routes.moved_rows import do_without, move_rows
from workflows.domain.routes.returning import resume
from workflows.domain.timers import CancelTimers
from workflows.domain.visits import rework, visits


def complete(
    course: Course,
    task: Task,
    outcome: Outcome,
    values: Values,
    *,
    remark: str | None = None,
    comment: str | None = None,
) -> None:
    """Complete a claimed task: write its values, fill its letters, go where the outcome leads.

    Whatever is decided, everybody who returned work to this task gets it back, unless the case is over. A part of a
    visit leads nowhere by itself: the visit does when it is over. Rows that were changed change the visits about them.
    Raises NoWayOpen when the facts leave no target open.
    """
    if task.part is not None:
        _complete_part(course, task, outcome, values, remark=remark, comment=comment)
        return
    case, situation = course.case, course.situation
    known = with_answers(case.values, values)
    values = {**values, **recomputed(situation.definition, known, course.around(task.visit))}
    known = with_answers(case.values, values)
    targets = ways.open_targets(course, rework.targets_of(case, task, outcome), known, task.visit)
    if not targets and not rework.waiting_for(case, task):
        raise errors.NoWayOpen(stage=task.stage, outcome=outcome.id)
    taken = ways.within_limits(case, situation.definition, targets, task.id)
    targets = tuple(target for target, _ in taken)
    before = rework.corrected_visit(case, task)
    is_handed_back = outcome.id == rework.HAND_BACK and before is not None and before.led_on_with is not None
    correction = Correction(
        fields=rework.changed_fields(course.stage(task.stage), case.values, values),
        remark=remark,
        is_handed_back=is_handed_back,
    )
    course.happens(
        events.TaskCompleted(
            at=situation.now,
            by=situation.actor,
            task_id=task.id,
            outcome=before.led_on_with if is_handed_back and before and before.led_on_with else outcome.id,
            values=values,
            went_to=tuple(target.to for target in targets),
            correction=correction if task.returns else None,
        )
    )
    course.happens(*ways.ended_loops(course, taken))
    course.timers.append(CancelTimers(task_id=task.id))
    returned = rework.waiting_for(course.case, task)
    _follow_rows(course, case.values, values)
    write_letters(course, task, outcome, targets)
    _lead_on(course, task, targets, returned, is_handed_back=is_handed_back)
    _close_when_done(course)


def _lead_on(
    course: Course, task: Task, targets: Sequence[Target], returned: Sequence[Task], *, is_handed_back: bool
) -> None:
    """Go where a completed visit leads, and give those who returned work to it their tasks back."""
    back_at = {each.stage for each in returned} if is_handed_back else set[StageId]()
    for target in ways.in_order(course.situation.definition, targets):
        if target.to not in back_at or _has_other_work(course, StageId(target.to), returned):
            _go(course, task, target)
    if course.case.status is CaseStatus.ACTIVE:
        for each in returned:
            if course.task(each.id).status is TaskStatus.SUSPENDED:
                resume(course, course.task(each.id), task)


def _has_other_work(course: Course, stage: StageId, returned: Sequence[Task]) -> bool:
    """Whether those of a stage who returned work have been withdrawn meanwhile, and somebody else works there."""
    if any(each.stage == stage and course.task(each.id).is_unfinished for each in returned):
        return False
    return any(task.stage == stage for task in course.case.unfinished_tasks())


def _complete_part(
    course: Course, task: Task, outcome: Outcome, values: Values, *, remark: str | None, comment: str | None
) -> None:
    """Complete one of several tasks of a visit, and the visit when it is over by that."""
    stage, row = course.stage(task.stage), task.part.row if task.part is not None else None
    is_about_row = isinstance(stage.work, EachRow) and row is not None
    before, known = course.case.values, visits.facts_for(course.case, task, course.situation.definition)
    correction = Correction(fields=rework.changed_fields(stage, known, values), remark=remark, is_handed_back=False)
    course.happens(
        events.TaskCompleted(
            at=course.situation.now,
            by=course.situation.actor,
            task_id=task.id,
            outcome=outcome.id,
            values=values,
            went_to=(),
            correction=correction if task.returns else None,
            rows=stage.work.rows if isinstance(stage.work, EachRow) and is_about_row else None,
            row=row if is_about_row else None,
            comment=comment,
        )
    )
    course.timers.append(CancelTimers(task_id=task.id))
    if not is_about_row:
        _follow_rows(course, before, values)
    _go_on_with_visit(course, stage, task.visit)
    _close_when_done(course)


def _has_lost_a_verdict(course: Course, stage: Stage, visit: int) -> bool:
    """Have heads decide for approvers who have left; return whether there was one for whom nobody is left to."""
    asked = [part.id for part in visits.parts_of(course.case, stage.id, visit) if part.is_open]
    for task_id in asked:
        replace_leaver(course, course.task(task_id))
    return any(not course.task(task_id).is_unfinished for task_id in asked)


def _go_on_with_visit(course: Course, stage: Stage, visit: int) -> None:
    """Complete a visit that is over, with the part that was completed last; otherwise offer whose turn it is."""
    case, definition = course.case, course.situation.definition
    if case.status is not CaseStatus.ACTIVE:
        return
    parts = visits.parts_of(case, stage.id, visit)
    if not visits.is_over(case, stage, visit, definition, course.around(visit)):
        if not any(part.is_unfinished for part in parts):
            if isinstance(stage.work, EachRow):
                offer_rows(course, stage, stage.work, visit, parts[0].came_from)
            elif isinstance(stage.work, Approval):
                ask_next(course, stage, stage.work, parts[-1])
        if isinstance(stage.work, Approval) and _has_lost_a_verdict(course, stage, visit):
            _go_on_with_visit(course, stage, visit)
        return
    for part in parts:
        do_without(course, part, events.Needless.VISIT_OVER)
    outcome, latest = visits.outcome_of(case, stage, visit), visits.latest_done(parts)
    if outcome is None or latest is None:
        # Every row was taken out before anybody decided anything: somebody has to.
        again = offer(course, stage, parts[0].came_from, visit=visit)
        ask_for_decision(course, again, events.Undecided.NOBODY_DECIDED)
        return
    taken = ways.within_limits(
        course.case, definition, ways.open_targets(course, outcome.targets, course.case.values, visit)
    )
    targets = tuple(target for target, _ in taken)
    if not targets:
        # Somebody has to look at facts with which the decision leads nowhere.
        again = offer(course, stage, parts[0].came_from, visit=visit)
        ask_for_decision(course, again, events.Undecided.NO_WAY)
        return
    course.happens(
        events.VisitCompleted(
            at=course.situation.now,
            by=course.situation.actor,
            task_id=latest.id,
            stage=stage.id,
            visit=visit,
            outcome=outcome.id,
            went_to=tuple(target.to for target in targets),
            values=recomputed(definition, course.case.values, course.around(visit)),
        ),
        *ways.ended_loops(course, taken),
    )
    decided = course.task(latest.id)
    write_letters(course, decided, outcome, targets)
    returned = [waiting for part in parts for waiting in rework.waiting_for(course.case, part)]
    _lead_on(course, decided, targets, returned, is_handed_back=True)


def _follow_rows(course: Course, before: Values, answers: Values) -> None:
    """Change the visits about rows that were changed: rows that are gone need no task, new ones do, others move."""
    going_on = [
        (stage, stage.work, visit)
        for stage in course.situation.definition.stages.values()
        if isinstance(stage.work, EachRow) and stage.work.rows in answers
        for visit in [course.case.visits(stage.id)]
        if any(part.is_unfinished for part in visits.parts_of(course.case, stage.id, visit))
    ]
    for stage, work, visit in going_on:
        move_rows(course, stage, work, visit, visits.rows_of(before, work.rows))
    for stage, work, visit in going_on:
        parts = visits.parts_of(course.case, stage.id, visit)
        if course.case.status is CaseStatus.ACTIVE:
            if not work.in_turn:
                offer_rows(course, stage, work, visit, parts[0].came_from)
            _go_on_with_visit(course, stage, visit)


def _go(course: Course, task: Task, target: Target) -> None:
    if course.case.status is not CaseStatus.ACTIVE:
        return
    definition = course.situation.definition
    if target.to in definition.ends:
        if definition.ends[EndId(target.to)].closes is Closing.CASE_AT_ONCE:
            close(course, EndId(target.to))
        return
    stage = course.stage(StageId(target.to))
    waiting = [t for t in course.case.unfinished_tasks() if t.stage == stage.id]
    for unfinished in waiting:
        is_rework = rework.corrected_visit(course.case, unfinished) is not None
        joined = events.HandoverJoined(
            at=course.situation.now,
            by=course.situation.actor,
            task_id=unfinished.id,
            came_from=task.id,
            # A handover to rework is work anew: it leads to everybody again.
            visit=course.case.visits(stage.id) + 1 if is_rework else None,
        )
        course.happens(joined)
    if waiting:
        return
    if (begun := ways.began_without(course.case, stage, task)) is not None:
        late = events.HandoverJoined(
            at=course.situation.now, by=course.situation.actor, task_id=begun.id, came_from=task.id
        )
        course.happens(late)
        return
    missing = ways.missing_at(course.case, definition, stage.id)
    if missing:
        course.notices.append(
            DepartmentNotice(
                kind=NoticeKind.HANDOVER_WAITS,
                department=stage.department,
                task_id=task.id,
                values={"stage": stage.id, "missing": list(missing)},
            )
        )
        return
    _enter(course, stage, (*ways.arrivals_at(course.case, definition, stage), task.id))


def _enter(course: Course, stage: Stage, came_from: Sequence[TaskId]) -> None:
    """Begin a visit to a stage, or go on without it where it is left out."""
    givers = tuple(dict.fromkeys(came_from))
    if left_out.is_left_out(course, stage) and (taken := left_out.ways_past(course, stage)):
        _go_by(course, left_out.skipped(course, stage, givers, taken), left_out.outcome_of(stage), taken)
    elif isinstance(stage.work, Rule) and not left_out.needs_somebody(course):
        if (decided := rules.decided(course, stage)) is not None:
            _go_by(course, rules.applied(course, stage, givers, decided), decided.outcome, decided.taken)
        else:
            missing = rules.missing(course.case.values, stage.work)
            ask_for_decision(course, begin(course, stage, givers), events.Undecided.RULE, missing)
    elif isinstance(stage.work, SubCase) and not left_out.needs_somebody(course):
        _go_into(course, stage, stage.work, givers)
    elif isinstance(stage.work, EachRow) and stage.work.case is not None:
        _go_into_each(course, stage, stage.work, stage.work.case, givers)
    else:
        begin(course, stage, givers)


def _go_into(course: Course, stage: Stage, work: SubCase, givers: tuple[TaskId, ...]) -> None:
    """Have a stage done by a case of another process, and go on at once where it is not waited for."""
    if work.waits:
        sub_cases.ask(course, stage, work, givers)
        return
    gone = sub_cases.onward(course, stage)
    if gone is None:
        ask_for_decision(course, begin(course, stage, givers), events.Undecided.RULE)
        return
    outcome, taken = gone
    task = course.task(sub_cases.ask(course, stage, work, givers, gone))
    course.happens(*ways.ended_loops(course, taken))
    _go_all(course, task, outcome, tuple(target for target, _ in taken))


def _go_into_each(course: Course, stage: Stage, work: EachRow, sub_case: SubCase, givers: tuple[TaskId, ...]) -> None:
    """Have a case of another process do each row, and go on at once where they are not waited for.

    Without a row, or a way on, somebody has to look at it.
    """
    visit = course.case.visits(stage.id) + 1
    gone = None if sub_case.waits else sub_cases.onward(course, stage)
    if left_out.needs_somebody(course) or not visits.rows_of(course.case.values, work.rows):
        offer(course, stage, givers, visit=visit)
    elif sub_case.waits:
        begin(course, stage, givers)
    elif gone is None:
        ask_for_decision(course, offer(course, stage, givers, visit=visit), events.Undecided.RULE)
    else:
        offer_rows(course, stage, work, visit, givers, outcome=gone[0])
        _go_on_with_visit(course, stage, visit)


def part_done(course: Course, stage: Stage, visit: int) -> None:
    """Go on with a visit of which no person has completed a part, and close the case when nothing is left."""
    _go_on_with_visit(course, stage, visit)
    _close_when_done(course)


def lead_on(course: Course, task: Task, outcome: Outcome, targets: tuple[Target, ...]) -> None:
    """Go on after a task that no person has completed, and close the case when nothing is left."""
    _go_all(course, task, outcome, targets)
    _close_when_done(course)


def _go_all(course: Course, task: Task, outcome: Outcome, targets: tuple[Target, ...]) -> None:
    write_letters(course, task, outcome, targets)
    for target in ways.in_order(course.situation.definition, targets):
        _go(course, task, target)


def _go_by(
    course: Course, event: events.StageSkipped | events.RuleApplied, outcome: Outcome, taken: ways.Taken
) -> None:
    """Go on from a stage that nobody does."""
    course.happens(event, *ways.ended_loops(course, taken))
    _go_all(course, course.task(event.task_id), outcome, tuple(target for target, _ in taken))


def _close_when_done(course: Course) -> None:
    """Complete the case when nothing is open any more and an end was reached that closes it.

    A handover that waits for others at a join is not lost when nothing is left that could bring them: the stage starts
    with what there is. A case all of whose branches are over closes with the end reached last.
    """
    while course.case.status is CaseStatus.ACTIVE and (ready := ways.ready_joins(course)):
        _enter(course, *ready[0])
    case = course.case
    if case.status is not CaseStatus.ACTIVE or any(case.unfinished_tasks()):
        return
    ends = course.situation.definition.ends
    reached = [EndId(to) for task in case.tasks.values() for to in task.went_to if to in ends]
    closing = [end for end in reached if ends[end].closes is Closing.CASE]
    if closing:
        close(course, closing[-1])
    elif waiting := ways.waiting_joins(case, course.situation.definition):
        for stage, arrivals in waiting:
            # What nobody does may have ended the case meanwhile.
            if course.case.status is CaseStatus.ACTIVE:
                _enter(course, stage, arrivals)
        _close_when_done(course)
    elif reached:
        close(course, reached[-1])
