"""What an answer or a button means in an interview: pure steps from one progress to the next."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.conversation.interview.progress import Progress, Screen
from bot.conversation.reply import FieldView, FormView
from workflows.domain.commands import RawValues
from workflows.domain.definition import Field, FieldType
from workflows.domain.errors import FieldProblem
from workflows.domain.forms import problem_of
from workflows.domain.text import storable

COMMAND_SIGN = "/"
SAME_SCREEN = frozenset({"page", "month"})
"""What leaves somebody at the same question: they press the next button before the screen is redrawn."""


def values_of(form: FormView) -> RawValues:
    """Return what the form shows as answered."""
    return {field.name: field.value for field in form.fields if field.value is not None}


def problem_with(field: Field, raw: object) -> FieldProblem | None:
    """Return what is wrong with one answer; the name of a client is looked up later, when the form is sent."""
    if field.type is FieldType.CLIENT and isinstance(raw, str) and storable(raw):
        return None
    return problem_of(field, raw)


def listed(value: object) -> list[Any]:
    """Return a list of rows or options; an empty one for anything else."""
    return list(value) if isinstance(value, list | tuple) else []


def asked_now(field: FieldView, progress: Progress) -> FieldView:
    """Return what is being asked: the question itself, or a cell of its row."""
    return field.columns[progress.column] if progress.screen is Screen.CELL else field


def ticked(field: FieldView, argument: str, *, is_on: bool) -> list[str]:
    """Return the chosen options with one ticked or taken back, as the button said: a second tap changes nothing."""
    chosen: Sequence[str] = listed(field.value)
    if not argument.isdecimal() or int(argument) >= len(field.options):
        return list(chosen)
    option = field.options[int(argument)].id
    if not is_on:
        return [other for other in chosen if other != option]
    return [known.id for known in field.options if known.id in chosen or known.id == option]


def chosen(field: FieldView, verb: str, argument: str) -> object:
    """Return what a button of a question stands for."""
    if verb == "set" and argument.isdecimal() and int(argument) < len(field.options):
        return field.options[int(argument)].id
    return argument


def option_typed(field: FieldView, text: str) -> object:
    """Read the labels of options that were typed instead of pressed."""
    if not field.options:
        return text
    ids: Mapping[str, str] = {option.label.casefold(): option.id for option in field.options}
    if field.type is FieldType.CHOICES:
        return [ids.get(part.strip().casefold(), part.strip()) for part in text.split(",")]
    return ids.get(text.strip().casefold(), text)


def within(progress: Progress, form: FormView) -> Progress:
    """Return a progress that fits the form, which may have been changed meanwhile."""
    if progress.at >= len(form.fields) and progress.screen in (Screen.QUESTION, Screen.CELL):
        return replace(progress, screen=Screen.SUMMARY, at=0, is_changing=False)
    if progress.screen is Screen.CELL and progress.column >= len(form.fields[progress.at].columns):
        return replace(progress, screen=Screen.QUESTION, cells={}, column=0)
    return progress


def forwards(progress: Progress) -> Progress:
    """Go to the next question, or back to the summary after a change."""
    if progress.is_changing:
        return replace(progress, screen=Screen.SUMMARY, is_changing=False, month="", page=0)
    return replace(progress, screen=Screen.QUESTION, at=progress.at + 1, month="", page=0)


def backwards(progress: Progress) -> Progress:
    """Go to the question or cell before, from the first cell to its table, or back to the summary unchanged."""
    if progress.screen is Screen.CELL and progress.column > 0:
        return replace(progress, column=progress.column - 1, month="", page=0)
    if progress.screen is Screen.CELL:
        return replace(progress, screen=Screen.QUESTION, cells={}, column=0, month="", page=0)
    if progress.is_changing:
        return replace(progress, screen=Screen.SUMMARY, is_changing=False, month="", page=0)
    return replace(progress, screen=Screen.QUESTION, at=max(progress.at - 1, 0), month="", page=0)


def moved(progress: Progress, form: FormView, verb: str, argument: str) -> Progress | None:
    """Return where a button leads that only shows another screen; None for the others."""
    match verb:
        case "summary":
            return replace(progress, screen=Screen.SUMMARY, is_changing=False, page=0)
        case "change":
            return replace(progress, screen=Screen.CHANGE, page=0)
        case "field" if argument.isdecimal() and int(argument) < len(form.fields):
            return replace(progress, screen=Screen.QUESTION, at=int(argument), is_changing=True, month="", page=0)
        case "back":
            return backwards(progress)
        case "page" if argument.isdecimal():
            return replace(progress, page=int(argument))
        case "month" if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", argument):
            return replace(progress, month=argument)
        case "add":
            return replace(progress, screen=Screen.CELL, cells={}, column=0, page=0)
        case "norow":
            return replace(progress, screen=Screen.QUESTION, cells={}, column=0)
    return None
