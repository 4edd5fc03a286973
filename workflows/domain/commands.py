"""What people and timers ask of a case. Imperative; each one passes `decide`."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.domain.filling import Filling
from workflows.domain.ids import (
    CaseId,
    DepartmentId,
    FieldName,
    FileId,
    ItemId,
    OutcomeId,
    PersonId,
    ProcessId,
    StageId,
    TaskId,
)
from workflows.domain.timers import TimerKind

RawValues = Mapping[FieldName, object]
"""What a person typed, by field: text, a list of texts, or a list of rows (mappings of column name to text)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Open a case by filling in the form of the start stage and choosing its outcome.

    With the mark of what was `previewed`, the person's draft over `values` is sent, if it still leads to just that. One
    that `holds` opens the case also while answers are missing: its first task waits for them.
    """

    process: ProcessId
    outcome: OutcomeId
    values: RawValues
    previewed: str | None = None
    holds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTask:
    """Take a ready task; `reason` says why an earlier client has to wait, when one does."""

    task_id: TaskId
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTask:
    """Give a claimed task back to the queue of its department."""

    task_id: TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignTask:
    """Assign an open task to a member of its department; only a head may."""

    task_id: TaskId
    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft:
    """Keep what the assignee has changed in a form so far, unchecked; `values` are all answers of the draft then."""

    task_id: TaskId
    filling: Filling
    values: RawValues = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldForm:
    """Send the draft of a form, whose answers are `values`, as soon as it is complete."""

    task_id: TaskId
    outcome: OutcomeId
    values: RawValues = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForField:
    """Ask a person, or a department, for the answer to one question of a form."""

    task_id: TaskId
    field: FieldName
    person: PersonId | None = None
    department: DepartmentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerField:
    """Answer a question of somebody else's form, which one was asked; `values` are all answers of its draft then."""

    task_id: TaskId
    field: FieldName
    answer: object
    values: RawValues = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TickItem:
    """Tick a check-list item, or take the tick back."""

    task_id: TaskId
    item: ItemId
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask:
    """Complete a task with an outcome; the whole form is in `values`.

    `ticks` are the items to be ticked (True) or unticked before. With the mark of what was `previewed`, the draft over
    `values` is sent, if it still leads to just that. With *claims*, a task that nobody has is claimed first, with the
    `reason` of ClaimTask; only an outcome `at_once` may.
    """

    task_id: TaskId
    outcome: OutcomeId
    values: RawValues
    ticks: Mapping[ItemId, bool] = field(default_factory=dict)
    previewed: str | None = None
    claims: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTask:
    """Return the work to a stage that handed it over, with the reason."""

    task_id: TaskId
    to: StageId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddComment:
    """Add a comment to the conversation of a case."""

    case_id: CaseId
    text: str
    files: tuple[FileId, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCase:
    """Cancel an active case, with the reason."""

    case_id: CaseId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchStage:
    """Switch an optional stage off for a case, or on again, while it has not begun."""

    case_id: CaseId
    stage: StageId
    off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkLetter:
    """Mark the letter to the client, the `number` of those that a task wrote, as sent, or take the mark back."""

    task_id: TaskId
    number: int
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTask:
    """The organisation has changed: whom the task is for is asked again."""

    task_id: TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class FireTimer:
    """A timer has come due; stale when the task has moved on since it was armed."""

    task_id: TaskId
    kind: TimerKind
    generation: int


TaskCommand = (
    ClaimTask
    | ReleaseTask
    | ReassignTask
    | SaveDraft
    | HoldForm
    | AskForField
    | AnswerField
    | TickItem
    | CompleteTask
    | ReturnTask
    | MarkLetter
    | FireTimer
    | ReviewTask
)
CaseCommand = AddComment | CancelCase | SwitchStage
Command = OpenCase | TaskCommand | CaseCommand
