"""What links people and departments to the chats of platforms: linked accounts, bound chats, messages of a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from workflows.domain.ids import CaseId, DepartmentId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, MessageId


class ChatState(StrEnum):
    """Whether a bound chat accepts our messages; `code` of the binding is the reason why not."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody's account on a platform; `chat` is the private chat with it, or None while there is none."""

    platform: str
    account: str
    person: PersonId
    chat: ChatAddress | None
    linked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedAccount:
    """An account that whoever redeems an invitation in it is linked to, with its private chat."""

    platform: str
    account: str
    chat: ChatAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentChat:
    """A chat in which a department's cards appear, bound by a person."""

    department: DepartmentId
    chat: ChatAddress
    title: str
    bound_by: PersonId
    bound_at: datetime
    state: ChatState = ChatState.OPEN
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMessage:
    """A message of a chat that belongs to a case: replies to it are comments in the conversation of the case."""

    chat: ChatAddress
    message_id: MessageId
    case_id: CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTopic:
    """The topic of a group for one case; `topic` is the platform's own id of it."""

    chat: ChatAddress
    case_id: CaseId
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemedInvitation:
    """Who was invited, and by whom: None for the operator of the program."""

    person: PersonId
    invited_by: PersonId | None


class PlatformWrites(Protocol):
    """The part of a unit of work about accounts and chats."""

    def link_account(self, account: Account) -> None:
        """Link an account to a person; a person it was linked to before loses it."""
        ...

    def unlink_account(self, platform: str, account: str) -> None:
        """Remove the link of an account; one that is linked to nobody is ignored."""
        ...

    def bind_department(self, binding: DepartmentChat) -> None:
        """Bind a chat to a department and announce the cards of its open tasks there."""
        ...

    def unbind_chat(self, chat: ChatAddress) -> None:
        """Remove a chat with the outbox rows that wait for it and the record of what it shows."""
        ...

    def move_chat(self, old: ChatAddress, new: ChatAddress, now: datetime) -> None:
        """Move a chat and all that waits for it to its new address; the cards of open tasks are posted there again."""
        ...

    def set_chat_state(
        self, chat: ChatAddress, state: ChatState, code: str | None, now: datetime
    ) -> Sequence[DepartmentChat]:
        """Set the state of a chat and return the bindings that change.

        What waits for an open chat is due at once, and the cards of open tasks are announced there.
        """
        ...

    def drop_waiting(self, chat: ChatAddress, before: datetime) -> None:
        """Remove the outbox rows of a chat that have waited since *before*."""
        ...

    def remember_message(self, message: CaseMessage) -> None:
        """Store that a message belongs to a case."""
        ...

    def remember_topic(self, topic: CaseTopic) -> None:
        """Store the topic of a case in a chat, replacing an earlier one."""
        ...


class PlatformQueries(Protocol):
    """The part of the read side about accounts and chats."""

    async def accounts(self) -> Sequence[Account]:
        """Return every linked account."""
        ...

    async def department_chats(self) -> Sequence[DepartmentChat]:
        """Return every binding, in the order in which they were made."""
        ...

    async def languages_chosen(self, platform: str) -> Mapping[ChatAddress, Language]:
        """Return the language chosen by the person in each private chat of a platform, where one was chosen."""
        ...

    async def case_of_message(self, chat: ChatAddress, message: MessageId) -> CaseId | None:
        """Return the case that a message of a chat belongs to."""
        ...

    async def topic_of(self, chat: ChatAddress, case_id: CaseId) -> str | None:
        """Return the topic of a case in a chat."""
        ...

    async def case_in_topic(self, chat: ChatAddress, topic: str) -> CaseId | None:
        """Return the case that a topic of a chat was made for."""
        ...
