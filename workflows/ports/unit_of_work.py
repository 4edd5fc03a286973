"""One transaction as a plain synchronous function, and what it may do.

The writes of a function are collected and sent when it returns: a function that raises has written nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from workflows.domain.case import Case, CaseIdentity, Task
from workflows.domain.client_letters import ClientLetter, Sent
from workflows.domain.decision import Decision, EarlierCase
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import CaseId, FileId, PersonId, ProcessId, StageId, TaskId
from workflows.domain.notices import NoticeKind, NoticeValues
from workflows.domain.text import Language
from workflows.domain.timers import TimerKind
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.organisation import OrganisationWrites
from workflows.ports.platforms import PlatformWrites, RedeemedInvitation
from workflows.ports.records import RecordWrites
from workflows.ports.rendering import FilledLetter

T = TypeVar("T")


class AlreadyReceived(Exception):
    """This update was handled before; nothing was changed now."""


class StorageUnavailable(Exception):
    """The database cannot be reached now.

    Nothing was changed, unless the connection broke during the commit: then the outcome is unknown, and the same update
    sent again takes effect once.
    """


class OutboxKind(StrEnum):
    """What an outbox row makes the chat show."""

    CARD = "card"
    NOTICE = "notice"
    COMMENT = "comment"
    """A comment in the conversation of a case, for the chats that do not show it by themselves."""
    FOLLOW = "follow"
    """A notice that was shown has to state what is so now; `values` hold the id of its message."""
    CASE_OVER = "case_over"
    """Nothing more is shown about a case in this chat: its own topic is closed."""
    ACCOUNT_LINKED = "account_linked"
    """To the person and to whoever invited them: an invitation was used, by which platform."""
    CHAT_CLOSED = "chat_closed"
    """To those who can fix it: a department's chat does not accept our messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something to post in one chat after the commit; `case_id` is None when it is not about a case."""

    chat: ChatAddress
    kind: OutboxKind
    case_id: CaseId | None
    task_id: TaskId | None = None
    notice: NoticeKind | None = None
    values: NoticeValues = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """What a chat shows of a task: the message and the task's revision that it shows."""

    task_id: TaskId
    chat: ChatAddress
    message_id: MessageId
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotice:
    """What a message states about a task (None: about its case as a whole), as long as that can change.

    A message about several tasks has one of these for each. `looks` identifies what the message shows.
    """

    chat: ChatAddress
    message_id: MessageId
    kind: NoticeKind
    case_id: CaseId
    task_id: TaskId | None
    values: NoticeValues
    looks: str
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """An uploaded file with its content."""

    id: FileId
    name: str
    media_type: str
    content: bytes


class UnitOfWork(PlatformWrites, RecordWrites, OrganisationWrites, Protocol):
    """What a transaction function may read (at once) and write (when it returns)."""

    def case(self, case_id: CaseId) -> Case | None:
        """Read a case; nobody else can change it unnoticed until the transaction ends. None when there is none."""
        ...

    def earlier_waiting(
        self, case: Case, task: Task, person: PersonId | None = None, *, most: int = 1
    ) -> Sequence[EarlierCase]:
        """Return the cases opened before this one whose task of the same stage is ready, the earliest first.

        Tasks that are for other people than *person* are left out, and cases opened out of the same case as this one.
        """
        ...

    def loads(self, people: Collection[PersonId]) -> Mapping[PersonId, int]:
        """Return how many tasks (of any department) each of the people has claimed now."""
        ...

    def turn(self, process: ProcessId, stage: StageId) -> int:
        """Return how many tasks of a stage have been handed out in turn."""
        ...

    def take_turns(self, process: ProcessId, stage: StageId, count: int) -> None:
        """Count tasks of a stage that are handed out in turn; two transactions never hand out the same turn."""
        ...

    def reserve_case(self, process: ProcessId, prefix: str) -> CaseIdentity:
        """Reserve the id and the next number of a case; numbers have no gaps."""
        ...

    def receive(self, update_id: str, now: datetime) -> None:
        """Record a platform's update; the transaction raises AlreadyReceived when it is known."""
        ...

    def was_received(self, update_id: str) -> bool:
        """Whether a platform's update was handled before."""
        ...

    def is_due(self, task_id: TaskId, kind: TimerKind, generation: int, now: datetime) -> bool:
        """Whether a timer still waits to be fired, and its moment has come: it may have been armed anew for later."""
        ...

    def save(self, before: Case | None, decision: Decision) -> None:
        """Store the case as decided with its changed tasks, its history and its timers."""
        ...

    def keep_letters(self, letters: Iterable[FilledLetter]) -> None:
        """Store letters as they are sent."""
        ...

    def keep_client_letters(self, letters: Iterable[ClientLetter]) -> None:
        """Store that letters to the client wait to be sent."""
        ...

    def client_letter(self, task_id: TaskId, number: int) -> ClientLetter | None:
        """Return a letter to the client; None when the task wrote none of that number."""
        ...

    def mark_letter(self, task_id: TaskId, number: int, sent: Sent | None) -> None:
        """Store who sent a letter to the client, or that nobody has."""
        ...

    def announce(self, announcements: Iterable[Announcement], now: datetime) -> None:
        """Put rows into the outbox."""
        ...

    def draft(self, key: str) -> Draft | None:
        """Read a draft; nobody else can change it unnoticed until the transaction ends. None when there is none."""
        ...

    def save_draft(self, key: str, draft: Draft, now: datetime) -> None:
        """Store what somebody has typed so far."""
        ...

    def drop_draft(self, key: str) -> None:
        """Delete a draft."""
        ...

    def drop_timer(self, task_id: TaskId, kind: TimerKind, generation: int) -> None:
        """Delete a timer that has fired, unless it has been armed again since."""
        ...

    def still_in_outbox(self, outbox_ids: Collection[int]) -> frozenset[int]:
        """Return which of these rows are still in the outbox; nobody else removes them unnoticed in the meantime."""
        ...

    def delivered(self, outbox_id: int, card: ShownCard | None) -> None:
        """Remove a delivered row from the outbox and record what the chat shows now."""
        ...

    def keep_notices(self, notices: Iterable[ShownNotice]) -> None:
        """Store what messages state now."""
        ...

    def drop_notices(self, notices: Iterable[ShownNotice]) -> None:
        """Delete what messages state no longer, or will state for ever."""
        ...

    def postpone(self, outbox_id: int, due_at: datetime, code: str, *, has_failed: bool = True) -> None:
        """Retry a row at `due_at` because of *code*; counts one more failed attempt where *has_failed*."""
        ...

    def give_up(self, outbox_id: int, code: str) -> None:
        """Set a row aside as undeliverable, where a person can see it and retry."""
        ...

    def retry_dead(self, outbox_id: int, now: datetime) -> None:
        """Put a row that was set aside back into the outbox."""
        ...

    def set_language(self, person: PersonId, language: Language) -> None:
        """Store the language a person chose."""
        ...

    def add_invitation(
        self, code_digest: str, person: PersonId, expires_at: datetime, by: PersonId | None = None
    ) -> None:
        """Store a one-time invitation by the digest of its code."""
        ...

    def redeem_invitation(self, code_digest: str, now: datetime) -> RedeemedInvitation | None:
        """Use up an invitation and return whose it is; None when it is unknown, used or expired."""
        ...

    def add_file(self, file: KeptFile, by: PersonId, now: datetime) -> None:
        """Store an uploaded file."""
        ...

    def publish_definition(self, process: ProcessId, version: str, text: str, now: datetime) -> None:
        """Store the text of a version of a process; a known version is left unchanged."""
        ...

    def forget_received(self, before: datetime) -> None:
        """Delete the updates received before a moment; platforms redeliver for hours, not weeks."""
        ...


class Storage(Protocol):
    """The database as the use cases see it."""

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run *work* in one transaction and commit.

        *work* may run more than once (it is retried after a conflict), so it must have no effects except on its unit.
        Raises what *work* raises, AlreadyReceived, or StorageUnavailable.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A row of the outbox as delivery sees it."""

    id: int
    announcement: Announcement
    created_at: datetime
    due_at: datetime
    attempts: int
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimer:
    """A timer that has come due."""

    task_id: TaskId
    kind: TimerKind
    generation: int
    due_at: datetime
