"""How a case moves: completing a task, arriving at stages, joining branches, reaching ends, going back for rework."""

from collections.abc import Sequence

from workflows.domain import errors, events, rework, rounds
from workflows.domain.case import Case, CaseStatus, Correction, Task, TaskStatus, Values
from workflows.domain.deadlines import claim_by, due_date, postponed
from workflows.domain.decision import Course
from workflows.domain.definition import Closing, Outcome, Stage, Target, WorkflowDefinition
from workflows.domain.ids import EndId, StageId, TaskId, task_id
from workflows.domain.notices import DepartmentNotice, LetterRequest, NoticeKind, NoticeValues, PersonalNotice
from workflows.domain.timers import CancelTimers, arm, arm_due


def complete(course: Course, task: Task, outcome: Outcome, values: Values, remark: str | None = None) -> None:
    """Complete a claimed task: write its values, fill its letters, go where the outcome leads.

    Whatever is decided, everybody who returned work to this task gets it back, unless the case is over.
    """
    case, situation = course.case, course.situation
    targets = rework.targets_of(case, task, outcome)
    before = rework.corrected_visit(case, task)
    is_handed_back = outcome.id == rework.HAND_BACK and before is not None and before.outcome is not None
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
            outcome=before.outcome if is_handed_back and before is not None and before.outcome else outcome.id,
            values=values,
            went_to=tuple(target.to for target in targets),
            correction=correction if task.returns else None,
        )
    )
    course.timers.append(CancelTimers(task_id=task.id))
    _write_letters(course, task, outcome, targets)
    returned = rework.waiting_for(course.case, task)
    back_at = {each.stage for each in returned} if is_handed_back else set[StageId]()
    for target in targets:
        if target.to not in back_at:
            _go(course, task, target)
    if course.case.status is CaseStatus.ACTIVE:
        for each in returned:
            _resume(course, course.task(each.id), task)
    _close_when_done(course)


def offer(
    course: Course,
    stage: Stage,
    came_from: tuple[TaskId, ...],
    *,
    corrects: Task | None = None,
    rework_for: tuple[StageId, ...] = (),
    rework_reason: str | None = None,
) -> TaskId:
    """Begin a stage: offer its task to the department and arm its reaction timers; returns the task's id.

    Rework belongs to the visit of the task that it *corrects*; who asked for it, and why, is for the history.
    """
    case, now = course.case, course.situation.now
    new_id = _next_task(case)
    course.happens(
        events.TaskOffered(
            at=now,
            by=course.situation.actor,
            task_id=new_id,
            stage=stage.id,
            department=stage.department,
            visit=case.visits(stage.id) + 1 if corrects is None else corrects.visit,
            came_from=came_from,
            due_at=due_date(now, stage.due_after),
            claim_by=claim_by(now, stage.reaction),
            rework_for=rework_for,
            rework_reason=rework_reason,
        )
    )
    course.timers.extend((*arm(course.task(new_id), stage.reaction), *arm_due(course.task(new_id))))
    return new_id


def _next_task(case: Case) -> TaskId:
    return task_id(case.id, len(case.tasks) + 1)


def return_for_rework(course: Course, task: Task, to: StageId, reason: str) -> None:
    """Return the work to a stage that handed it over; whoever did that stage last gets its new task at once.

    The returning task is suspended, and goes on where it stopped when the rework is completed.
    """
    case, situation = course.case, course.situation
    earlier = case.latest(to)
    if to not in rework.returnable(case, task) or earlier is None:
        raise errors.CannotReturn(to=to)
    now, actor = situation.now, situation.person
    if earlier.is_unfinished:
        again = earlier.id
    else:
        again = offer(
            course,
            course.stage(to),
            earlier.came_from,
            corrects=earlier,
            rework_for=(task.stage,),
            rework_reason=reason,
        )
    returned = events.TaskReturned(at=now, by=actor, task_id=task.id, to=to, reason=reason, rework=again)
    course.happens(returned)
    course.timers.append(CancelTimers(task_id=task.id))
    worker = earlier.assignee
    if worker is not None and not earlier.is_unfinished:
        if situation.organisation.is_candidate(worker, earlier.department):
            course.happens(events.TaskReassigned(at=now, by=actor, task_id=again, assignee=worker, taken_from=None))
            course.timers.append(CancelTimers(task_id=again, generation=course.task(again).generation))
        else:
            worker = None
    if worker is not None and worker != actor:
        values = {"reason": reason, "person": actor}
        course.notices.append(
            PersonalNotice(kind=NoticeKind.RETURNED_TO_YOU, person=worker, task_id=again, values=values)
        )


def _resume(course: Course, task: Task, corrected: Task) -> None:
    """Give a suspended task back to whoever returned the work, or to the department when that person cannot take it."""
    situation, now = course.situation, course.situation.now
    suspended_for = now - (task.claimed_at or now)
    person, reaction = task.assignee, course.stage(task.stage).reaction
    is_candidate = person is not None and situation.organisation.is_candidate(person, task.department)
    course.happens(
        events.TaskResumed(
            at=now,
            by=situation.actor,
            task_id=task.id,
            rework=corrected.id,
            assignee=person if is_candidate else None,
            due_at=postponed(task.due_at, suspended_for),
            claim_by=None if is_candidate else claim_by(now, reaction),
        )
    )
    if not is_candidate:
        course.timers.extend(arm(course.task(task.id), reaction))
    course.timers.extend(arm_due(course.task(task.id)))
    kind = NoticeKind.CAME_BACK if is_candidate else NoticeKind.CAME_BACK_TO_NOBODY
    to = person if is_candidate and person is not None else situation.organisation.heads(task.department)[0]
    if to != situation.actor:
        values = {"person": situation.person, "rework": corrected.id, "before": person or ""}
        course.notices.append(PersonalNotice(kind=kind, person=to, task_id=task.id, values=values))


def begun_with(case: Case, giver: Task, stage: StageId) -> Task | None:
    """Return the task of a stage that began with the handover of *giver*, or None while it has not begun."""
    return next((task for task in case.tasks.values() if task.stage == stage and giver.id in task.came_from), None)


def missing_at(case: Case, definition: WorkflowDefinition, stage: StageId) -> tuple[StageId, ...]:
    """Return the stages that still have to hand over before a stage that joins them begins."""
    return tuple(name for name in definition.stages[stage].joins if not _hands_over(case, definition, name, stage))


def withdraw_unfinished_tasks(course: Course) -> None:
    """Withdraw every unfinished task and notify its assignee, unless the assignee is acting."""
    for task in tuple(course.case.unfinished_tasks()):
        course.happens(events.TaskWithdrawn(at=course.situation.now, by=course.situation.actor, task_id=task.id))
        course.timers.append(CancelTimers(task_id=task.id))
        if task.assignee is not None and task.assignee != course.situation.actor:
            course.notices.append(PersonalNotice(kind=NoticeKind.TASK_WITHDRAWN, person=task.assignee, task_id=task.id))


def _write_letters(course: Course, task: Task, outcome: Outcome, targets: Sequence[Target]) -> None:
    by = course.situation.person
    settled = rounds.earlier_remarks(course.case, task, course.situation.definition)
    for target in targets:
        stage = course.situation.definition.stages.get(StageId(target.to))
        if target.handover is not None:
            course.letters.append(
                LetterRequest(
                    template=target.handover,
                    case_id=course.case.id,
                    from_task=task.id,
                    by=by,
                    facts=course.case.values,
                    settled=settled,
                    stage=None if stage is None else stage.id,
                    department=task.department if stage is None else stage.department,
                )
            )
    for letter in outcome.letters:
        course.letters.append(
            LetterRequest(
                template=letter.template,
                case_id=course.case.id,
                from_task=task.id,
                by=by,
                facts=course.case.values,
                settled=settled,
                recipient=letter.to,
            )
        )


def _go(course: Course, task: Task, target: Target) -> None:
    if course.case.status is not CaseStatus.ACTIVE:
        return
    definition = course.situation.definition
    if target.to in definition.ends:
        if definition.ends[EndId(target.to)].closes is Closing.CASE_AT_ONCE:
            _close(course, EndId(target.to))
        return
    stage = course.stage(StageId(target.to))
    unfinished = next((t for t in course.case.unfinished_tasks() if t.stage == stage.id), None)
    if unfinished is not None:
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
        return
    missing = missing_at(course.case, definition, stage.id)
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
    together = (latest.id for name in stage.joins if (latest := course.case.latest(name)) is not None)
    offer(course, stage, tuple(dict.fromkeys((*together, task.id))))


def _hands_over(case: Case, definition: WorkflowDefinition, giver: StageId, receiver: StageId) -> bool:
    """Whether the latest visit of a stage decided to hand over to another one.

    The outcome counts, not `went_to`: after rework, `went_to` omits a stage that already has its handover.
    """
    latest = case.latest(giver)
    if latest is None or latest.status is not TaskStatus.COMPLETED or latest.outcome is None:
        return False
    outcome = definition.stages[giver].outcome(latest.outcome)
    return outcome is not None and any(target.to == receiver for target in outcome.targets)


def _waiting(course: Course) -> tuple[tuple[Stage, tuple[TaskId, ...]], ...]:
    """Return the joins that have not started, each with the handovers that wait there."""
    case, found = course.case, []
    latest = [task for name in course.situation.definition.stages if (task := case.latest(name)) is not None]
    for stage in course.situation.definition.stages.values():
        received = {came for task in case.tasks.values() if task.stage == stage.id for came in task.came_from}
        waiting = tuple(task.id for task in latest if stage.id in task.went_to and task.id not in received)
        if waiting:
            found.append((stage, waiting))
    return tuple(found)


def _close_when_done(course: Course) -> None:
    """Complete the case when nothing is open any more and an end was reached that closes it.

    A handover that waits for others at a join is not lost when nothing is left that could bring them: the stage starts
    with what there is. A case all of whose branches are over closes with the end reached last.
    """
    case = course.case
    if case.status is not CaseStatus.ACTIVE or any(case.unfinished_tasks()):
        return
    ends = course.situation.definition.ends
    reached = [EndId(to) for task in case.tasks.values() for to in task.went_to if to in ends]
    closing = [end for end in reached if ends[end].closes is Closing.CASE]
    if closing:
        _close(course, closing[-1])
    elif waiting := _waiting(course):
        for stage, arrivals in waiting:
            offer(course, stage, arrivals)
    elif reached:
        _close(course, reached[-1])


def _close(course: Course, end: EndId) -> None:
    situation = course.situation
    course.happens(events.CaseCompleted(at=situation.now, by=situation.actor, end=end))
    withdraw_unfinished_tasks(course)
    _tell_opener(course, NoticeKind.CASE_COMPLETED, {"end": end})


def _tell_opener(course: Course, kind: NoticeKind, values: NoticeValues) -> None:
    opener = course.case.opened_by
    if opener != course.situation.actor:
        course.notices.append(PersonalNotice(kind=kind, person=opener, values=values))


def cancel(course: Course, reason: str) -> None:
    """Cancel the case: withdraw its open tasks and notify whoever opened it."""
    situation = course.situation
    course.happens(events.CaseCancelled(at=situation.now, by=situation.actor, reason=reason))
    withdraw_unfinished_tasks(course)
    _tell_opener(course, NoticeKind.CASE_CANCELLED, {"reason": reason, "person": situation.person})
