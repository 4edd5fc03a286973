"""A case that a later one has passed at a stage where both waited."""

from workflows.domain import events
from workflows.domain.decision import Course
from workflows.domain.ids import TaskId
from workflows.domain.notices import NoticeKind, PersonalNotice


def pass_over(course: Course, task_id: TaskId, claimed: events.TaskClaimed, number: str) -> None:
    """Record at a waiting task that the case of this *number* was claimed first, and notify whoever opened the case."""
    reason = claimed.reason or ""
    course.happens(events.TaskOvertaken(at=claimed.at, by=claimed.by, task_id=task_id, number=number, reason=reason))
    opener = course.case.opened_by
    if opener != claimed.by:
        values = {"later": number, "person": claimed.assignee, "reason": reason}
        course.notices.append(PersonalNotice(kind=NoticeKind.OVERTAKEN, person=opener, task_id=task_id, values=values))
