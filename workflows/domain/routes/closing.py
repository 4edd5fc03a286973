"""Closing a case: with an end that was reached, or cancelled."""

from workflows.domain import events
from workflows.domain.assignment.offers import (
    withdraw_unfinished_tasks,
)
from workflows.domain.decision import Course
from workflows.domain.ids import EndId
from workflows.domain.notices import NoticeKind, NoticeValues, PersonalNotice


def close(course: Course, end: EndId) -> None:
    """Complete the case with an end, and withdraw what is unfinished."""
    situation = course.situation
    course.happens(events.CaseCompleted(at=situation.now, by=situation.actor, end=end))
    withdraw_unfinished_tasks(course)
    _notify_opener(course, NoticeKind.CASE_COMPLETED, {"end": end})


def _notify_opener(course: Course, kind: NoticeKind, values: NoticeValues) -> None:
    """Notify whoever opened the case, unless they did this themselves."""
    opener = course.case.opened_by
    if opener != course.situation.actor:
        course.notices.append(PersonalNotice(kind=kind, person=opener, values=values))


def cancel(course: Course, reason: str) -> None:
    """Cancel the case: withdraw its open tasks and notify whoever opened it."""
    situation = course.situation
    course.happens(events.CaseCancelled(at=situation.now, by=situation.actor, reason=reason))
    withdraw_unfinished_tasks(course)
    _notify_opener(course, NoticeKind.CASE_CANCELLED, {"reason": reason, "person": situation.person})
