"""What has happened to a case. Past tense; the history keeps them, `evolve` applies them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflows.domain.case import ClientRef
from workflows.domain.ids import (
    CaseId,
    DepartmentId,
    EndId,
    FieldName,
    FileId,
    ItemId,
    OutcomeId,
    PersonId,
    ProcessId,
    StageId,
    TaskId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened `at` a moment (aware UTC), done `by` a person, or by nobody when time did it."""

    at: datetime
    by: PersonId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    case_id: CaseId
    number: str
    process: ProcessId
    version: str
    client: ClientRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOffered(Event):
    """A stage begins: its task is ready for whoever of the department claims it first."""

    task_id: TaskId
    stage: StageId
    department: DepartmentId
    visit: int
    came_from: tuple[TaskId, ...]
    due_at: datetime | None
    rework_for: tuple[StageId, ...] = ()
    rework_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverJoined(Event):
    """One more handover, or one more return for rework, reached a task that was open already."""

    task_id: TaskId
    came_from: TaskId
    rework_for: StageId | None = None
    rework_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskClaimed(Event):
    """`overtook` is the number of the earlier case that was passed over, with the `reason` given for it."""

    task_id: TaskId
    assignee: PersonId
    waited: timedelta
    overtook: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReleased(Event):
    task_id: TaskId
    released_from: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReassigned(Event):
    task_id: TaskId
    assignee: PersonId
    taken_from: PersonId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTicked(Event):
    task_id: TaskId
    item: ItemId
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted(Event):
    """`values` are the facts that the form wrote to the case (None: taken back), `went_to` where the outcome led."""

    task_id: TaskId
    outcome: OutcomeId
    values: Mapping[FieldName, object]
    went_to: tuple[StageId | EndId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReturned(Event):
    """The assignee sent the work back; the task itself is withdrawn."""

    task_id: TaskId
    to: StageId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWithdrawn(Event):
    """The task is nobody's any more because the case ended."""

    task_id: TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAdded(Event):
    text: str
    files: tuple[FileId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentReminded(Event):
    task_id: TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadTold(Event):
    task_id: TaskId
    head: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCompleted(Event):
    end: EndId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCancelled(Event):
    reason: str
