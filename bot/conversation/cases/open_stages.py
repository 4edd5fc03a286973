"""The open stages of a case: who has them, since when, until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.rendering.words.cases import CaseWords
from bot.rendering.words.visits import NOTHING, VisitWords, visit_words
from workflows.domain.case import CaseStatus, Task, TaskStatus
from workflows.domain.deadlines import late_for
from workflows.domain.ids import CaseId, StageId, case_of
from workflows.domain.routes.left_out import of_case


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStage:
    """An open stage: its `assignee` (None while it waits in the queue) and how long it is overdue (`late_for`).

    `visit` says how far a visit of several tasks is; it is shown once for all of them.
    """

    title: str
    department: str
    assignee: str | None
    since: datetime
    due_at: datetime | None
    late_for: timedelta | None
    visit: VisitWords = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendedStage:
    """A stage that returned work: it goes on with its `assignee` when the stage `waits_for` has corrected it."""

    title: str
    department: str
    assignee: str
    since: datetime
    waits_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCase:
    """A case that does a stage of another, or out of which one was opened (`stage` is None)."""

    id: CaseId
    number: str
    stage: str | None
    is_waited_for: bool


def linked_cases(named: CaseWords) -> tuple[LinkedCase, ...]:
    """Return the case out of which a case was opened, then those that do stages of it."""
    case, found = named.case, []
    if case.parent is not None:
        parent = case.parent
        found.append(LinkedCase(id=case_of(parent.task), number=parent.number, stage=None, is_waited_for=False))
    for task in case.tasks.values():
        if task.sub_case is not None:
            found.append(
                LinkedCase(
                    id=task.sub_case.id,
                    number=task.sub_case.number,
                    stage=named.stage_with_row(task),
                    is_waited_for=task.status is TaskStatus.SUSPENDED,
                )
            )
    return tuple(found)


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


def one_of_each_visit(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Return the tasks without those that belong to a visit of an earlier one; the one that is due first stays."""
    found: dict[tuple[StageId, int], Task] = {}
    for task in tasks:
        before = found.setdefault((task.stage, task.visit), task)
        if task.due_at is not None and (before.due_at is None or task.due_at < before.due_at):
            found[task.stage, task.visit] = task
    return tuple(found.values())


def open_stage(named: CaseWords, task: Task, now: datetime) -> OpenStage:
    """Return the stage of an open task as of *now*."""
    return OpenStage(
        title=named.stage(task.stage),
        department=named.department(task.department),
        assignee=None if task.assignee is None else named.person(task.assignee),
        since=task.claimed_at or task.offered_at,
        due_at=task.due_at,
        late_for=late_for(task.due_at, now),
        visit=visit_words(named, task),
    )
