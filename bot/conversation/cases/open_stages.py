"""The open stages of a case: who has them, since when, until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.rendering.case_words import CaseWords
from workflows.domain.case import CaseStatus, Task, TaskStatus
from workflows.domain.deadlines import late_for
from workflows.domain.left_out import of_case


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStage:
    """An open stage: its `assignee` (None while it waits in the queue) and how long it is overdue (`late_for`)."""

    title: str
    department: str
    assignee: str | None
    since: datetime
    due_at: datetime | None
    late_for: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendedStage:
    """A stage that returned work: it goes on with its `assignee` when the stage `waits_for` has corrected it."""

    title: str
    department: str
    assignee: str
    since: datetime
    waits_for: str


def suspended_stages(named: CaseWords) -> tuple[SuspendedStage, ...]:
    """Return the stages of a case that wait until the work they returned is corrected."""
    case = named.case
    return tuple(
        SuspendedStage(
            title=named.stage(task.stage),
            department=named.department(task.department),
            assignee="" if task.assignee is None else named.person(task.assignee),
            since=task.claimed_at or task.offered_at,
            waits_for=named.stage_of(task.rework),
        )
        for task in case.tasks.values()
        if task.status is TaskStatus.SUSPENDED and task.rework is not None
    )


def switched_off(named: CaseWords) -> str:
    """Return the titles of the stages that an active case goes without because they were switched off."""
    if named.case.status is not CaseStatus.ACTIVE:
        return ""
    return ", ".join(stage.title.in_(named.language) for stage in of_case(named.case, named.definition))


def open_stage(named: CaseWords, task: Task, now: datetime) -> OpenStage:
    """Return the stage of an open task as of *now*."""
    return OpenStage(
        title=named.stage(task.stage),
        department=named.department(task.department),
        assignee=None if task.assignee is None else named.person(task.assignee),
        since=task.claimed_at or task.offered_at,
        due_at=task.due_at,
        late_for=late_for(task.due_at, now),
    )
