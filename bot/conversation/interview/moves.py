"""What the buttons of an interview carry: `iv:<step>:<move>:<argument>`; the step counts the screens shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.actions import Unreadable
from workflows.ports.chat import Button, ButtonStyle

PREFIX = "iv:"
"""How the actions of an interview begin; all others are those of `bot.actions`."""


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
    SKIP = "skip"
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


class UnknownMove(Unreadable):
    """A button of a screen means nothing: it was made by another version, or what it names is there no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PressedMove:
    """A pressed button of the screen that was shown at a step."""

    step: str
    move: Move
    argument: str


def is_move(action: str | None) -> bool:
    """Whether a button is of a screen of an interview."""
    return (action or "").startswith(PREFIX)


def move_button(
    step: int, label: str, move: Move, argument: object = "", *, style: ButtonStyle = ButtonStyle.PLAIN
) -> Button:
    """Make a button of the screen that is shown at a step."""
    return Button(label=label, action=f"{PREFIX}{step}:{move}:{argument}", style=style)


def read_move(action: str) -> PressedMove:
    """Read what a button of a screen carried; raises UnknownMove for a move that there is not."""
    step, _, rest = action.removeprefix(PREFIX).partition(":")
    move, _, argument = rest.partition(":")
    try:
        return PressedMove(step=step, move=Move(move), argument=argument)
    except ValueError:
        raise UnknownMove("no move of an interview") from None


def position(argument: str, of: Sequence[object]) -> int:
    """Read the place of something in a list; raises UnknownMove when the list has no such place."""
    if not argument.isdecimal() or int(argument) >= len(of):
        raise UnknownMove("nothing stands there")
    return int(argument)
