"""What people type, read into canonical values; and canonical values, read into Python values.

Canonical values are what JSON carries: text for text, numbers and money (decimal digits), ISO text for dates, option
ids for choices, true/false for yes/no, mappings for files and clients (`id`, `name`), lists of mappings for rows.
What an answer means is known by its kind (`workflows.domain.kinds`).
"""

from collections.abc import Iterable, Mapping
from datetime import date

from workflows.domain.definition import Field, FieldType
from workflows.domain.errors import FieldProblem, FormInvalid
from workflows.domain.ids import FieldName
from workflows.domain.kinds import choices, days, named, numbers, texts
from workflows.domain.kinds.choices import read_truth
from workflows.domain.kinds.days import read_date
from workflows.domain.kinds.kind import Kind, Unreadable
from workflows.domain.kinds.rows import rows
from workflows.domain.text import storable


def kind_of(field: Field) -> Kind:
    """Return the kind of a field."""
    return KINDS[field.type]


def read_form(
    fields: Iterable[Field], raw: Mapping[FieldName, object], required: Iterable[FieldName] | None = None
) -> dict[FieldName, object]:
    """Read the answers of a form into canonical values, empty answers left out.

    *required* names the fields that must be answered (the fields' own `required` when None). Raises FormInvalid with
    every problem at once.
    """
    must = None if required is None else frozenset(required)
    values: dict[FieldName, object] = {}
    problems: dict[FieldName, FieldProblem] = {}
    for field in fields:
        try:
            value = read(field, raw.get(field.name))
        except Unreadable as unreadable:
            problems[field.name] = unreadable.problem
            continue
        if value is not None:
            values[field.name] = value
        elif field.required if must is None else field.name in must:
            problems[field.name] = FieldProblem(code="required", values={})
    if problems:
        raise FormInvalid(problems=problems)
    return values


def read(field: Field, raw: object) -> object | None:
    """Read one answer into its canonical value, None when it was left empty; raises Unreadable."""
    if raw is None or (isinstance(raw, str) and not storable(raw)):
        return None
    return KINDS[field.type].read(field, raw)


def canonical(field: Field, raw: object, today: date | None = None) -> object:
    """Return an answer as a draft keeps it: its canonical value where it can be read, else as it was typed.

    So every chat can show it in its own control. Rows are kept cell by cell. From *today* on, days are read that are
    told from it (`day_in`).
    """
    told = KINDS[field.type].told
    if told is not None and (kept := told(field, raw, today)) is not None:
        return kept
    if raw is None or isinstance(raw, Mapping):
        return raw
    try:
        value = read(field, raw)
    except Unreadable:
        return raw
    return raw if value is None else value


def typed(field: Field, value: object) -> object:
    """Turn a canonical value into what conditions compare: Decimal, date, text, bool, or a list of these."""
    return KINDS[field.type].typed(field, value)


def problem_of(field: Field, raw: object) -> FieldProblem | None:
    """Return what is wrong with one answer, or None; for chats that ask one question at a time."""
    try:
        value = read(field, raw)
    except Unreadable as unreadable:
        return unreadable.problem
    return FieldProblem(code="required", values={}) if value is None and field.required else None


def readable(field: Field, raw: object) -> object | None:
    """Return the canonical value of an answer, None when it is empty or cannot be read."""
    try:
        return read(field, raw)
    except Unreadable:
        return None


def date_in(raw: object) -> date | None:
    """Return the date in an answer; None when it cannot be read as one."""
    try:
        return read_date(raw)
    except Unreadable:
        return None


def truth_in(raw: object) -> bool | None:
    """Return the yes or no in an answer; None when it cannot be read as either."""
    try:
        return read_truth(raw)
    except Unreadable:
        return None


def inn_of_another(inn: str, name: str) -> FieldProblem:
    """Return the problem of a client's name whose INN the base knows under another *name*."""
    return FieldProblem(code="inn_of_another_client", values={"inn": inn, "name": name})


KINDS: Mapping[FieldType, Kind] = {
    FieldType.TEXT: texts.TEXT,
    FieldType.LONG_TEXT: texts.LONG_TEXT,
    FieldType.NUMBER: numbers.NUMBER,
    FieldType.MONEY: numbers.MONEY,
    FieldType.DATE: days.DATE,
    FieldType.CHOICE: choices.CHOICE,
    FieldType.CHOICES: choices.CHOICES,
    FieldType.YES_NO: choices.YES_NO,
    FieldType.PHONE: texts.PHONE,
    FieldType.EMAIL: texts.EMAIL,
    FieldType.INN: texts.INN,
    FieldType.ROWS: rows(read_form, typed, canonical),
    FieldType.FILE: named.FILE,
    FieldType.CLIENT: named.CLIENT,
    FieldType.RECORD: named.RECORD,
}
"""One row for each kind; a test holds that none is missing."""
