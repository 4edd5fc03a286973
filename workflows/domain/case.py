"""A client's case and its tasks, as values; only `evolve` makes the next one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from workflows.domain.ids import (
    CaseId,
    ClientId,
    DepartmentId,
    EndId,
    FieldName,
    ItemId,
    OutcomeId,
    PersonId,
    ProcessId,
    StageId,
    TaskId,
)

Values = Mapping[FieldName, object]
"""The facts of a case: canonical values for JSON; `workflows.domain.facts.values` says which for each type."""


def with_answers(values: Values, answers: Values) -> dict[FieldName, object]:
    """Return the facts after a form: its answers merged over the known facts, where None removes a fact."""
    return {name: value for name, value in {**values, **answers}.items() if value is not None}


def with_cells(values: Values, rows: FieldName, row: int, cells: Values) -> dict[FieldName, object]:
    """Return the facts after the task of one row: its answers merged over the cells of that row."""
    known = values.get(rows)
    before = known if isinstance(known, list | tuple) else ()
    changed = [with_answers(each, cells) if at == row else each for at, each in enumerate(before)]
    return {**values, rows: changed}


class CaseStatus(StrEnum):
    """The status of a case."""

    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class TaskStatus(StrEnum):
    """The status of a task."""

    READY = "ready"
    CLAIMED = "claimed"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseIdentity:
    """What the storage assigns to a case before it is opened: its id and its number such as `ONB-1`."""

    id: CaseId
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRef:
    """The client of a case: the id of the record in the client base, and the name when the case was opened."""

    id: ClientId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Work returned: the suspended `task` of a `stage`, who returned it and why."""

    task: TaskId
    stage: StageId
    by: PersonId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What came of returned work: the `fields` whose answers changed, and the remark of whoever corrected it.

    `is_handed_back` is false when another decision was made instead.
    """

    fields: tuple[FieldName, ...]
    remark: str | None
    is_handed_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLink:
    """Another case: its id and its number."""

    id: CaseId
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The case out of which a case was opened: its number, and the task of it that stands for this case."""

    task: TaskId
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What makes a task one of several of its visit; `number` counts them from 1 in the order in which they were made.

    A part is about the `row` (counted from 0) of the rows that the stage works on, and `title` names that row; a row of
    None is the verdict of an approver, with a `comment` and, for some, `has_veto`: their no counts for all. `then` are
    the approvers who are asked after this one, in turn. `decided` is the outcome of the whole visit, on the part whose
    completion decided it.
    """

    number: int
    row: int | None = None
    title: str = ""
    has_veto: bool = False
    then: tuple[PersonId, ...] = ()
    comment: str | None = None
    decided: OutcomeId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A form that was sent before it was complete: its outcome, and which of how many answers are missing."""

    outcome: OutcomeId
    missing: tuple[FieldName, ...]
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of a form of which a person, or anybody of a department, was asked the answer."""

    field: FieldName
    person: PersonId | None = None
    department: DepartmentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A piece of work of one visit to a stage: the visit itself, a part of it, or its rework.

    `visit` counts the visits of this stage in this case from 1, and rework has the number of the visit that it
    corrects; `came_from` are the tasks that handed over to it; `returns` are what this task has to correct, and
    `correction` is what came of it; `rework` is the task that corrects, or has corrected, what this one returned;
    `went_to` is where its completion led; `part` is set for one of several tasks of a visit; `sub_case`
    is the case that does it; `claim_by` is when the
    reaction time of the latest offer ends, where the stage has one; `candidates` are those who may claim it (None:
    everybody of the department; none: its heads) and `barred` those who may not, both as they were when it was offered;
    `held` is set while its form waits for answers, of which the `asked` were asked of others; `generation` grows with
    every offer, so that a timer armed for an earlier offer is recognised as stale; `revision` grows with every change
    that a card shows.
    """

    id: TaskId
    stage: StageId
    department: DepartmentId
    status: TaskStatus
    visit: int
    offered_at: datetime
    generation: int = 1
    revision: int = 1
    came_from: tuple[TaskId, ...] = ()
    returns: tuple[Return, ...] = ()
    correction: Correction | None = None
    rework: TaskId | None = None
    claim_by: datetime | None = None
    assignee: PersonId | None = None
    claimed_at: datetime | None = None
    due_at: datetime | None = None
    ticks: frozenset[ItemId] = frozenset()
    outcome: OutcomeId | None = None
    went_to: tuple[StageId | EndId, ...] = ()
    closed_at: datetime | None = None
    part: Part | None = None
    sub_case: CaseLink | None = None
    candidates: tuple[PersonId, ...] | None = None
    barred: tuple[PersonId, ...] = ()
    held: Held | None = None
    asked: tuple[Asked, ...] = ()

    @property
    def led_on_with(self) -> OutcomeId | None:
        """Return the outcome with which its visit led on; None for a part that did not decide the visit."""
        return self.outcome if self.part is None else self.part.decided

    @property
    def has_led_on(self) -> bool:
        """Whether its completion completed its visit."""
        return self.status is TaskStatus.COMPLETED and (self.part is None or self.part.decided is not None)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return self.status in (TaskStatus.READY, TaskStatus.CLAIMED)

    @property
    def is_unfinished(self) -> bool:
        """Whether it is open, or suspended until what it returned is corrected."""
        return self.is_open or self.status is TaskStatus.SUSPENDED

    @property
    def is_done_by_nobody(self) -> bool:
        """Whether it is completed and no person did it: its stage was left out, or does its work by itself."""
        return self.status is TaskStatus.COMPLETED and self.assignee is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A client's way through a process; `tasks` are in the order in which they were offered.

    `switched_off` are the optional stages that are left out in this case; `parent` is set for a case that another one
    has opened.
    """

    id: CaseId
    number: str
    process: ProcessId
    version: str
    status: CaseStatus
    opened_by: PersonId
    opened_at: datetime
    client: ClientRef | None
    values: Values = field(default_factory=dict)
    tasks: Mapping[TaskId, Task] = field(default_factory=dict)
    end: EndId | None = None
    closed_at: datetime | None = None
    switched_off: frozenset[StageId] = frozenset()
    parent: Parent | None = None

    def open_tasks(self) -> Iterator[Task]:
        """Iterate over the tasks that somebody still has to do, oldest first."""
        return (task for task in self.tasks.values() if task.is_open)

    def unfinished_tasks(self) -> Iterator[Task]:
        """Iterate over the tasks that are open or suspended, oldest first."""
        return (task for task in self.tasks.values() if task.is_unfinished)

    def visits(self, stage: StageId) -> int:
        """Count the visits to a stage so far; rework belongs to the visit that it corrects."""
        return max((task.visit for task in self.tasks.values() if task.stage == stage), default=0)

    def latest(self, stage: StageId) -> Task | None:
        """Return the latest task of a stage, or None."""
        return next((task for task in reversed(list(self.tasks.values())) if task.stage == stage), None)
