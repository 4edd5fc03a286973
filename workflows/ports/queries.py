"""What screens and loops read outside any command, as plain values; every list has a defined order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from workflows.domain.candidates import QueueReader
from workflows.domain.case import Case, CaseStatus, Part, TaskStatus
from workflows.domain.client_letters import ClientLetter
from workflows.domain.events import Event
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import (
    CaseId,
    DepartmentId,
    EndId,
    FileId,
    PersonId,
    ProcessId,
    StageId,
    TaskId,
)
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress
from workflows.ports.organisation import OrganisationQueries
from workflows.ports.platforms import PlatformQueries
from workflows.ports.records import RecordQueries
from workflows.ports.rendering import FilledLetter
from workflows.ports.unit_of_work import DueTimer, KeptFile, OutboxRow, ShownCard, ShownNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """An open task in one line. `opened_at` is when its case was opened: the order of clients."""

    task_id: TaskId
    case_id: CaseId
    number: str
    client: str | None
    process: ProcessId
    version: str
    stage: StageId
    department: DepartmentId
    status: TaskStatus
    opened_at: datetime
    offered_at: datetime
    assignee: PersonId | None
    claimed_at: datetime | None
    due_at: datetime | None
    part: Part | None = None
    candidates: tuple[PersonId, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """How many tasks a person has claimed, how many of them are past their due date, and since when the oldest is."""

    tasks: int = 0
    late: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of the ready tasks, each with its place in the queue of its department, and the number of all of them.

    A page past the end is empty, and its `count` is 0.
    """

    lines: Sequence[TaskLine]
    places: Sequence[int]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in one line with its open tasks, oldest first."""

    case_id: CaseId
    number: str
    client: str | None
    process: ProcessId
    version: str
    status: CaseStatus
    opened_by: PersonId
    opened_at: datetime
    end: EndId | None
    closed_at: datetime | None
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLetter:
    """A letter to the client as it was written, and whether it was sent."""

    written: FilledLetter
    state: ClientLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentLetter:
    """A letter to the client that was not sent, with the number and the client of its case."""

    number: str
    client: str | None
    letter: KeptLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFacts:
    """Everything that messages about some cases may show.

    `cards` are what chats show of some tasks; `positions` are, for those of them that are ready, the places among the
    ready tasks of the stage: 1 for the client who came earliest. `notices` are complete messages, the oldest first;
    `cases` include theirs.
    """

    cases: Mapping[CaseId, Case]
    letters: Mapping[CaseId, Sequence[FilledLetter]]
    cards: Mapping[tuple[TaskId, ChatAddress], ShownCard]
    positions: Mapping[TaskId, int]
    notices: Sequence[ShownNotice] = ()


class Queries(PlatformQueries, RecordQueries, OrganisationQueries, Protocol):
    """The read side. Raises StorageUnavailable when the database cannot be reached."""

    async def case(self, case_id: CaseId) -> Case | None:
        """Return a case with its tasks."""
        ...

    async def case_numbered(self, number: str) -> Case | None:
        """Return the case of that number (`ONB-1`), whatever the case of its letters."""
        ...

    async def letters(self, case_id: CaseId) -> Sequence[FilledLetter]:
        """Return every letter of a case, oldest first."""
        ...

    async def client_letters(self, case_id: CaseId) -> Sequence[KeptLetter]:
        """Return the letters of a case to the client, oldest first; without those older than the mark `sent`."""
        ...

    async def unsent_letters(self, by: PersonId, limit: int) -> Sequence[UnsentLetter]:
        """Return the letters to clients that a person wrote and nobody has sent, oldest first."""
        ...

    async def history(self, case_id: CaseId) -> Sequence[Event]:
        """Return what has happened to a case, oldest first."""
        ...

    async def my_tasks(self, person: PersonId) -> Sequence[TaskLine]:
        """Return the tasks a person has claimed, the earliest client first."""
        ...

    async def queue(self, reader: QueueReader, limit: int, start: int = 0) -> QueuePage:
        """Return a page of the ready tasks in a person's queue, the earliest client first, without the first *start*.

        `workflows.domain.candidates.QueueReader` says which these are.
        """
        ...

    async def stranded(self, departments: Sequence[DepartmentId], people: Sequence[PersonId]) -> Sequence[TaskLine]:
        """Return the open tasks whose department is not one of *departments* or whose assignee not one of *people*."""
        ...

    async def named_tasks(self) -> Sequence[TaskLine]:
        """Return the ready tasks that are for named people, the earliest client first."""
        ...

    async def active_cases(self, limit: int, start: int = 0, late_at: datetime | None = None) -> Sequence[CaseLine]:
        """Return the active cases without the first *start*, the earliest first.

        With *late_at*, those with an open task past its due date then come before the others, the latest first.
        """
        ...

    async def opened_by(self, person: PersonId, limit: int) -> Sequence[CaseLine]:
        """Return the active cases that a person opened, the latest first."""
        ...

    async def case_lines(self, cases: Sequence[CaseId]) -> Sequence[CaseLine]:
        """Return cases by their ids, the latest first."""
        ...

    async def find_cases(self, words: str, limit: int) -> Sequence[CaseLine]:
        """Return cases by parts of the client's name, INN or number (`workflows.domain.reading.search`).

        The case of that very number comes first, then active ones, then the latest.
        """
        ...

    async def workloads(self, people: Sequence[PersonId], now: datetime) -> Mapping[PersonId, Workload]:
        """Return how much each of the people has now."""
        ...

    async def loads(self, people: Sequence[PersonId]) -> Mapping[PersonId, int]:
        """Return how many tasks (of any department) each of the people has claimed now."""
        ...

    async def draft(self, key: str) -> Draft | None:
        """Return a draft, or None."""
        ...

    async def language(self, person: PersonId) -> Language | None:
        """Return the language a person chose, or None."""
        ...

    async def file_names(self, file_ids: Sequence[FileId]) -> Mapping[FileId, str]:
        """Return the names of those of the uploaded files that exist."""
        ...

    async def file(self, file_id: FileId) -> KeptFile | None:
        """Return an uploaded file."""
        ...

    async def outbox(
        self,
        now: datetime,
        limit: int,
        without: Collection[ChatAddress] = (),
        without_platforms: Collection[str] = (),
    ) -> Sequence[OutboxRow]:
        """Return rows that are due, in order of ids, without those of some chats and of all chats of some platforms.

        A row that is not due yet holds back the later rows of its chat. However many rows wait for one chat, the
        others get their share of the limit.
        """
        ...

    async def next_outbox_due(self, now: datetime) -> datetime | None:
        """Return when, after *now*, the next chat held back by a postponed row becomes due; None when there is none."""
        ...

    async def undeliverable(self, limit: int) -> Sequence[OutboxRow]:
        """Return the rows that were given up, newest first."""
        ...

    async def delivery_facts(
        self,
        cases: Collection[CaseId],
        cards: Collection[TaskId],
        chats: Collection[ChatAddress] = (),
        followed: Collection[CaseId] = (),
    ) -> DeliveryFacts:
        """Return some cases with their letters, the state of the cards of some tasks, and notices that may change.

        The notices are those about the cases of *cards* and about the *followed* ones, and in *chats* those that may
        list several tasks (`workflows.domain.notices.LISTED`).
        """
        ...

    async def shown_card(self, task_id: TaskId, chat: ChatAddress) -> ShownCard | None:
        """Return what a chat shows of a task."""
        ...

    async def shown_cards(self, task_ids: Collection[TaskId], chat: ChatAddress) -> Sequence[ShownCard]:
        """Return what a chat shows of some tasks."""
        ...

    async def due_timers(self, now: datetime, limit: int) -> Sequence[DueTimer]:
        """Return the timers that have come due, earliest first."""
        ...

    async def next_timer_due(self) -> datetime | None:
        """Return when the next timer comes due."""
        ...

    async def definitions(self) -> Sequence[tuple[ProcessId, str, str]]:
        """Return every kept version of every process: id, version, text."""
        ...
