"""What is suggested at a question: in words, and as buttons that accept it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from babel.dates import format_date

from bot.conversation.forms.record_answers import label_of
from bot.conversation.interview.screens.field_words import row_lines, value_words
from bot.conversation.interview.screens.screen import Screens
from bot.conversation.interview.steps.moves import Move, move_button
from bot.conversation.interview.steps.navigation import lacking_cell
from bot.conversation.interview.steps.progress import Progress
from bot.conversation.reply import FieldView, FormView
from bot.rendering.cards.buttons import Row
from bot.rendering.language.filters import LOCALES
from bot.rendering.markup.cutting import shorten
from workflows.domain.clients import ClientAttribute
from workflows.domain.ids import FieldName
from workflows.domain.records import BUILT_IN_CLIENT, CLIENT, Record

MOST_LETTERS = 40
"""How much of a suggested answer stands on its button."""


def suggested_together(form: FormView) -> tuple[FieldView, ...]:
    """Return the questions whose suggestions are answers as they are, for one press to accept them all."""
    return tuple(field for field in form.fields if field.is_suggested and _is_whole(field))


def suggestion_lines(screens: Screens, form: FormView, field: FieldView) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what is suggested at a question, each as its label with lines: its own answer, or all at once."""
    if not field.is_suggested:
        return ()
    together = suggested_together(form)
    asked = together if field in together and len(together) > 1 else (field,)
    return tuple((each.label, _lines(screens, each)) for each in asked)


def accept_buttons(screens: Screens, form: FormView, field: FieldView, progress: Progress) -> Iterator[Row]:
    """Yield the buttons that accept what is suggested at a question: its answer, and all suggestions together."""
    if not field.is_suggested:
        return
    together = suggested_together(form)
    if field in together and len(together) > 1:
        label = screens.words.gettext("Accept all suggested: %(n)d", n=len(together))
        yield (move_button(progress.step, label, Move.ACCEPT_ALL),)
    yield (move_button(progress.step, accept_label(screens, field), Move.ACCEPT),)


def last_button(screens: Screens, field: FieldView, progress: Progress) -> Iterator[Row]:
    """Yield the button that answers a question, which is asked anew, as last time."""
    if field.last is not None and field.value in (None, "", []):
        value = shorten(" ".join(field.last_time.split()), MOST_LETTERS)
        yield (move_button(progress.step, screens.words.gettext("As last time: %(value)s", value=value), Move.LAST),)


def accept_label(screens: Screens, field: FieldView) -> str:
    """Return the label of the button that accepts the suggested answer."""
    words = screens.words
    if field.columns and isinstance(field.suggested, list):
        return words.gettext("Take these rows: %(n)d", n=len(field.suggested))
    if field.suggested == screens.today.isoformat():
        return words.gettext("Today, %(day)s", day=_day(screens, screens.today))
    value = " ".join(value_words(field, field.suggested, screens.language).split())
    return words.gettext("Accept: %(value)s", value=shorten(value, MOST_LETTERS))


def client_buttons(screens: Screens, clients: Sequence[Record], progress: Progress) -> Iterator[Row]:
    """Yield the known clients whose names hold what was typed, and the new one of that very name."""
    if not progress.typed:
        return
    for client in clients:
        label = _label(screens, client)
        yield (move_button(progress.step, label, Move.KNOWN, client.id),)
    if screens.kind.id == CLIENT:
        new = screens.words.gettext("A new client: %(name)s", name=progress.typed)
    else:
        new = screens.words.gettext("A new one: %(name)s", name=progress.typed)
    yield (move_button(progress.step, new, Move.KNOWN),)


def _label(screens: Screens, record: Record) -> str:
    inn = record.values.get(FieldName(ClientAttribute.INN))
    if screens.kind is not BUILT_IN_CLIENT:
        return label_of(screens.kind, record, screens.language)
    return record.name if inn is None else f"{record.name}, {screens.words.gettext('INN %(inn)s', inn=inn)}"


def _is_whole(field: FieldView) -> bool:
    rows = field.suggested
    return not (field.columns and isinstance(rows, list) and lacking_cell(Progress(), field, rows))


def _lines(screens: Screens, field: FieldView) -> tuple[str, ...]:
    if field.columns:
        return row_lines(replace(field, value=field.suggested), screens.language)
    return (value_words(field, field.suggested, screens.language),)


def _day(screens: Screens, day: date) -> str:
    return format_date(day, "d MMMM", locale=LOCALES[screens.language])
