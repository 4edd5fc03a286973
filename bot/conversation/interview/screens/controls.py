"""The buttons and the instruction below a question, by the type of its field."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.conversation.interview.screens.calendar import calendar_buttons, month_of
from bot.conversation.interview.steps.moves import Move, move_button
from bot.conversation.interview.steps.progress import Progress
from bot.conversation.reply import FieldView
from bot.rendering.cards.buttons import Row, in_rows
from bot.rendering.language.i18n import N_, words_in
from workflows.domain.definition import FieldType
from workflows.domain.text import Language, has_words, words_of
from workflows.ports.chat import Button

PAGE = 40
"""How many choices a screen shows at once; no chat takes more than a hundred buttons below a message."""
MANY_OPTIONS = 8
"""From so many on, options are laid out in two columns."""
TICK, NO_TICK = "✓ ", "▫️ "


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, or a cell of a row, with its answer so far, and the language and date it is rendered for."""

    field: FieldView
    value: object
    progress: Progress
    today: date
    language: Language

    def button(self, label: str, move: Move, argument: object = "") -> Button:
        """Return a button below the question."""
        return move_button(self.progress.step, label, move, argument)

    def word_button(self, label: str, move: Move, argument: object = "") -> Button:
        """Return a button whose label is an id of the catalogues."""
        return self.button(words_in(self.language).gettext(label), move, argument)

    @property
    def in_a_row(self) -> int:
        """Return the number of options in a row of buttons."""
        return 2 if len(self.field.options) >= MANY_OPTIONS else 1


def page_of(buttons: Sequence[Button], progress: Progress, in_a_row: int) -> tuple[Row, ...]:
    """Return the buttons of the current page in rows, with those that turn the page."""
    last = max(len(buttons) - 1, 0) // PAGE
    page, button = min(progress.page, last), partial(move_button, progress.step)
    rows = in_rows(buttons[page * PAGE : (page + 1) * PAGE], in_a_row)
    before = (button(f"‹ {page}", Move.PAGE, page - 1),) if page else ()
    after = (button(f"{page + 2} ›", Move.PAGE, page + 1),) if page < last else ()
    return (*rows, (*before, *after)) if last else rows


def _no_buttons(_question: Question) -> Iterable[Row]:
    return ()


def _choice(question: Question) -> Iterator[Row]:
    buttons = [
        question.button(f"{TICK if option.id == question.value else ''}{option.label}", Move.SET, at)
        for at, option in enumerate(question.field.options)
    ]
    yield from page_of(buttons, question.progress, question.in_a_row)


def _found(question: Question) -> Iterator[Row]:
    """Yield those whose labels have the words that were typed, everybody when nothing was."""
    typed = words_of(question.progress.typed)
    buttons = [
        question.button(f"{TICK if option.id == question.value else ''}{option.label}", Move.SET, at)
        for at, option in enumerate(question.field.options)
        if has_words(option.label, typed)
    ]
    yield from page_of(buttons, question.progress, 1)


def _files(question: Question) -> Iterator[Row]:
    done = question.word_button(N_("Done"), Move.DONE)
    yield (question.word_button(N_("Remove the last file"), Move.DROP), done) if question.value else (done,)


def _choices(question: Question) -> Iterator[Row]:
    chosen = question.value if isinstance(question.value, list) else []
    buttons = [
        question.button(f"{TICK}{option.label}", Move.UNTICK, at)
        if option.id in chosen
        else question.button(f"{NO_TICK}{option.label}", Move.TICK, at)
        for at, option in enumerate(question.field.options)
    ]
    yield from page_of(buttons, question.progress, question.in_a_row)
    yield (question.word_button(N_("Done"), Move.DONE),)


def _yes_no(question: Question) -> Iterator[Row]:
    yield (question.word_button(N_("Yes"), Move.SAY, "yes"), question.word_button(N_("No"), Move.SAY, "no"))


def _date(question: Question) -> Iterator[Row]:
    month = question.progress.month or month_of(question.today)
    yield from calendar_buttons(month, question.today, question.language, question.button)


def _rows(question: Question) -> Iterator[Row]:
    add = question.word_button(N_("Add a row"), Move.ADD)
    drop = question.word_button(N_("Remove the last row"), Move.DROP)
    yield (add, drop) if question.value else (add,)
    yield (question.word_button(N_("Done"), Move.DONE),)


_IN_WORDS = N_("Type the answer.")


@dataclass(frozen=True, slots=True)
class Control:
    """How a type of field is asked for: its buttons, and the catalogue id of the instruction what to type or send.

    That of a table contains the columns. `has_done`: one of its buttons goes on, since it takes several answers.
    """

    buttons: Callable[[Question], Iterable[Row]] = _no_buttons
    how: str = _IN_WORDS
    has_done: bool = False


_WORDS = Control()

CONTROLS: Mapping[FieldType, Control] = {
    FieldType.TEXT: _WORDS,
    FieldType.LONG_TEXT: _WORDS,
    FieldType.NUMBER: _WORDS,
    FieldType.MONEY: _WORDS,
    FieldType.PHONE: _WORDS,
    FieldType.EMAIL: _WORDS,
    FieldType.INN: _WORDS,
    FieldType.CLIENT: _WORDS,
    FieldType.RECORD: _WORDS,
    FieldType.DATE: Control(_date, N_("Choose a day, or type it: 31.12.2026, tomorrow, in 3 days.")),
    FieldType.TIME: Control(_no_buttons, N_("Type the time: 14:30.")),
    FieldType.MOMENT: Control(_no_buttons, N_("Type the day and the time: 31.12.2026 14:30, tomorrow at 14:30.")),
    FieldType.PERCENT: _WORDS,
    FieldType.URL: Control(_no_buttons, N_("Type or paste the address of the page.")),
    FieldType.OGRN: _WORDS,
    FieldType.KPP: _WORDS,
    FieldType.BIK: _WORDS,
    FieldType.ACCOUNT: _WORDS,
    FieldType.SNILS: _WORDS,
    FieldType.PERSON: Control(_found, N_("Choose somebody, or type a part of the name.")),
    FieldType.DEPARTMENT: Control(_found, N_("Choose a department, or type a part of its name.")),
    FieldType.FILE: Control(_no_buttons, N_("Send a file or a photo, up to 10 MB.")),
    FieldType.FILES: Control(_files, N_("Send files or photos one by one, up to 10 MB each."), has_done=True),
    FieldType.CHOICE: Control(_choice, ""),
    FieldType.CHOICES: Control(
        _choices,
        N_("Tick them and press Done, or type them with commas; the beginning of a word that only one has is enough."),
        has_done=True,
    ),
    FieldType.YES_NO: Control(_yes_no, ""),
    FieldType.ROWS: Control(
        _rows,
        N_(
            "Type a row as one line, with semicolons between the cells: %(columns)s. Several lines, rows copied from a "
            "spreadsheet and a CSV file are taken as well."
        ),
        has_done=True,
    ),
}
"""The controls of every type of field, complete by test."""
