"""A chat platform as the core sees it: addresses, messages with buttons, and the errors of posting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NewType, Protocol, runtime_checkable

from workflows.domain.ids import CaseId, DepartmentId, FileId, PersonId, TaskId
from workflows.domain.text import Language

ChatAddress = NewType("ChatAddress", str)
"""A chat on a platform, written `<platform>:<id>`; only the platform reads the id."""

MessageId = NewType("MessageId", str)
"""The platform's own id of a message, as text."""


def platform_of(chat: ChatAddress) -> str:
    """Return the platform part of an address."""
    return chat.partition(":")[0]


class Dialect(StrEnum):
    """The markup of a platform's text."""

    HTML = "html"
    """HTML of a page."""
    INLINE_HTML = "inline_html"
    """A few inline tags; a line break in the text is shown as one."""
    MRKDWN = "mrkdwn"
    """Marks around words; tables in fixed width."""


class ButtonStyle(StrEnum):
    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button: its label and the action it carries (at most 64 bytes), or an address to open instead.

    One that `copies` puts a text on the clipboard, also beside opening an address, where the platform can.

    `people` are those who can use it (None: everybody); a platform that cannot hide it shows it to all, since the
    right is checked when it is pressed.
    """

    label: str
    action: str | None = None
    url: str | None = None
    copies: str | None = None
    style: ButtonStyle = ButtonStyle.PLAIN
    people: frozenset[PersonId] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message in one language: text in the platform's dialect, rows of buttons, and files to be shown below.

    `is_cut` is true when the text is not the whole text. `listing` names the list that the message shows,
    which can be read anew.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    files: tuple[FileId, ...] = ()
    is_cut: bool = False
    listing: "Listing | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list that a person has asked for: a page of what a command answers, in a language, in private or in a group."""

    command: str
    page: int
    person: PersonId
    language: Language
    is_in_group: bool = False

    def values(self) -> Mapping[str, str]:
        """Return what the list can be read from later, ready for JSON."""
        return {
            "command": self.command,
            "page": str(self.page),
            "to": self.person,
            "language": self.language,
            "group": "yes" if self.is_in_group else "",
        }


Renditions = Mapping[Language, Message]
"""The same message in each language that the readers of the chat may have chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a message is about, so that a platform can thread it and find it again.

    `topic` is the title of the case's own topic, where its process asks for one.
    """

    case_id: CaseId | None = None
    task_id: TaskId | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a comment was made: it is not repeated there, and replies to the message belong to the same case."""

    chat: ChatAddress
    message: MessageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """Something to show in a chat: in the message that it `replaces`, or in a new one, posted under its key."""

    chat: ChatAddress
    renditions: Renditions
    key: str
    subject: Subject
    replaces: MessageId | None = None


class Abilities(Protocol):
    """What has to be known of a platform before anything is posted there; see ChatPort."""

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

    What it can do besides showing messages: `shows_threads`, it shows the conversation of a case by itself, so that
    comments need not be repeated there; `has_topics`, its groups may have a topic for each case; `has_panel`, a case
    opens beside the chat; `joins_channels`, it joins a channel by itself, where elsewhere people add it to a group.
    `command_sign` is the character before a command typed there.
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
        """Return how somebody joins with the code of an invitation; None until the platform has reported it."""
        ...

    def languages(self, chat: ChatAddress) -> tuple[Language, ...]:
        """Return the languages in which a message to this chat has to be rendered, at least one."""
        ...

    async def post(self, chat: ChatAddress, renditions: Renditions, *, key: str, subject: Subject) -> MessageId:
        """Post a message and return its id; a *key* used before edits the first message instead, where it can."""
        ...

    async def edit(self, chat: ChatAddress, message: MessageId, renditions: Renditions, *, subject: Subject) -> None:
        """Make an earlier message show these renditions; it is no error when it shows them already."""
        ...


@runtime_checkable
class ClosesTopics(Protocol):
    """A platform on which a case may have a topic of its own, to be closed when the case is over."""

    async def close_topic(self, chat: ChatAddress, *, subject: Subject) -> None:
        """Close the topic of the subject's case where there is one; raises a ChatError."""
        ...


@runtime_checkable
class PacesPosts(Protocol):
    """A platform that defers new messages of a chat while others are more urgent."""

    def takes_new(self, chat: ChatAddress) -> bool:
        """Whether the chat takes a new message now."""
        ...


class BuiltInAddresses(Protocol):
    """The addresses of the built-in chat, which reaches everybody without a linked account or a bound chat."""

    def channel(self, department: DepartmentId) -> ChatAddress:
        """Return the channel of a department."""
        ...

    def private(self, person: PersonId) -> ChatAddress:
        """Return the private chat of a person with the assistant."""
        ...


class DirectoryPort(Protocol):
    """The chats in which people and departments are reached."""

    def of_department(self, department: DepartmentId) -> tuple[ChatAddress, ...]:
        """Return the chats in which the department's cards appear."""
        ...

    def of_person(self, person: PersonId) -> tuple[ChatAddress, ...]:
        """Return the private chats of a person."""
        ...


class ChatError(Exception):
    """A platform did not do what was requested; `code` is stable and safe to log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unreachable(ChatError):
    """The platform did not respond, or failed: retry later, with growing delays."""


class RateLimited(ChatError):
    """Too many requests for the platform: retry after `retry_after`."""

    def __init__(self, code: str, retry_after: timedelta) -> None:
        super().__init__(code)
        self.retry_after = retry_after


class Deferred(ChatError):
    """Nobody waits for this update, and others need the platform's pace more: try it again soon, after the others."""


class MessageGone(ChatError):
    """The message can no longer be edited: post a new one."""


class ChatGone(ChatError):
    """The chat is closed to us (removed, blocked, archived): messages for it wait until it is open again."""


class ChatMoved(ChatError):
    """The chat has a new address from now on."""

    def __init__(self, code: str, to: ChatAddress) -> None:
        super().__init__(code)
        self.to = to


class Rejected(ChatError):
    """The platform will never accept this message: do not retry."""
