"""Offering the tasks of a visit, and withdrawing those that need not be done any more."""

from collections.abc import Collection
from dataclasses import replace

from workflows.domain import events
from workflows.domain.assignment.asking_cases import ask_case
from workflows.domain.assignment.handing_out import hand_out
from workflows.domain.case import Case, Part, Task
from workflows.domain.deadlines import claim_by, due_date
from workflows.domain.decision import CancelSubCase, Course
from workflows.domain.definition import Approval, EachRow, Outcome, Stage
from workflows.domain.ids import DepartmentId, FieldName, PersonId, StageId, TaskId, task_id
from workflows.domain.notices import NoticeKind, NoticeValues, PersonalNotice
from workflows.domain.timers import CancelTimers, arm, arm_due
from workflows.domain.visits import visits


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
    if isinstance(stage.work, Approval):
        return _ask_approvers(
            course, stage, stage.work, came_from, visit=visit, rework_for=rework_for, rework_reason=rework_reason
        )
    return offer(course, stage, came_from, visit=visit, rework_for=rework_for, rework_reason=rework_reason)


def offer_rows(
    course: Course,
    stage: Stage,
    work: EachRow,
    visit: int,
    came_from: tuple[TaskId, ...],
    *,
    outcome: Outcome | None = None,
) -> TaskId:
    """Offer a task for each row that has none yet, or have a case do it; only for the first when they come in turn.

    With an *outcome*, the cases are not waited for.
    """
    parts = visits.parts_of(course.case, stage.id, visit)
    rows = visits.rows_of(course.case.values, work.rows)
    field = visits.rows_field(course.situation.definition, work.rows)
    missing = visits.rows_without_part(course.case, work, parts)
    offered = []
    for more, at in enumerate(missing[:1] if work.in_turn else missing, start=1):
        part = Part(number=len(parts) + more, row=at, title=visits.title_of_row(field, rows[at]))
        if work.case is None:
            offered.append(offer(course, stage, came_from, visit=visit, part=part))
        else:
            task = next_task(course.case)
            offered.append(ask_case(course, task, stage, work.case, came_from, visit=visit, part=part, outcome=outcome))
    return offered[0] if offered else parts[0].id


def offer(
    course: Course,
    stage: Stage,
    came_from: tuple[TaskId, ...],
    *,
    visit: int,
    corrects: Task | None = None,
    part: Part | None = None,
    to: PersonId | None = None,
    rework_for: tuple[StageId, ...] = (),
    rework_reason: str | None = None,
    is_given: bool = False,
) -> TaskId:
    """Offer a task of a visit and arm its reaction timers, or make one that is only for one person; returns its id.

    Rework belongs to the visit of the task that it *corrects*; who asked for it, and why, is for the history. With
    *is_given* the caller gives it to somebody.
    """
    case, now = course.case, course.situation.now
    new_id = next_task(case)
    known = visits.with_row(case.values, stage, part or (None if corrects is None else corrects.part))
    offering = course.candidates.knowing(known).offering(stage, corrects)
    reaction = stage.reaction if to is None else None
    if to is not None:
        offering = replace(offering, department=_department_of(course, stage, to), candidates=(to,))
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
            claim_by=claim_by(now, reaction),
            rework_for=rework_for,
            rework_reason=rework_reason,
            part=part,
            candidates=offering.candidates,
            barred=offering.barred,
        )
    )
    course.timers.extend((*arm(course.task(new_id), reaction), *arm_due(course.task(new_id))))
    if to is None and not is_given:
        hand_out(course, new_id)
    return new_id


def next_task(case: Case) -> TaskId:
    """Return the id of the task that is made next."""
    return task_id(case.id, len(case.tasks) + 1)


def ask_for_decision(
    course: Course, task_id: TaskId, because: events.Undecided, missing: tuple[FieldName, ...] = ()
) -> None:
    """Notify the head of a task's department that a stage which does its work by itself needs somebody's decision."""
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
    if task.sub_case is not None:
        course.sub_cases.append(CancelSubCase(case_id=task.sub_case.id, reason=course.case.number))
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


def _ask_approvers(
    course: Course,
    stage: Stage,
    work: Approval,
    came_from: tuple[TaskId, ...],
    *,
    visit: int,
    rework_for: tuple[StageId, ...],
    rework_reason: str | None,
) -> TaskId:
    """Ask the approvers of a stage, all of them or the first whose turn it is; returns the id of the first task.

    Where fewer are left than have to approve, the heads over the department are asked besides.
    """
    offering, people = course.candidates.offering(stage), list(course.candidates.listed(stage))
    for head in course.candidates.leaders_of(stage.department, {*offering.barred, *people}):
        if len(people) >= (work.need or 1):
            break
        people.append(head)
    vetoes = course.candidates.named(work.veto, visit)
    asked = [
        _ask(
            course,
            stage,
            person,
            Part(
                number=number,
                has_veto=person in vetoes,
                then=tuple(people[number:]) if work.in_turn else (),
            ),
            came_from,
            visit=visit,
            rework_for=rework_for,
            rework_reason=rework_reason,
        )
        for number, person in enumerate(people[:1] if work.in_turn else people, start=1)
    ]
    return asked[0]


def ask_next(course: Course, stage: Stage, work: Approval, latest: Task) -> None:
    """Ask the approver whose turn comes after the *latest*; who has left is stood in for by a head, if there is one."""
    if latest.part is None:
        return
    parts = visits.parts_of(course.case, stage.id, latest.visit)
    person, *then = latest.part.then
    if person not in course.situation.organisation.people:
        person = _stand_in(course, latest, [*visits.asked(parts), *then]) or person
    part = Part(
        number=len(parts) + 1, has_veto=person in course.candidates.named(work.veto, latest.visit), then=tuple(then)
    )
    _ask(course, stage, person, part, latest.came_from, visit=latest.visit)


def _ask(
    course: Course,
    stage: Stage,
    person: PersonId,
    part: Part,
    came_from: tuple[TaskId, ...],
    *,
    visit: int,
    rework_for: tuple[StageId, ...] = (),
    rework_reason: str | None = None,
) -> TaskId:
    """Give a person the task to approve or not; returns its id."""
    asked = offer(
        course,
        stage,
        came_from,
        visit=visit,
        part=part,
        to=person,
        rework_for=rework_for,
        rework_reason=rework_reason,
    )
    situation = course.situation
    course.happens(
        events.TaskAssigned(
            at=situation.now, by=situation.actor, task_id=asked, assignee=person, offer=visits.ASKED_TO_APPROVE
        )
    )
    if person != situation.actor:
        course.notices.append(PersonalNotice(kind=NoticeKind.YOUR_VERDICT, person=person, task_id=asked))
    return asked


def replace_leaver(course: Course, task: Task) -> bool:
    """Give an approver's task to a head when the approver has left; returns whether that was so.

    Where everybody who is left decides there already, the visit goes on without that verdict.
    """
    organisation, before = course.situation.organisation, visits.asked((task,))
    if not task.is_open or not before or before[0] in organisation.people:
        return False
    parts = visits.parts_of(course.case, task.stage, task.visit)
    last = parts[-1].part
    later = () if last is None else last.then
    person = _stand_in(course, task, [*visits.asked(parts), *later])
    if person is None:
        withdraw(course, task, events.Needless.NOBODY_DECIDES)
        return True
    course.happens(
        events.TaskReassigned(
            at=course.situation.now,
            by=course.situation.actor,
            task_id=task.id,
            assignee=person,
            taken_from=task.assignee,
        )
    )
    if person != course.situation.actor:
        notice = PersonalNotice(
            kind=NoticeKind.YOUR_VERDICT, person=person, task_id=task.id, values={"before": before[0]}
        )
        course.notices.append(notice)
    return True


def _stand_in(course: Course, task: Task, approvers: Collection[PersonId]) -> PersonId | None:
    """Return the nearest head who is not an approver of the visit already, or None."""
    out = {*course.candidates.barred(task), *approvers}
    return next(iter(course.candidates.leaders_of(task.department, out)), None)


def _department_of(course: Course, stage: Stage, person: PersonId) -> DepartmentId:
    """Return the department in whose channel an approver's card is: that of the stage, if it is theirs."""
    member = course.situation.organisation.people.get(person)
    own = () if member is None else member.departments
    return stage.department if stage.department in own or not own else own[0]
