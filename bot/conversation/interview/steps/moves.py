"""What the buttons of an interview carry: `iv:<step>:<move>:<argument>`; the step is the number of the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.actions import Unreadable
from workflows.ports.chat import Button, ButtonStyle

PREFIX = "iv:"
"""The prefix of an interview's actions; all others are those of `bot.actions`."""


class Move(StrEnum):
    """What pressing a button of a screen does. The values are stable, since old screens keep them."""

    BACK = "back"
    PAGE = "page"
    CANCEL = "cancel"
    SUMMARY = "summary"
    CHANGE = "change"
    FIELD = "field"
    ANEW = "anew"
    ITEM = "item"
    UNITEM = "unitem"
    GO = "go"
    SEND = "send"
    DECIDE = "decide"
    DECISIONS = "decisions"
    ACCEPT = "accept"
    ACCEPT_ALL = "acceptall"
    LAST = "last"
    KNOWN = "known"
    SKIP = "skip"
    CLEAR = "clear"
    DONE = "done"
    SET = "set"
    SAY = "say"
    TICK = "tick"
    UNTICK = "untick"
    MONTH = "month"
    DAY = "day"
    ADD = "add"
    DROP = "drop"
    NO_ROW = "norow"
    ALL = "all"
    ROWS = "rows"
    ITEMS = "items"


class UnknownMove(Unreadable):
    """A button of a screen has no meaning: another version made it, or what it names no longer exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PressedMove:
    """A pressed button of the screen with the number *step*."""

    step: str
    move: Move
    argument: str


def is_move(action: str | None) -> bool:
    """Whether an action belongs to a screen of an interview."""
    return (action or "").startswith(PREFIX)


def move_button(
    step: int, label: str, move: Move, argument: object = "", *, style: ButtonStyle = ButtonStyle.PLAIN
) -> Button:
    """Return a button of the screen with the number *step*."""
    return Button(label=label, action=f"{PREFIX}{step}:{move}:{argument}", style=style)


def read_move(action: str) -> PressedMove:
    """Read what a button of a screen carried; raises UnknownMove for an unknown move."""
    step, _, rest = action.removeprefix(PREFIX).partition(":")
    move, _, argument = rest.partition(":")
    try:
        return PressedMove(step=step, move=Move(move), argument=argument)
    except ValueError:
        raise UnknownMove("no move of an interview") from None


def position(argument: str, of: Sequence[object]) -> int:
    """Read an index of a list; raises UnknownMove when it is not one."""
    if not argument.isdecimal() or int(argument) >= len(of):
        raise UnknownMove("nothing stands there")
    return int(argument)
