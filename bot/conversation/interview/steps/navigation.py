"""Navigation between the screens of a form: pure functions from one progress to the next."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.conversation.interview.steps.moves import Move, UnknownMove, position
from bot.conversation.interview.steps.progress import Progress, Screen
from bot.conversation.reply import FieldView, FormView
from workflows.domain.facts.values import KINDS

SAME_SCREEN = frozenset({Move.PAGE, Move.MONTH})
"""The moves that stay at the same question: people press the next button before the screen is redrawn."""

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def first_unanswered(form: FormView, after: int = -1) -> int | None:
    """Return the first question *after* another that is asked and has no answer yet; None when all have one.

    What may be left out is asked only with a suggestion; otherwise the summary offers it (`left_out`).
    """
    skipped = left_out(form)
    return next((at for at, f in enumerate(form.fields) if at > after and _is_empty(f) and at not in skipped), None)


def left_out(form: FormView) -> tuple[int, ...]:
    """Return the questions without an answer that may stay so, and for which nothing is suggested."""
    return tuple(
        at
        for at, field in enumerate(form.fields)
        if _is_empty(field) and field.suggested is None and not form.must_answer(field, form.chosen)
    )


def asked_questions(form: FormView, at: int) -> tuple[int, ...]:
    """Return the questions that are asked one after the other, and the one *at* hand."""
    skipped = left_out(form)
    return tuple(each for each in range(len(form.fields)) if each == at or each not in skipped)


def _is_empty(field: FieldView) -> bool:
    return field.value in (None, "", [])


def first_screen(progress: Progress, form: FormView) -> Progress:
    """Return the progress at what a form asks first: the decision, a question without an answer, or the summary."""
    if form.decision(form.chosen) is None and form.outcomes:
        return replace(progress, screen=Screen.DECISION, at=0, typed="")
    first = first_unanswered(form)
    outcome = form.chosen or ""
    screen = Screen.SUMMARY if first is None else Screen.QUESTION
    return replace(progress, screen=screen, at=first or 0, outcome=outcome, typed="")


def fit(progress: Progress, form: FormView) -> Progress:
    """Return a progress that fits the form, which may have changed meanwhile."""
    at = progress.at
    if progress.typed and not (at < len(form.fields) and _is_narrowed(form.fields[at], progress)):
        progress = replace(progress, typed="")
    if form.outcomes and form.decision(form.chosen) is None and progress.screen is not Screen.DECISION:
        return replace(
            progress, screen=Screen.DECISION, at=0, outcome="", is_changing=False, cells={}, column=0, row=-1
        )
    if progress.at >= len(form.fields) and progress.screen in (Screen.QUESTION, Screen.CELL, Screen.TABLE):
        return replace(progress, screen=Screen.SUMMARY, at=0, is_changing=False, table=[])
    if progress.screen is Screen.CELL and progress.column >= len(form.fields[progress.at].columns):
        return replace(progress, screen=Screen.QUESTION, cells={}, column=0, row=-1)
    return progress


def forwards(progress: Progress, form: FormView) -> Progress:
    """Return the progress at the next question without an answer, or at the summary after a change and at the end."""
    after = None if progress.is_changing else first_unanswered(form, progress.at)
    if after is None:
        return replace(progress, screen=Screen.SUMMARY, is_changing=False, month="", page=0, typed="")
    return replace(progress, screen=Screen.QUESTION, at=after, month="", page=0, typed="")


def onwards(here: Progress, then: Progress, before: FormView, now: FormView) -> Progress:
    """Return *then*, the progress after an answer, in the form as the answer has made it.

    The questions below the answered one may have come and gone. One that has come is asked, also after a change.
    """
    if then.screen is not Screen.SUMMARY and then.at == here.at:
        return then
    known = {field.name for field in before.fields}
    came = (at for at, f in enumerate(now.fields) if f.name not in known and f.value in (None, "", []))
    after = next(came, None) if here.is_changing else first_unanswered(now, here.at)
    if after is None:
        return replace(then, screen=Screen.SUMMARY, is_changing=False, month="", page=0, typed="")
    return replace(then, screen=Screen.QUESTION, at=after, is_changing=False, month="", page=0, typed="")


def backwards(progress: Progress, form: FormView) -> Progress:
    """Return the progress one back: a question or cell, from the first cell its table, the decision, the summary."""
    if progress.screen is Screen.CELL and progress.column > 0:
        return replace(progress, column=progress.column - 1, month="", page=0)
    if progress.screen is Screen.CELL:
        return replace(progress, screen=Screen.QUESTION, cells={}, column=0, row=-1, month="", page=0)
    if progress.is_changing:
        return replace(progress, screen=Screen.SUMMARY, is_changing=False, month="", page=0)
    skipped = left_out(form)
    before = next((at for at in reversed(range(progress.at)) if at not in skipped), None)
    if before is None and len(form.outcomes) > 1:
        return replace(progress, screen=Screen.DECISION, month="", page=0, typed="")
    at = progress.at if before is None else before
    return replace(progress, screen=Screen.QUESTION, at=at, month="", page=0, typed="")


def _to_question(progress: Progress, form: FormView, argument: str) -> Progress:
    at = position(argument, form.fields)
    return replace(progress, screen=Screen.QUESTION, at=at, is_changing=True, month="", page=0)


def lacking_cell(progress: Progress, field: FieldView, rows: Sequence[Mapping[str, object]]) -> Progress | None:
    """Return the progress at the first required cell that a row of an answer lacks; None when no row lacks one."""
    for number, row in enumerate(rows):
        for at, column in enumerate(field.columns):
            if column.required and row.get(column.name) in (None, "", []):
                return replace(progress, screen=Screen.CELL, row=number, column=at, cells={}, page=0, month="")
    return None


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
    Move.DECISIONS: lambda now, _form, _: replace(now, screen=Screen.DECISION, page=0),
    Move.BACK: lambda now, form, _: backwards(now, form),
    Move.PAGE: lambda now, _form, argument: to_page(now, argument),
    Move.MONTH: lambda now, _form, argument: _to_month(now, argument),
    Move.ADD: lambda now, _form, _: replace(now, screen=Screen.CELL, cells={}, column=0, row=-1, page=0),
    Move.NO_ROW: lambda now, _form, _: replace(now, screen=Screen.QUESTION, cells={}, column=0, row=-1, table=[]),
}
"""The functions of the moves that only show another screen."""


def _is_narrowed(field: FieldView, progress: Progress) -> bool:
    """Whether what is typed narrows what is offered as the answer to a question, or to a cell of its row."""
    is_cell = progress.screen is Screen.CELL and progress.column < len(field.columns)
    kind = KINDS[(field.columns[progress.column] if is_cell else field).type]
    return kind.is_looked_up or kind.is_searched
