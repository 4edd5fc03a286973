"""What people type, read into canonical values; and canonical values, read into Python values.

Canonical values are what JSON carries: text for text, numbers and money (decimal digits), ISO text for dates, option
ids for choices, ids for people and departments, true/false for yes/no, mappings for files and clients (`id`, `name`),
lists of mappings for rows and several files.
What an answer means is known by its kind (`workflows.domain.facts.kinds`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from workflows.domain.definition import Field, FieldType
from workflows.domain.errors import FieldProblem, FormInvalid
from workflows.domain.facts.kinds import choices, days, named, numbers, texts
from workflows.domain.facts.kinds.choices import read_truth
from workflows.domain.facts.kinds.days import read_date
from workflows.domain.facts.kinds.kind import Gives, Kind, Unreadable, unreadable
from workflows.domain.facts.kinds.rows import rows
from workflows.domain.ids import FieldName
from workflows.domain.text import storable


def kind_of(field: Field) -> Kind:
    """Return the kind of a field."""
    return KINDS[field.type]


def answered_by(asked: FieldType) -> frozenset[FieldType]:
    """Return the kinds of facts that can answer a question of a kind."""
    kinds = KINDS[asked].answered_by
    return frozenset({asked}) if kinds is None else kinds


def read_form(
    fields: Sequence[Field], raw: Mapping[FieldName, object], required: Iterable[FieldName] | None = None
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
        except Unreadable as found:
            problems[field.name] = found.problem
            continue
        if value is not None:
            values[field.name] = value
        elif field.required if must is None else field.name in must:
            problems[field.name] = FieldProblem(code="required", values={})
    for field in fields:
        misfit = KINDS[field.type].misfit
        if misfit is not None and field.name in values and (wrong := misfit(field, values[field.name], values)):
            problems[field.name] = wrong
    if problems:
        raise FormInvalid(problems=problems)
    return values


def read(field: Field, raw: object) -> object | None:
    """Read one answer into its canonical value, None when it was left empty; raises Unreadable."""
    if raw is None or (isinstance(raw, str) and not storable(raw)):
        return None
    value = KINDS[field.type].read(field, raw)
    if value is not None and not (field.least is field.greatest is None):
        _check_limits(field, value)
    return value


def _check_limits(field: Field, value: object) -> None:
    """Raise Unreadable when a value is out of the limits of its field."""
    answer: Any = typed(field, value)
    is_number = KINDS[field.type].gives is Gives.NUMBER
    if field.least is not None and answer < typed(field, field.least):
        raise unreadable("too_little", limit=field.least) if is_number else unreadable("too_early", limit=field.least)
    if field.greatest is not None and answer > typed(field, field.greatest):
        raise (
            unreadable("too_much", limit=field.greatest) if is_number else unreadable("too_late", limit=field.greatest)
        )


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
    """Turn a canonical value into what conditions compare: Decimal, date, time, text, bool, or a list of these."""
    return KINDS[field.type].typed(field, value)


def problem_of(field: Field, raw: object) -> FieldProblem | None:
    """Return what is wrong with one answer, or None; for chats that ask one question at a time."""
    try:
        value = read(field, raw)
    except Unreadable as found:
        return found.problem
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
    FieldType.TIME: days.TIME,
    FieldType.MOMENT: days.MOMENT,
    FieldType.PERCENT: numbers.PERCENT,
    FieldType.URL: texts.URL,
    FieldType.FILES: named.FILES,
    FieldType.PERSON: choices.PERSON,
    FieldType.DEPARTMENT: choices.DEPARTMENT,
    FieldType.OGRN: texts.OGRN,
    FieldType.KPP: texts.KPP,
    FieldType.BIK: texts.BIK,
    FieldType.ACCOUNT: texts.ACCOUNT,
    FieldType.SNILS: texts.SNILS,
}
"""One row for each kind; a test holds that none is missing."""
