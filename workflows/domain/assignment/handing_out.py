"""Giving a task that nobody has to one of its candidates: in turn, by load, to the head; without any, to a head.

A task that was offered is never left to nobody: somebody may claim it, or a head has it and was told.
"""

from collections import Counter
from collections.abc import Sequence

from workflows.domain import events
from workflows.domain.case import Task, TaskStatus
from workflows.domain.decision import Course
from workflows.domain.ids import PersonId, TaskId
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.domain.timers import CancelTimers
from workflows.domain.who import Offer


def hand_out(course: Course, task_id: TaskId) -> None:
    """Give a ready task to whom the offer of its stage says; tell the candidates who cannot see its card."""
    task = course.task(task_id)
    if task.status is not TaskStatus.READY:
        return
    people = course.candidates.living(task)
    if not people:
        _leave_to_head(course, task)
        return
    offer = course.stage(task.stage).offer
    if offer is Offer.CLAIM:
        _tell_elsewhere(course, task)
    elif offer is Offer.HEAD:
        _give(course, task, course.candidates.leaders(task)[0], offer)
    else:
        _give(course, task, _chosen(course, task, people, offer), offer)


def _chosen(course: Course, task: Task, people: Sequence[PersonId], offer: Offer) -> PersonId:
    """Return whose turn it is, who has the fewest tasks, or the first; a department's head is given none by turn."""
    head = course.candidates.leaders(task)[:1]
    others = [each for each in people if task.candidates is not None or each not in head] or people
    given = [event for event in course.events if isinstance(event, events.TaskAssigned)]
    if offer is Offer.TURN:
        before = sum(1 for each in given if each.offer == offer and course.task(each.task_id).stage == task.stage)
        return others[(course.situation.turns.get(task.stage, 0) + before) % len(others)]
    if offer is Offer.LEAST_LOADED:
        loads = Counter(each.assignee for each in given)
        loads.update(course.situation.loads)
        return min(others, key=lambda person: loads[person])
    return people[0]


def _give(course: Course, task: Task, person: PersonId, offer: Offer) -> None:
    _assign(course, task, person, offer)
    kind = NoticeKind.TO_HAND_OUT if offer is Offer.HEAD else NoticeKind.GIVEN_TO_YOU
    if person != course.situation.actor or offer is Offer.HEAD:
        values = {"offer": offer.value}
        course.notices.append(PersonalNotice(kind=kind, person=person, task_id=task.id, values=values))


def _leave_to_head(course: Course, task: Task) -> None:
    """Give a task to the nearest head who is not barred, and tell that head that nobody is left.

    Where four eyes keep everybody of the organisation from it, it waits, and the head of the department is told.
    """
    leaders = course.candidates.leaders(task)
    if leaders:
        _assign(course, task, leaders[0], None)
    told = leaders or course.situation.organisation.heads(task.department)
    for head in told[:1]:
        if not leaders:
            course.happens(events.HeadTold(at=course.situation.now, by=None, task_id=task.id, head=head))
        course.notices.append(PersonalNotice(kind=NoticeKind.NOBODY_LEFT, person=head, task_id=task.id))


def _assign(course: Course, task: Task, person: PersonId, offer: Offer | None) -> None:
    course.happens(
        events.TaskAssigned(
            at=course.situation.now,
            by=None,
            task_id=task.id,
            assignee=person,
            offer=None if offer is None else offer.value,
        )
    )
    course.timers.append(CancelTimers(task_id=task.id, generation=task.generation))


def _tell_elsewhere(course: Course, task: Task) -> None:
    """Notify the candidates who do not work in the department, and so do not see its channel."""
    organisation = course.situation.organisation
    for person in task.candidates or ():
        member = organisation.people.get(person)
        if member is None or task.department in member.departments or person == course.situation.actor:
            continue
        if not organisation.is_head_over(person, task.department):
            notice = PersonalNotice(kind=NoticeKind.OFFERED_TO_YOU, person=person, task_id=task.id)
            course.notices.append(notice)
