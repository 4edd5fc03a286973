"""A chat platform as the core sees it: addresses, messages with buttons, and how saying something fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NewType, Protocol, runtime_checkable

from workflows.domain.ids import CaseId, DepartmentId, FileId, PersonId, TaskId
from workflows.domain.text import Language

ChatAddress = NewType("ChatAddress", str)
"""A chat on a platform, written `<platform>:<id>`; the platform alone reads the id."""

MessageId = NewType("MessageId", str)
"""The platform's own name of a message, as text."""


def platform_of(chat: ChatAddress) -> str:
    """Return the platform part of an address."""
    return chat.partition(":")[0]


class Dialect(StrEnum):
    """How a platform wants its text marked up."""

    HTML = "html"
    """HTML of a page."""
    INLINE_HTML = "inline_html"
    """A few tags within the text, in which a new line is a new line."""
    MRKDWN = "mrkdwn"
    """Marks around words, tables in fixed width."""


class ButtonStyle(StrEnum):
    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button: its label and the action it carries (at most 64 bytes), or an address to open instead.

    `people` are those to whom it is of use (None: everybody); a platform that cannot hide it shows it to all, since the
    right is checked at the press.
    """

    label: str
    action: str | None = None
    url: str | None = None
    style: ButtonStyle = ButtonStyle.PLAIN
    people: frozenset[PersonId] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message in one language: text in the platform's dialect, rows of buttons, and files to be shown below.

    `is_cut` tells that the text does not hold all there is to read.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[FileId, ...] = ()
    is_cut: bool = False


Renditions = Mapping[Language, Message]
"""The same message in each language that the readers of the chat may have chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a message is about, so that a platform can thread it and find it again.

    `topic` is the title of the case's own topic where the process wants one.
    """

    case_id: CaseId | None = None
    task_id: TaskId | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where something was said: it is not repeated there, and answers to the message belong to the same case."""

    chat: ChatAddress
    message: MessageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """Something to be shown in a chat: by the message that it `replaces`, or by a new one, posted under its key."""

    chat: ChatAddress
    renditions: Renditions
    key: str
    subject: Subject
    replaces: MessageId | None = None


class Abilities(Protocol):
    """What has to be known of a platform before anything is said there; see ChatPort."""

    @property
    def shows_threads(self) -> bool:
        """Whether it shows the conversation of a case by itself."""
        ...

    @property
    def has_topics(self) -> bool:
        """Whether its groups may have a topic for each case."""
        ...


class ChatPort(Protocol):
    """One platform. `title` is its name for people; `post` and `edit` may raise a ChatError.

    What it can do beside showing messages: `shows_threads`, it shows the conversation of a case by itself, so that
    comments need not be repeated there; `has_topics`, its groups may have a topic for each case; `has_panel`, a case
    opens beside the chat; `joins_channels`, it enters a channel by itself, where elsewhere people add it to a group.
    `command_sign` is what stands before the word of a command that is typed there.
    """

    platform: str
    title: str
    dialect: Dialect
    shows_threads: bool
    has_topics: bool
    has_panel: bool
    joins_channels: bool
    command_sign: str

    def way_in(self, code: str) -> str | None:
        """Return how somebody comes in with the code of an invitation; None while the platform has not told it."""
        ...

    def languages(self, chat: ChatAddress) -> tuple[Language, ...]:
        """Return the languages in which a message to this chat has to be rendered, at least one."""
        ...

    async def post(self, chat: ChatAddress, renditions: Renditions, *, key: str, subject: Subject) -> MessageId:
        """Post a message and return its id; the same *key* again makes the first message show this, where it can."""
        ...

    async def edit(self, chat: ChatAddress, message: MessageId, renditions: Renditions, *, subject: Subject) -> None:
        """Make an earlier message show something else; what it shows already is no error."""
        ...


@runtime_checkable
class ClosesTopics(Protocol):
    """A platform on which a case may have a place of its own, to be closed when the case is over."""

    async def close_topic(self, chat: ChatAddress, *, subject: Subject) -> None:
        """Close the topic of the subject's case where there is one; raises a ChatError."""
        ...


class BuiltInAddresses(Protocol):
    """The addresses of the built-in chat, where everybody is reached without being linked or bound."""

    def channel(self, department: DepartmentId) -> ChatAddress:
        """Return the channel of a department."""
        ...

    def private(self, person: PersonId) -> ChatAddress:
        """Return the private chat of a person with the assistant."""
        ...


class DirectoryPort(Protocol):
    """Which chats people and departments are reached in."""

    def of_department(self, department: DepartmentId) -> tuple[ChatAddress, ...]:
        """Return the chats in which the department's cards appear."""
        ...

    def of_person(self, person: PersonId) -> tuple[ChatAddress, ...]:
        """Return the private chats of a person."""
        ...


class ChatError(Exception):
    """A platform did not do what it was asked; `code` is stable and safe to log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unreachable(ChatError):
    """The platform did not answer or is not well: try again later, more and more slowly."""


class RateLimited(ChatError):
    """Too fast for the platform: try again after `retry_after`."""

    def __init__(self, code: str, retry_after: timedelta) -> None:
        super().__init__(code)
        self.retry_after = retry_after


class MessageGone(ChatError):
    """The message cannot be edited any more: post it anew."""


class ChatGone(ChatError):
    """The chat is closed to us (removed, blocked, archived): what waits for it is kept until it is back."""


class ChatMoved(ChatError):
    """The chat has a new address from now on."""

    def __init__(self, code: str, to: ChatAddress) -> None:
        super().__init__(code)
        self.to = to


class Rejected(ChatError):
    """The platform will never take this message: trying again is of no use."""
