"""The terminal as the walk sees it: words are shown, a line is asked for, one of several things is chosen."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from bot.rendering.language.i18n import Words

T = TypeVar("T")


class Stopped(Exception):
    """Whoever walks has ended the walk."""


class Console(Protocol):
    """Where a walk happens."""

    words: Words

    def show(self, text: str = "") -> None:
        """Print a line."""
        ...

    def read(self, prompt: str) -> str:
        """Return the line that was typed; raises Stopped when there is no more."""
        ...


def choose(console: Console, question: str, choices: Sequence[tuple[str, T]]) -> T:
    """Return what was chosen by its number, at once where there is only one."""
    if len(choices) == 1:
        return choices[0][1]
    for number, (label, _) in enumerate(choices, start=1):
        console.show(f"  {number}. {label}")
    while True:
        typed = console.read(f"{question}: ").strip() or "1"
        if typed.isdecimal() and 1 <= int(typed) <= len(choices):
            return choices[int(typed) - 1][1]
        console.show(console.words.gettext("Type a number from 1 to %(last)s.", last=len(choices)))
