"""What has happened to a case. Past tense; the history keeps them, `evolve` applies them.

The history outlives the program that wrote it. A `kind`, once released, is never renamed; a class may be. A field that
is added later needs a default, which is what older rows mean.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from workflows.domain.case import Asked, ClientRef, Correction, Held, Parent, Part
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
    TemplateName,
)


class Needless(StrEnum):
    """Why a task need not be done any more."""

    CASE_OVER = "case_over"
    VISIT_OVER = "visit_over"
    """The other tasks of its visit have decided it."""
    ROW_GONE = "row_gone"
    """The row that it was about was taken out."""
    NOBODY_DECIDES = "nobody_decides"
    """Its approver has left, and nobody who is not an approver already is left to decide instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened `at` a moment (aware UTC), done `by` a person, or by None when a timer caused it.

    `kind` is the stable name under which the history keeps it.
    """

    kind: ClassVar[str]
    at: datetime
    by: PersonId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """A case that another one opened has that one as its `parent`, and begins with `values` handed over."""

    kind: ClassVar[str] = "case_opened"
    case_id: CaseId
    number: str
    process: ProcessId
    version: str
    client: ClientRef | None
    parent: Parent | None = None
    values: Mapping[FieldName, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOffered(Event):
    """A stage begins: whoever of the `candidates` is first may claim its task, and should do so before `claim_by`.

    Without `candidates` (None) everybody of the department is one, but for those `barred`. Rework names the stage that
    asked for it, and the reason.
    """

    kind: ClassVar[str] = "task_offered"
    task_id: TaskId
    stage: StageId
    department: DepartmentId
    visit: int
    came_from: tuple[TaskId, ...]
    due_at: datetime | None
    rework_for: tuple[StageId, ...] = ()
    rework_reason: str | None = None
    claim_by: datetime | None = None
    part: Part | None = None
    candidates: tuple[PersonId, ...] | None = None
    barred: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatesChanged(Event):
    """The organisation has changed, and the task is for other people now; for the heads where there are none."""

    kind: ClassVar[str] = "candidates_changed"
    task_id: TaskId
    candidates: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAssigned(Event):
    """The task was given to one of its candidates by the way in which it is offered.

    `offer` is a value of `workflows.domain.who.Offer`; None when there is no candidate and a head has it.
    """

    kind: ClassVar[str] = "task_assigned"
    task_id: TaskId
    assignee: PersonId
    offer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverJoined(Event):
    """One more handover reached a task that was unfinished already.

    `visit` is its new number where the task was rework before. Older rows also tell of returns (`rework_for`).
    """

    kind: ClassVar[str] = "handover_joined"
    task_id: TaskId
    came_from: TaskId
    rework_for: StageId | None = None
    rework_reason: str | None = None
    visit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskClaimed(Event):
    """`overtook` is the number of the earlier case that was passed over, with the `reason` given for it."""

    kind: ClassVar[str] = "task_claimed"
    task_id: TaskId
    assignee: PersonId
    waited: timedelta
    overtook: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOvertaken(Event):
    """A later case, of this `number`, was claimed first at the same stage, for the `reason` given."""

    kind: ClassVar[str] = "task_overtaken"
    task_id: TaskId
    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReleased(Event):
    """The task is offered again and should be claimed before `claim_by`."""

    kind: ClassVar[str] = "task_released"
    task_id: TaskId
    released_from: PersonId
    claim_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReassigned(Event):
    kind: ClassVar[str] = "task_reassigned"
    task_id: TaskId
    assignee: PersonId
    taken_from: PersonId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTicked(Event):
    kind: ClassVar[str] = "item_ticked"
    task_id: TaskId
    item: ItemId
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted(Event):
    """`values` are the facts that the form wrote to the case (None: removed), `went_to` is where the outcome led.

    A task that had something to correct says what became of it in `correction`; work that is handed back keeps the
    `outcome` of the visit that it corrects. A part of a visit leads nowhere by itself; that of a row writes its
    `values` to that `row` (from 0) of the `rows`, that of an approver has a `comment`.
    """

    kind: ClassVar[str] = "task_completed"
    task_id: TaskId
    outcome: OutcomeId
    values: Mapping[FieldName, object]
    went_to: tuple[StageId | EndId, ...]
    correction: Correction | None = None
    rows: FieldName | None = None
    row: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitCompleted(Event):
    """A visit of several tasks is over with an outcome, decided by the completion of the part `task_id`.

    `values` are facts that it wrote to the case, `went_to` is where it led.
    """

    kind: ClassVar[str] = "visit_completed"
    task_id: TaskId
    stage: StageId
    visit: int
    outcome: OutcomeId
    went_to: tuple[StageId | EndId, ...]
    values: Mapping[FieldName, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsMoved(Event):
    """Rows that parts of a visit are about were changed: their new places by part (-1: gone), and their titles."""

    kind: ClassVar[str] = "rows_moved"
    stage: StageId
    visit: int
    rows: Mapping[TaskId, int] = field(default_factory=dict)
    titles: Mapping[TaskId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReturned(Event):
    """The assignee sent the work back; the task is suspended until the task `rework` is completed.

    Older rows have no `rework`: there the task was withdrawn.
    """

    kind: ClassVar[str] = "task_returned"
    task_id: TaskId
    to: StageId
    reason: str
    rework: TaskId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResumed(Event):
    """What the task returned has come back from the task `rework`.

    It is its `assignee`'s again, or offered to the department (None), to be claimed before `claim_by`. The due date
    has moved by the time that the task was suspended.
    """

    kind: ClassVar[str] = "task_resumed"
    task_id: TaskId
    rework: TaskId
    assignee: PersonId | None
    due_at: datetime | None
    claim_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWithdrawn(Event):
    """The task need not be done any more."""

    kind: ClassVar[str] = "task_withdrawn"
    task_id: TaskId
    because: Needless = Needless.CASE_OVER


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSkipped(Event):
    """A stage was left out: nobody does its task, and the case goes on as with `outcome`.

    It was `switched_off` for this case; otherwise its own condition held.
    """

    kind: ClassVar[str] = "stage_skipped"
    task_id: TaskId
    stage: StageId
    department: DepartmentId
    visit: int
    came_from: tuple[TaskId, ...]
    outcome: OutcomeId
    went_to: tuple[StageId | EndId, ...]
    switched_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleApplied(Event):
    """A rule decided without a person: `values` are the facts that it computed."""

    kind: ClassVar[str] = "rule_applied"
    task_id: TaskId
    stage: StageId
    department: DepartmentId
    visit: int
    came_from: tuple[TaskId, ...]
    values: Mapping[FieldName, object]
    outcome: OutcomeId
    went_to: tuple[StageId | EndId, ...]


class Undecided(StrEnum):
    """Why a stage that does its work by itself, or whose tasks are all over, needs a person."""

    RULE = "rule"
    """Something could not be computed, no outcome was open, or it led nowhere."""
    CASE_NOT_OPENED = "case_not_opened"
    """The process of the sub-case does not exist any more."""
    CASE_CANCELLED = "case_cancelled"
    """The sub-case was cancelled."""
    CASE_ENDED_OTHERWISE = "case_ended_otherwise"
    """The sub-case ended, but no outcome follows from its end and its facts."""
    NO_WAY = "no_way"
    """What the tasks of a visit have decided leads nowhere with the facts of the case."""
    NOBODY_DECIDED = "nobody_decided"
    """Of the tasks of a visit none was completed, and none is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubCaseAsked(Event):
    """A case of another process is to do a stage, or a `part` of a visit; with an `outcome` it is not waited for."""

    kind: ClassVar[str] = "sub_case_asked"
    task_id: TaskId
    stage: StageId
    department: DepartmentId
    visit: int
    came_from: tuple[TaskId, ...]
    process: ProcessId
    outcome: OutcomeId | None = None
    went_to: tuple[StageId | EndId, ...] = ()
    part: Part | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubCaseOpened(Event):
    """The case that does a stage was opened."""

    kind: ClassVar[str] = "sub_case_opened"
    task_id: TaskId
    case_id: CaseId
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubCaseEnded(Event):
    """The case that was waited for has ended: `values` are the facts that were taken from it (None: removed).

    They are cells where it did one of the `rows`: that in the place `row`.
    """

    kind: ClassVar[str] = "sub_case_ended"
    task_id: TaskId
    number: str
    values: Mapping[FieldName, object]
    outcome: OutcomeId
    went_to: tuple[StageId | EndId, ...]
    rows: FieldName | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubCaseStopped(Event):
    """Nothing more is to be expected of the case that was waited for; people do the stage instead."""

    kind: ClassVar[str] = "sub_case_stopped"
    task_id: TaskId
    because: Undecided


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionNeeded(Event):
    """A stage that does its work by itself could not: its task was offered, and the `head` told.

    `missing` are the facts that it uses and that nobody has filled in.
    """

    kind: ClassVar[str] = "decision_needed"
    task_id: TaskId
    head: PersonId
    because: Undecided
    missing: tuple[FieldName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormHeld(Event):
    """A form was sent while answers were missing, and waits; or what it waits for has changed."""

    kind: ClassVar[str] = "form_held"
    task_id: TaskId
    held: Held


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAsked(Event):
    """Somebody was asked for the answer to a question of a form."""

    kind: ClassVar[str] = "field_asked"
    task_id: TaskId
    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAnswered(Event):
    """Who was asked has answered; the answer is in the draft."""

    kind: ClassVar[str] = "field_answered"
    task_id: TaskId
    field: FieldName


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSwitched(Event):
    """An optional stage was switched off for this case, or on again."""

    kind: ClassVar[str] = "stage_switched"
    stage: StageId
    off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopEnded(Event):
    """A stage was not begun again: it had as many `visits` as it may have, and the case went `to` another place."""

    kind: ClassVar[str] = "loop_ended"
    stage: StageId
    visits: int
    to: StageId | EndId


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterMarked(Event):
    """A letter to the client that the task wrote was marked as sent, or the mark was taken back."""

    kind: ClassVar[str] = "letter_marked"
    task_id: TaskId
    number: int
    template: TemplateName
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAdded(Event):
    kind: ClassVar[str] = "comment_added"
    text: str
    files: tuple[FileId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentReminded(Event):
    kind: ClassVar[str] = "department_reminded"
    task_id: TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadTold(Event):
    kind: ClassVar[str] = "head_told"
    task_id: TaskId
    head: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskBecameLate(Event):
    """The due date of an open task has passed."""

    kind: ClassVar[str] = "task_became_late"
    task_id: TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCompleted(Event):
    kind: ClassVar[str] = "case_completed"
    end: EndId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCancelled(Event):
    kind: ClassVar[str] = "case_cancelled"
    reason: str


KINDS: Mapping[str, type[Event]] = {
    event.kind: event
    for event in (
        CaseOpened,
        TaskOffered,
        TaskAssigned,
        CandidatesChanged,
        HandoverJoined,
        TaskClaimed,
        TaskOvertaken,
        TaskReleased,
        TaskReassigned,
        ItemTicked,
        TaskCompleted,
        VisitCompleted,
        RowsMoved,
        TaskReturned,
        TaskResumed,
        TaskWithdrawn,
        StageSkipped,
        RuleApplied,
        SubCaseAsked,
        SubCaseOpened,
        SubCaseEnded,
        SubCaseStopped,
        DecisionNeeded,
        FormHeld,
        FieldAsked,
        FieldAnswered,
        StageSwitched,
        LoopEnded,
        LetterMarked,
        CommentAdded,
        DepartmentReminded,
        HeadTold,
        TaskBecameLate,
        CaseCompleted,
        CaseCancelled,
    )
}
"""Every event by its kind."""
