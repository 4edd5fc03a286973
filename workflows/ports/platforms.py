"""What ties people and departments to the chats of platforms: linked accounts, bound chats, messages of a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from workflows.domain.ids import CaseId, DepartmentId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, MessageId


class ChatState(StrEnum):
    """Whether a bound chat takes our messages; `code` of the binding tells why not."""

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
    """A message of a chat that belongs to a case: answering it is said in the conversation of the case."""

    chat: ChatAddress
    message_id: MessageId
    case_id: CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTopic:
    """The topic of a group in which one case is talked about, by the platform's own name of it."""

    chat: ChatAddress
    case_id: CaseId
    topic: str


class PlatformWrites(Protocol):
    """The part of a unit of work about accounts and chats."""

    def link_account(self, account: Account) -> None:
        """Tie an account to a person; whoever it was tied to before loses it."""
        ...

    def unlink_account(self, platform: str, account: str) -> None:
        """Forget whose account it is; one that is linked to nobody stays so."""
        ...

    def bind_department(self, binding: DepartmentChat) -> None:
        """Bind a chat to a department and have the cards of its open tasks appear there."""
        ...

    def unbind_chat(self, chat: ChatAddress) -> None:
        """Forget a chat with what waits for it and what it shows."""
        ...

    def move_chat(self, old: ChatAddress, new: ChatAddress, now: datetime) -> None:
        """Follow a chat to its new address with all that waits; the cards of open tasks are posted there anew."""
        ...

    def set_chat_state(
        self, chat: ChatAddress, state: ChatState, code: str | None, now: datetime
    ) -> Sequence[DepartmentChat]:
        """Return the bindings whose state changes by this; what waits for a chat that is open is due at once."""
        ...

    def remember_message(self, message: CaseMessage) -> None:
        """Remember that a message belongs to a case."""
        ...

    def remember_topic(self, topic: CaseTopic) -> None:
        """Remember the topic of a case in a chat, instead of an earlier one."""
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
        """Return the private chats of a platform with the languages that the people in them have chosen."""
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
