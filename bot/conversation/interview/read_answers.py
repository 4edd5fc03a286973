"""Reads what is typed or pressed below a question as its answer."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.conversation.interview.steps.moves import Move, position
from bot.conversation.interview.steps.progress import Progress, Screen
from bot.conversation.reply import FieldView, OptionView
from workflows.domain.definition import Field, FieldType
from workflows.domain.errors import FieldProblem
from workflows.domain.facts.kinds.texts import MAX_TEXT
from workflows.domain.facts.values import kind_of, problem_of
from workflows.domain.text import folded, storable


def problem_with(field: Field, raw: object) -> FieldProblem | None:
    """Return the problem of one answer; the name of a record is looked up later, when the form is sent."""
    if kind_of(field).is_looked_up and isinstance(raw, str) and storable(raw):
        length = len(" ".join(storable(raw).split()))
        if length > MAX_TEXT:
            return FieldProblem(code="too_long", values={"limit": str(MAX_TEXT), "length": str(length)})
        return None
    return problem_of(field, raw)


def as_list(value: object) -> list[Any]:
    """Return a list of rows or options, or an empty one for anything else."""
    return list(value) if isinstance(value, list | tuple) else []


def current_question(field: FieldView, progress: Progress) -> FieldView:
    """Return what is being asked: the question itself, or a cell of its row."""
    return field.columns[progress.column] if progress.screen is Screen.CELL else field


def set_option(field: FieldView, argument: str, *, is_on: bool) -> list[str]:
    """Return the chosen options with one of them set as the button names: a second tap changes nothing."""
    chosen: Sequence[str] = as_list(field.value)
    option = field.options[position(argument, field.options)].id
    if not is_on:
        return [other for other in chosen if other != option]
    return [known.id for known in field.options if known.id in chosen or known.id == option]


PRESSED: Mapping[Move, Callable[[FieldView, str], object]] = {
    Move.SET: lambda field, argument: field.options[position(argument, field.options)].id,
    Move.SAY: lambda _field, argument: argument,
    Move.DAY: lambda _field, argument: argument,
}
"""The answer of each button that carries one."""


def read_options(field: FieldView, text: str) -> object:
    """Return the ids of options whose labels, or beginnings of words in only one of them, were typed; else the text.

    Several are separated by commas, semicolons or line breaks.
    """
    if not field.options:
        return text
    whole = _option_called(field.options, text)
    if field.type is not FieldType.CHOICES:
        return whole or text
    if whole is not None:
        return [whole]
    parts = [part.strip() for part in re.split(r"[,;\n]", text)]
    return [_option_called(field.options, part) or part for part in parts if part]


def _option_called(options: Sequence[OptionView], text: str) -> str | None:
    typed = folded(text)
    called = [option.id for option in options if folded(option.label) == typed]
    beginnings = typed.split()
    if not called and beginnings:
        called = [
            option.id
            for option in options
            if all(any(word.startswith(each) for word in _words(option.label)) for each in beginnings)
        ]
    return called[0] if len(called) == 1 else None


def _words(label: str) -> list[str]:
    return re.findall(r"\w+", folded(label))
