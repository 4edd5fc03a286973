"""What people do in Slack, as values: read once from Slack's JSON (`receive`), handled everywhere else.

`update` is the same whenever Slack sends the same thing again.
"""

from dataclasses import dataclass

from bot.slack.api.origin import Origin
from bot.slack.api.slack_file import SlackFile
from bot.slack.api.window import Window
from bot.slack.blockkit.plain_text import Quotation
from workflows.domain.ids import KindId


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePress:
    """A button pressed, or an entry of a menu chosen, in a message; `inside` is the place of a list that it shows."""

    update: str
    origin: Origin
    action: str
    inside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePress:
    """A button pressed on the Home tab."""

    update: str
    origin: Origin
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPress:
    """Something pressed, chosen, ticked or typed in a window.

    `control` is the action id of the element, `block` the id of its block, `action` what a button carries; `at` is when
    it was done, in microseconds of Slack's clock, by which what comes in the wrong order is told.
    """

    update: str
    origin: Origin
    window: Window
    control: str
    block: str
    action: str
    at: int = 0


Press = MessagePress | HomePress | WindowPress


@dataclass(frozen=True, slots=True, kw_only=True)
class SentWindow:
    """A window that was filled in and sent."""

    update: str
    origin: Origin
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedWindow:
    """A window that was closed, with all that stood in it where Slack sends that."""

    update: str
    origin: Origin
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSearch:
    """Words typed into a menu that finds records of a kind."""

    user: str
    kind: KindId
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """Our command with the words after it."""

    update: str
    origin: Origin
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCaseShortcut:
    """The shortcut that opens a case."""

    update: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShortcut:
    """The shortcut that makes a case from a message.

    `message` is its timestamp; `address` is where people find it, as far as the payload says, else empty.
    `quotations` were forwarded with it.
    """

    update: str
    origin: Origin
    message: str
    text: str
    address: str
    quotations: tuple[Quotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMessage:
    """A message that a person wrote, or corrected.

    `text` is as Slack stores it, with entities and mentions; `quotations` were forwarded with it, and `files` are those
    of both. `thread_author` wrote the message that the thread is
    under; None where Slack does not say.
    """

    update: str
    origin: Origin
    ts: str
    text: str
    quotations: tuple[Quotation, ...] = ()
    files: tuple[SlackFile, ...] = ()
    thread_author: str | None = None
    is_correction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedMessage:
    """A message that was deleted; `author` is None where Slack does not say."""

    channel: str
    ts: str
    author: str | None
