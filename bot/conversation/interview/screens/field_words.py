"""Answers in words for their reader."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from babel.numbers import get_currency_symbol

from bot.conversation.reply import FieldView
from bot.rendering.language.filters import LOCALES, words_of
from bot.rendering.phrases.answer_problems import field_problem
from workflows.domain.definition import Field, Option
from workflows.domain.facts.values import problem_of, read
from workflows.domain.text import Language, Text


def value_words(field: FieldView, value: object, language: Language) -> str:
    """Return an answer in words, or as it was typed when it cannot be read; empty for no answer."""
    match value:
        case None | "" | []:
            return ""
        case Mapping():
            return str(value.get("name", ""))
    asked = _field_of(field)
    if problem_of(asked, value) is not None:
        return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
    canonical = read(asked, value)
    return "" if canonical is None else words_of(asked, canonical, language)


def row_lines(field: FieldView, language: Language) -> tuple[str, ...]:
    """Return the rows of a table, each as a line; empty for other questions."""
    if not field.columns or not isinstance(field.value, list):
        return ()
    return tuple(row_line(field, row, language) for row in field.value)


def row_line(field: FieldView, row: Mapping[str, object], language: Language) -> str:
    """Return a row of a table as a line."""
    cells = (value_words(column, row.get(column.name), language) for column in field.columns)
    return " · ".join(filter(None, cells))


def row_problems(field: FieldView, rows: Iterable[Mapping[str, object]], language: Language) -> Mapping[int, str]:
    """Return what is wrong with rows, by their numbers from 1, each in words that name it by its number."""
    asked, problems = _field_of(field), dict[int, str]()
    for number, row in enumerate(rows, start=1):
        problem = problem_of(asked, [row])
        if problem is not None:
            problems[number] = field_problem(replace(problem, row=number), asked, language)
    return problems


def columns_words(field: FieldView, language: Language) -> str:
    """Return the columns of a table in order, with their currencies and a star where an answer is required."""
    named = (
        ", ".join(filter(None, (column.label, currency_sign(column, language)))) + (" *" if column.required else "")
        for column in field.columns
    )
    return "; ".join(named)


def currency_sign(field: FieldView, language: Language) -> str:
    """Return the currency sign of a question about money, the unit of one about a number; empty for others."""
    return field.unit if field.currency is None else get_currency_symbol(field.currency, LOCALES[language])


def _field_of(field: FieldView) -> Field:
    """Return the field of a question, with its texts in the reader's language only."""
    options = tuple(Option(id=option.id, label=Text.same(option.label)) for option in field.options)
    asked = Field(
        name=field.name,
        type=field.type,
        label=Text.same(field.label),
        required=field.required,
        options=options,
        columns=tuple(_field_of(column) for column in field.columns),
        unit=Text.same(field.unit) if field.unit else None,
        least=field.least,
        greatest=field.greatest,
        max_files=field.max_files,
    )
    return asked if field.currency is None else replace(asked, currency=field.currency)
