"""Navigation between the screens of a form: pure functions from one progress to the next."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.conversation.interview.moves import Move, UnknownMove, position
from bot.conversation.interview.progress import Progress, Screen
from bot.conversation.reply import FormView

SAME_SCREEN = frozenset({Move.PAGE, Move.MONTH})
"""The moves that stay at the same question: people press the next button before the screen is redrawn."""

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def fit(progress: Progress, form: FormView) -> Progress:
    """Return a progress that fits the form, which may have changed meanwhile."""
    if progress.at >= len(form.fields) and progress.screen in (Screen.QUESTION, Screen.CELL, Screen.TABLE):
        return replace(progress, screen=Screen.SUMMARY, at=0, is_changing=False, table=[])
    if progress.screen is Screen.CELL and progress.column >= len(form.fields[progress.at].columns):
        return replace(progress, screen=Screen.QUESTION, cells={}, column=0)
    return progress


def forwards(progress: Progress) -> Progress:
    """Return the progress at the next question, or at the summary after a change."""
    if progress.is_changing:
        return replace(progress, screen=Screen.SUMMARY, is_changing=False, month="", page=0)
    return replace(progress, screen=Screen.QUESTION, at=progress.at + 1, month="", page=0)


def backwards(progress: Progress) -> Progress:
    """Return the progress at the previous question or cell, from the first cell at its table, or at the summary."""
    if progress.screen is Screen.CELL and progress.column > 0:
        return replace(progress, column=progress.column - 1, month="", page=0)
    if progress.screen is Screen.CELL:
        return replace(progress, screen=Screen.QUESTION, cells={}, column=0, month="", page=0)
    if progress.is_changing:
        return replace(progress, screen=Screen.SUMMARY, is_changing=False, month="", page=0)
    return replace(progress, screen=Screen.QUESTION, at=max(progress.at - 1, 0), month="", page=0)


def _to_question(progress: Progress, form: FormView, argument: str) -> Progress:
    at = position(argument, form.fields)
    return replace(progress, screen=Screen.QUESTION, at=at, is_changing=True, month="", page=0)


def to_page(progress: Progress, argument: str) -> Progress:
    """Return the progress at a page of the buttons; raises UnknownMove when it is not a number."""
    if not argument.isdecimal():
        raise UnknownMove("no page")
    return replace(progress, page=int(argument))


def _to_month(progress: Progress, argument: str) -> Progress:
    if _MONTH.fullmatch(argument) is None:
        raise UnknownMove("no month")
    return replace(progress, month=argument)


NAVIGATION: Mapping[Move, Callable[[Progress, FormView, str], Progress]] = {
    Move.SUMMARY: lambda now, _form, _: replace(now, screen=Screen.SUMMARY, is_changing=False, page=0),
    Move.CHANGE: lambda now, _form, _: replace(now, screen=Screen.CHANGE, page=0),
    Move.FIELD: _to_question,
    Move.BACK: lambda now, _form, _: backwards(now),
    Move.PAGE: lambda now, _form, argument: to_page(now, argument),
    Move.MONTH: lambda now, _form, argument: _to_month(now, argument),
    Move.ADD: lambda now, _form, _: replace(now, screen=Screen.CELL, cells={}, column=0, page=0),
    Move.NO_ROW: lambda now, _form, _: replace(now, screen=Screen.QUESTION, cells={}, column=0, table=[]),
}
"""The functions of the moves that only show another screen."""
