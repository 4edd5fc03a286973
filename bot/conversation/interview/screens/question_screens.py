"""The screens that ask: a question of a form, and a cell of a new row."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from bot.conversation.interview.screens.controls import CONTROLS, Question
from bot.conversation.interview.screens.field_words import (
    columns_words,
    currency_sign,
    row_line,
    row_lines,
    row_problems,
    value_words,
)
from bot.conversation.interview.screens.screen import Screens
from bot.conversation.interview.screens.suggestions import accept_buttons, client_buttons, last_button, suggestion_lines
from bot.conversation.interview.steps.moves import Move, move_button
from bot.conversation.interview.steps.navigation import asked_questions
from bot.conversation.interview.steps.progress import Progress
from bot.conversation.reply import FieldView, FormView
from bot.rendering.cards.buttons import Row
from workflows.domain.facts.values import KINDS
from workflows.ports.chat import ButtonStyle, Message

ADDED, INSTEAD = "add", "instead"
"""What becomes of the rows of a table: they are added to those before, or take their place."""
MOST_ROWS = 30
MOST_PROBLEMS = 10
"""How many rows, and problems of rows, a screen shows."""


def question(screens: Screens, form: FormView, progress: Progress, problem: str | None = None) -> Message:
    """Return the screen of one question."""
    field = form.fields[progress.at]
    must_answer, asked = form.must_answer(field, form.chosen), asked_questions(form, progress.at)
    return screens.message(
        "question",
        [
            *(client_buttons(screens, screens.clients, progress) if KINDS[field.type].is_looked_up else ()),
            *accept_buttons(screens, form, field, progress),
            *last_button(screens, field, progress),
            *_controls(screens, field, field.value, progress),
            _navigation(screens, form, progress, may_skip=not must_answer),
        ],
        title=f"{form.title} · {form.subtitle}",
        number=asked.index(progress.at) + 1,
        of=len(asked),
        label=field.label,
        required=must_answer,
        suggested=suggestion_lines(screens, form, field),
        last_time=field.last_time,
        is_old=field.is_old,
        client=progress.typed if KINDS[field.type].is_looked_up else "",
        hint=field.hint or "",
        currency=currency_sign(field, screens.language),
        now="" if field.columns else value_words(field, field.value, screens.language),
        rows=row_lines(field, screens.language),
        problem=problem or "",
        how=_how(screens, field),
        known=form.known if progress.at == 0 and not progress.is_changing and len(form.outcomes) < 2 else (),
    )


def decision(screens: Screens, form: FormView, progress: Progress) -> Message:
    """Return the screen that asks for the decision, before everything else."""
    button = partial(move_button, progress.step)
    choices = [(button(outcome.title, Move.DECIDE, at),) for at, outcome in enumerate(form.outcomes)]
    later = button(screens.words.gettext("Later"), Move.CANCEL)
    return screens.message("decision", [*choices, (later,)], title=f"{form.title} · {form.subtitle}", known=form.known)


def cell(screens: Screens, form: FormView, progress: Progress, problem: str | None = None) -> Message:
    """Return the screen of one cell of a new row."""
    field, words = form.fields[progress.at], screens.words
    column = field.columns[progress.column]
    before = field.value[progress.row] if isinstance(field.value, list) and progress.row >= 0 else {}
    cells = {**before, **progress.cells}
    value = cells.get(column.name)
    suggested = column if value in (None, "", []) else replace(column, suggested=None)
    button = partial(move_button, progress.step)
    back, later = button(words.gettext("Back"), Move.BACK), button(words.gettext("Later"), Move.CANCEL)
    on = button(words.gettext("Keep") if value else words.gettext("Skip"), Move.SKIP)
    number = progress.row if progress.row >= 0 else len(field.value) if isinstance(field.value, list) else 0
    row = words.gettext("row %(number)s", number=number + 1)
    typed = ((other.label, value_words(other, cells.get(other.name), screens.language)) for other in field.columns)
    return screens.message(
        "question",
        [
            *accept_buttons(screens, form, suggested, progress),
            *_controls(screens, column, value, progress),
            (back, later) if column.required and not value else (back, on, later),
            (button(words.gettext("Without this row"), Move.NO_ROW),),
        ],
        title=f"{form.title} · {field.label} · {row}",
        number=progress.column + 1,
        of=len(field.columns),
        label=column.label,
        required=column.required,
        suggested=suggestion_lines(screens, form, suggested),
        last_time="",
        is_old=False,
        client="",
        currency=currency_sign(column, screens.language),
        hint=column.hint or "",
        now=value_words(column, value, screens.language),
        rows=(),
        problem=problem or "",
        how=_how(screens, column),
        known=[(label, value) for label, value in islice(typed, progress.column) if value],
    )


def table(screens: Screens, form: FormView, progress: Progress, problem: str | None = None) -> Message:
    """Return the screen of rows that were typed or sent as a whole: what was understood, before it counts."""
    field, words, rows = form.fields[progress.at], screens.words, progress.table
    button = partial(move_button, progress.step)
    wrong = tuple(row_problems(field, rows, screens.language).values())
    right = len(rows) - len(wrong)
    add = words.gettext("Add rows: %(n)d", n=right)
    if wrong:
        add = words.gettext("Add the right ones: %(n)d of %(of)d", n=right, of=len(rows))
    before = len(field.value) if isinstance(field.value, list) else 0
    choices = [(button(add, Move.ROWS, ADDED, style=ButtonStyle.PRIMARY),)]
    if before:
        choices.append((button(words.gettext("Put them in place of the %(n)d before", n=before), Move.ROWS, INSTEAD),))
    return screens.message(
        "table",
        [*(choices if right else ()), (button(words.gettext("Do not add"), Move.NO_ROW),)],
        title=f"{form.title} · {form.subtitle}",
        label=field.label,
        count=len(rows),
        rows=[row_line(field, row, screens.language) for row in rows[:MOST_ROWS]],
        more=max(len(rows) - MOST_ROWS, 0),
        problems=wrong[:MOST_PROBLEMS],
        more_problems=max(len(wrong) - MOST_PROBLEMS, 0),
        problem=problem or "",
    )


def _controls(screens: Screens, field: FieldView, value: object, progress: Progress) -> Iterator[Row]:
    asked = Question(field=field, value=value, progress=progress, today=screens.today, language=screens.language)
    yield from CONTROLS[field.type].buttons(asked)


def _how(screens: Screens, field: FieldView) -> str:
    how = CONTROLS[field.type].how
    if field.columns:
        return screens.words.gettext(how, columns=columns_words(field, screens.language))
    return screens.words.gettext(how) if how else ""


def _navigation(screens: Screens, form: FormView, progress: Progress, *, may_skip: bool) -> Row:
    words, button, field = screens.words, partial(move_button, progress.step), form.fields[progress.at]
    row = []
    if asked_questions(form, progress.at)[0] != progress.at or progress.is_changing or len(form.outcomes) > 1:
        row.append(button(words.gettext("Back"), Move.BACK))
    if not CONTROLS[field.type].has_done:
        if field.value not in (None, "", []):
            row.append(button(words.gettext("Keep"), Move.SKIP))
            if may_skip:
                row.append(button(words.gettext("Clear"), Move.CLEAR))
        elif may_skip:
            row.append(button(words.gettext("Skip"), Move.SKIP))
        elif not KINDS[field.type].is_looked_up and not progress.is_changing:
            # Somebody else may: the form can wait for the answer.
            row.append(button(words.gettext("I do not know"), Move.SKIP))
    row.append(button(words.gettext("Later"), Move.CANCEL))
    return tuple(row)
