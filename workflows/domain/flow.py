"""How a case moves: completing a task, arriving at stages, joining branches, reaching ends, going back for rework."""

from collections.abc import Sequence

from workflows.domain import errors, events
from workflows.domain.case import Case, CaseStatus, Task, TaskStatus, Values
from workflows.domain.decision import Course
from workflows.domain.definition import Closing, Outcome, Stage, Target, WorkflowDefinition
from workflows.domain.ids import EndId, StageId, TaskId, task_id
from workflows.domain.notices import DepartmentNotice, LetterRequest, NoticeKind, NoticeValues, PersonalNotice
from workflows.domain.timers import CancelTimers, arm, arm_due, claim_by


def complete(course: Course, task: Task, outcome: Outcome, values: Values) -> None:
    """Complete a claimed task: write its values, fill its letters, go where the outcome leads."""
    targets = targets_of(course.case, task, outcome)
    situation = course.situation
    course.happens(
        events.TaskCompleted(
            at=situation.now,
            by=situation.actor,
            task_id=task.id,
            outcome=outcome.id,
            values=values,
            went_to=tuple(target.to for target in targets),
        )
    )
    course.timers.append(CancelTimers(task_id=task.id))
    _write_letters(course, task, outcome, targets)
    for target in targets:
        _go(course, task, target)
    _close_when_done(course)


def offer(
    course: Course,
    stage: Stage,
    came_from: tuple[TaskId, ...],
    rework_for: tuple[StageId, ...] = (),
    rework_reason: str | None = None,
) -> TaskId:
    """Begin a stage: offer its task to the department and arm its reaction timers; returns the task's id."""
    case, now = course.case, course.situation.now
    new_id = task_id(case.id, len(case.tasks) + 1)
    course.happens(
        events.TaskOffered(
            at=now,
            by=course.situation.actor,
            task_id=new_id,
            stage=stage.id,
            department=stage.department,
            visit=case.visits(stage.id) + 1,
            came_from=came_from,
            due_at=None if stage.due_after is None else now + stage.due_after,
            rework_for=rework_for,
            rework_reason=rework_reason,
            claim_by=claim_by(now, stage.reaction),
        )
    )
    course.timers.extend((*arm(course.task(new_id), stage.reaction), *arm_due(course.task(new_id))))
    return new_id


def return_for_rework(course: Course, task: Task, to: StageId, reason: str) -> None:
    """Return the work to a stage that handed it over; whoever did that stage last gets its new task at once.

    The completed rework goes straight to the stage that returned it: the other stages already have their handovers.
    """
    case, situation = course.case, course.situation
    if to not in returnable(case, task):
        raise errors.CannotReturn(to=to)
    earlier = case.latest(to)
    if earlier is None:
        raise errors.CannotReturn(to=to)
    now, actor = situation.now, situation.person
    course.happens(events.TaskReturned(at=now, by=actor, task_id=task.id, to=to, reason=reason))
    course.timers.append(CancelTimers(task_id=task.id))
    if earlier.is_open:
        joined = events.HandoverJoined(
            at=now, by=actor, task_id=earlier.id, came_from=task.id, rework_for=task.stage, rework_reason=reason
        )
        course.happens(joined)
        again, worker = earlier.id, earlier.assignee
    else:
        again = offer(course, course.stage(to), earlier.came_from, (task.stage,), reason)
        worker = earlier.assignee
        if worker is not None and not situation.organisation.is_candidate(worker, earlier.department):
            worker = None
        if worker is not None:
            course.happens(events.TaskReassigned(at=now, by=actor, task_id=again, assignee=worker, taken_from=None))
            course.timers.append(CancelTimers(task_id=again, generation=course.task(again).generation))
    if worker is not None and worker != actor:
        values = {"reason": reason, "person": actor}
        course.notices.append(
            PersonalNotice(kind=NoticeKind.RETURNED_TO_YOU, person=worker, task_id=again, values=values)
        )


def returnable(case: Case, task: Task) -> tuple[StageId, ...]:
    """Return the stages that the work can be returned to: those that handed it over, each once."""
    stages = (case.tasks[came].stage for came in task.came_from)
    return tuple(dict.fromkeys(stage for stage in stages if stage != task.stage))


def begun_with(case: Case, giver: Task, stage: StageId) -> Task | None:
    """Return the task of a stage that began with the handover of *giver*, or None while it has not begun."""
    return next((task for task in case.tasks.values() if task.stage == stage and giver.id in task.came_from), None)


def missing_at(case: Case, definition: WorkflowDefinition, stage: StageId) -> tuple[StageId, ...]:
    """Return the stages that still have to hand over before a stage that joins them begins."""
    return tuple(name for name in definition.stages[stage].joins if not _hands_over(case, definition, name, stage))


def withdraw_open_tasks(course: Course) -> None:
    """Withdraw every open task and notify its assignee, unless the assignee is acting."""
    for task in tuple(course.case.open_tasks()):
        course.happens(events.TaskWithdrawn(at=course.situation.now, by=course.situation.actor, task_id=task.id))
        course.timers.append(CancelTimers(task_id=task.id))
        if task.assignee is not None and task.assignee != course.situation.actor:
            course.notices.append(PersonalNotice(kind=NoticeKind.TASK_WITHDRAWN, person=task.assignee, task_id=task.id))


def targets_of(case: Case, task: Task, outcome: Outcome) -> tuple[Target, ...]:
    """Return where the outcome leads; after rework, without the stages that already have its handover.

    The stages that returned the work always get it. An outcome that does not lead back to one of them is a new
    decision and leads to all its targets.
    """
    if not any(target.to in task.rework_for for target in outcome.targets):
        return outcome.targets
    served = _served(case, task)
    return tuple(target for target in outcome.targets if target.to in task.rework_for or target.to not in served)


def _served(case: Case, task: Task) -> frozenset[StageId]:
    """Return the stages that received a handover from this task or from a visit that it reworks.

    A stage whose join still waits has received nothing yet; one that returned its task no longer has it.
    """
    mended: set[TaskId] = set()
    for visit in reversed([t for t in case.tasks.values() if t.stage == task.stage]):
        mended.add(visit.id)
        if not visit.rework_for:
            break
    return frozenset(
        t.stage
        for t in case.tasks.values()
        if t.status is not TaskStatus.WITHDRAWN and mended.intersection(t.came_from)
    )


def _write_letters(course: Course, task: Task, outcome: Outcome, targets: Sequence[Target]) -> None:
    by = course.situation.person
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
    open_visit = next((t for t in course.case.open_tasks() if t.stage == stage.id), None)
    if open_visit is not None:
        joined = events.HandoverJoined(
            at=course.situation.now, by=course.situation.actor, task_id=open_visit.id, came_from=task.id
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
    arrivals = tuple(dict.fromkeys((*together, task.id)))
    returned = course.case.latest(stage.id)
    if returned is not None and returned.status is TaskStatus.WITHDRAWN and stage.id in task.rework_for:
        # It was doing rework itself when it returned the work further back: it still owes that rework.
        offer(course, stage, arrivals, returned.rework_for, returned.rework_reason)
    else:
        offer(course, stage, arrivals)


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
    if case.status is not CaseStatus.ACTIVE or any(case.open_tasks()):
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
    withdraw_open_tasks(course)
    _tell_opener(course, NoticeKind.CASE_COMPLETED, {"end": end})


def _tell_opener(course: Course, kind: NoticeKind, values: NoticeValues) -> None:
    opener = course.case.opened_by
    if opener != course.situation.actor:
        course.notices.append(PersonalNotice(kind=kind, person=opener, values=values))


def cancel(course: Course, reason: str) -> None:
    """Cancel the case: withdraw its open tasks and notify whoever opened it."""
    situation = course.situation
    course.happens(events.CaseCancelled(at=situation.now, by=situation.actor, reason=reason))
    withdraw_open_tasks(course)
    _tell_opener(course, NoticeKind.CASE_CANCELLED, {"reason": reason, "person": situation.person})
