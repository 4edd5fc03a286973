"""Asking the questions of a form in the terminal: an empty line accepts what is shown in brackets."""

from collections.abc import Sequence

from bot.conversation.interview.screens.field_words import value_words
from bot.conversation.reply import FieldView, OptionView
from bot.trial.console import Console
from workflows.domain.definition import FieldType

_SEVERAL = ","


def ask_field(console: Console, field: FieldView) -> object | None:
    """Return the answer to a question as a form sends it; None when it was left empty."""
    if field.hint:
        console.show(f"    {field.hint}")
    if field.problem:
        console.show(f"  ! {field.problem}")
    if field.type is FieldType.ROWS:
        return _rows(console, field)
    return _one(console, field)


def _one(console: Console, field: FieldView) -> object | None:
    for number, option in enumerate(field.options, start=1):
        console.show(f"    {number}. {option.label}")
    mark = "*" if field.required else ""
    if field.type in (FieldType.FILE, FieldType.FILES):
        hint = console.words.gettext("Any name will do: in a walk a file is only named.")
        console.show(f"    {hint}")
    known = _words(console, field, field.shown)
    typed = console.read(f"  {field.label}{mark}{f' [{known}]' if known else ''}: ").strip()
    if not typed:
        return field.shown
    if field.type is FieldType.CHOICES:
        return [_chosen(field.options, part.strip()) for part in typed.split(_SEVERAL)]
    return _chosen(field.options, typed) if field.options else typed


def _rows(console: Console, field: FieldView) -> object | None:
    """Return the rows: the suggested ones when nothing is typed at once, else those typed until an empty line."""
    suggested = field.shown if isinstance(field.shown, Sequence) else ()
    known = console.words.ngettext("%(n)s row", "%(n)s rows", len(suggested))
    console.show(f"  {field.label}{'*' if field.required else ''}{f' [{known}]' if suggested else ''}:")
    rows: list[dict[str, object]] = []
    while True:
        console.show(f"   {len(rows) + 1}.")
        first, *others = field.columns
        if not (begun := _one(console, first)):
            return rows or field.shown
        row = {first.name: begun} | {column.name: _one(console, column) for column in others}
        rows.append({name: cell for name, cell in row.items() if cell is not None})


def _chosen(options: Sequence[OptionView], typed: str) -> str:
    """Return the id of an option by its number or its label; what was typed where it is neither."""
    if typed.isdecimal() and 1 <= int(typed) <= len(options):
        return options[int(typed) - 1].id
    return next((option.id for option in options if option.label.casefold() == typed.casefold()), typed)


def _words(console: Console, field: FieldView, value: object | None) -> str:
    return "" if value is None else value_words(field, value, console.words.language)
