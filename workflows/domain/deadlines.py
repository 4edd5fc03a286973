"""The deadlines of a task: when it should be claimed, when it is due, and how late it is."""

from datetime import datetime, timedelta

from workflows.domain.case import Task, TaskStatus
from workflows.domain.definition import Reaction


def claim_by(offered_at: datetime, reaction: Reaction | None) -> datetime | None:
    """Return when the reaction time of an offer ends; None where the stage has none."""
    return None if reaction is None else offered_at + reaction.remind_after


def due_date(begun_at: datetime, due_after: timedelta | None) -> datetime | None:
    """Return when a task is due whose stage takes *due_after*; None where the stage has no due date."""
    return None if due_after is None else begun_at + due_after


def postponed(due_at: datetime | None, suspended_for: timedelta) -> datetime | None:
    """Return the due date of a task that was suspended: the time that it waited does not count."""
    return None if due_at is None else due_at + suspended_for


def late_for(due_at: datetime | None, now: datetime) -> timedelta | None:
    """Return how long a due date has passed; None when it has not, or when there is none."""
    return now - due_at if due_at is not None and due_at <= now else None


def is_late(task: Task, now: datetime) -> bool:
    """Whether a task is open past its due date."""
    return task.is_open and late_for(task.due_at, now) is not None


def is_unclaimed_late(task: Task, now: datetime) -> bool:
    """Whether nobody has claimed a task by the end of its reaction time."""
    return task.status is TaskStatus.READY and task.claim_by is not None and now >= task.claim_by
