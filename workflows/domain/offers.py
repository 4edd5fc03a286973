"""Offering the tasks of a visit, and withdrawing those that need not be done any more."""

from workflows.domain import events, visits
from workflows.domain.case import Case, Part, Task
from workflows.domain.deadlines import claim_by, due_date
from workflows.domain.decision import Course
from workflows.domain.definition import EachRow, Stage
from workflows.domain.handing_out import hand_out
from workflows.domain.ids import FieldName, StageId, TaskId, task_id
from workflows.domain.notices import NoticeKind, NoticeValues, PersonalNotice
from workflows.domain.timers import CancelTimers, arm, arm_due


def begin(
    course: Course,
    stage: Stage,
    came_from: tuple[TaskId, ...],
    *,
    rework_for: tuple[StageId, ...] = (),
    rework_reason: str | None = None,
) -> TaskId:
    """Begin a visit to a stage with all the tasks that it has at once; returns the id of the first."""
    case, visit = course.case, course.case.visits(stage.id) + 1
    if isinstance(stage.work, EachRow) and visits.rows_of(case.values, stage.work.rows):
        return offer_rows(course, stage, stage.work, visit, came_from)
    return offer(course, stage, came_from, visit=visit, rework_for=rework_for, rework_reason=rework_reason)


def offer_rows(course: Course, stage: Stage, work: EachRow, visit: int, came_from: tuple[TaskId, ...]) -> TaskId:
    """Offer a task for each row that has none yet, or only for the first when they come in turn."""
    parts = visits.parts_of(course.case, stage.id, visit)
    rows = visits.rows_of(course.case.values, work.rows)
    field = visits.rows_field(course.situation.definition, work.rows)
    missing = visits.rows_without_part(course.case, work, parts)
    offered = [
        offer(
            course,
            stage,
            came_from,
            visit=visit,
            part=Part(number=len(parts) + more, row=at, title=visits.title_of_row(field, rows[at])),
        )
        for more, at in enumerate(missing[:1] if work.in_turn else missing, start=1)
    ]
    return offered[0] if offered else parts[0].id


def offer(
    course: Course,
    stage: Stage,
    came_from: tuple[TaskId, ...],
    *,
    visit: int,
    corrects: Task | None = None,
    part: Part | None = None,
    rework_for: tuple[StageId, ...] = (),
    rework_reason: str | None = None,
    is_given: bool = False,
) -> TaskId:
    """Offer a task of a visit as its stage says and arm its reaction timers; returns the task's id.

    Rework belongs to the visit of the task that it *corrects*; who asked for it, and why, is for the history. With
    *is_given* the caller gives it to somebody.
    """
    case, now = course.case, course.situation.now
    new_id, offering = next_task(case), course.candidates.offering(stage, corrects)
    course.happens(
        events.TaskOffered(
            at=now,
            by=course.situation.actor,
            task_id=new_id,
            stage=stage.id,
            department=offering.department,
            visit=visit,
            came_from=came_from,
            due_at=due_date(now, stage.due_after),
            claim_by=claim_by(now, stage.reaction),
            rework_for=rework_for,
            rework_reason=rework_reason,
            part=part,
            candidates=offering.candidates,
            barred=offering.barred,
        )
    )
    course.timers.extend((*arm(course.task(new_id), stage.reaction), *arm_due(course.task(new_id))))
    if not is_given:
        hand_out(course, new_id)
    return new_id


def next_task(case: Case) -> TaskId:
    """Return the id of the task that is made next."""
    return task_id(case.id, len(case.tasks) + 1)


def ask_for_decision(
    course: Course, task_id: TaskId, because: events.Undecided, missing: tuple[FieldName, ...] = ()
) -> None:
    """Tell the head of a task's department that a stage which does its work by itself needs somebody's decision."""
    situation, task = course.situation, course.task(task_id)
    head = situation.organisation.heads(task.department)[0]
    course.happens(
        events.DecisionNeeded(at=situation.now, by=None, task_id=task.id, head=head, because=because, missing=missing)
    )
    values: NoticeValues = {"because": because.value, "missing": list(missing)}
    course.notices.append(PersonalNotice(kind=NoticeKind.DECISION_NEEDED, person=head, task_id=task.id, values=values))


def withdraw(course: Course, task: Task, because: events.Needless) -> None:
    """Withdraw an unfinished task and notify its assignee, unless the assignee is acting."""
    situation = course.situation
    withdrawn = events.TaskWithdrawn(at=situation.now, by=situation.actor, task_id=task.id, because=because)
    course.happens(withdrawn)
    course.timers.append(CancelTimers(task_id=task.id))
    if task.assignee is not None and task.assignee != situation.actor:
        values = {"because": because.value}
        course.notices.append(
            PersonalNotice(kind=NoticeKind.TASK_WITHDRAWN, person=task.assignee, task_id=task.id, values=values)
        )


def withdraw_unfinished_tasks(course: Course) -> None:
    """Withdraw every unfinished task and notify its assignee, unless the assignee is acting."""
    for task in tuple(course.case.unfinished_tasks()):
        withdraw(course, task, events.Needless.CASE_OVER)
