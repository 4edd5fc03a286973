"""What people type, read into canonical values; and canonical values, read into Python values.

Canonical values are what JSON carries: text for text, numbers and money (decimal digits), ISO text for dates, option
ids for choices, true/false for yes/no, mappings for files and clients (`id`, `name`), lists of mappings for rows.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from workflows.domain.commands import RawValues
from workflows.domain.definition import Field, FieldType
from workflows.domain.errors import FieldProblem, FormInvalid
from workflows.domain.ids import FieldName
from workflows.domain.reading import Unread, day_in, decimal_in, email_in, inn_in, phone_in
from workflows.domain.text import file_name, folded, storable, written

MAX_TEXT = 500
MAX_LONG_TEXT = 10_000
MAX_ROWS = 500

_CURRENCY_NAMES = {"RUB": ("₽", r"руб(\.|л[а-я]+)?", r"р\.?"), "USD": (r"\$",), "EUR": ("€",)}
"""How people write a currency besides its code: regular expressions by ISO 4217 code."""
_YES = frozenset({"yes", "true", "on", "1", "да"})
_NO = frozenset({"no", "false", "off", "0", "нет"})


class _Unreadable(Exception):
    """One answer cannot be read; carries the problem up to the form."""

    def __init__(self, problem: FieldProblem) -> None:
        super().__init__(problem.code)
        self.problem = problem


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
        except _Unreadable as unreadable:
            problems[field.name] = unreadable.problem
            continue
        if value is not None:
            values[field.name] = value
        elif field.required if must is None else field.name in must:
            problems[field.name] = FieldProblem(code="required", values={})
    if problems:
        raise FormInvalid(problems=problems)
    return values


def problem_of(field: Field, raw: object) -> FieldProblem | None:
    """Return what is wrong with one answer, or None; for chats that ask one question at a time."""
    try:
        value = read(field, raw)
    except _Unreadable as unreadable:
        return unreadable.problem
    return FieldProblem(code="required", values={}) if value is None and field.required else None


def read(field: Field, raw: object) -> object | None:
    """Read one answer into its canonical value; None when it was left empty."""
    if raw is None or (isinstance(raw, str) and not storable(raw)):
        return None
    return _READERS[field.type](field, raw)


def readable(field: Field, raw: object) -> object | None:
    """Return the canonical value of an answer, None when it is empty or cannot be read."""
    try:
        return read(field, raw)
    except _Unreadable:
        return None


def canonical(field: Field, raw: object, today: date | None = None) -> object:
    """Return an answer as a draft keeps it: its canonical value where it can be read, else as it was typed.

    So every chat can show it in its own control. Rows are kept cell by cell. From *today* on, days are read that are
    told from it (`day_in`).
    """
    match raw:
        case list() | tuple() if field.type is FieldType.ROWS:
            columns = {column.name: column for column in field.columns}
            return [_canonical_row(columns, row, today) if isinstance(row, Mapping) else row for row in raw]
        case str() if field.type is FieldType.DATE:
            day = day_in(written(raw), today)
            return raw if day is None else day.isoformat()
        case Mapping() | None:
            return raw
    try:
        value = read(field, raw)
    except _Unreadable:
        return raw
    return raw if value is None else value


def _canonical_row(columns: Mapping[FieldName, Field], row: RawValues, today: date | None) -> RawValues:
    return {name: canonical(columns[name], cell, today) if name in columns else cell for name, cell in row.items()}


def date_in(raw: object) -> date | None:
    """Return the date in an answer; None when it cannot be read as one."""
    try:
        return _read_date(raw)
    except _Unreadable:
        return None


def truth_in(raw: object) -> bool | None:
    """Return the yes or no in an answer; None when it cannot be read as either."""
    try:
        return _read_truth(raw)
    except _Unreadable:
        return None


def typed(field: Field, value: object) -> object:
    """Turn a canonical value into what conditions compare: Decimal, date, text, bool, or a list of these."""
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY:
            return Decimal(str(value))
        case FieldType.DATE:
            return date.fromisoformat(str(value))
        case FieldType.ROWS if isinstance(value, Sequence):
            columns = {column.name: column for column in field.cells}
            return [{n: typed(columns[n], cell) for n, cell in row.items() if n in columns} for row in value]
        case FieldType.CLIENT | FieldType.FILE if isinstance(value, Mapping):
            return value["name"]
    return value


def inn_of_another(inn: str, name: str) -> FieldProblem:
    """Return the problem of a client's name whose INN the base knows under another *name*."""
    return FieldProblem(code="inn_of_another_client", values={"inn": inn, "name": name})


def _problem(code: str, **values: object) -> _Unreadable:
    return _Unreadable(FieldProblem(code=code, values={name: str(value) for name, value in values.items()}))


def _words(raw: object) -> str:
    if not isinstance(raw, str):
        raise _problem("unreadable")
    return storable(raw)


def _text(limit: int) -> Callable[[Field, object], object]:
    def reader(_field: Field, raw: object) -> object:
        words = _words(raw).replace("\r\n", "\n").replace("\r", "\n")
        if limit == MAX_TEXT:
            words = " ".join(words.split())
        if len(words) > limit:
            raise _problem("too_long", limit=limit, length=len(words))
        return words or None

    return reader


def _decimal(words: str, code: str) -> Decimal:
    read = decimal_in(words)
    if read is None:
        raise _problem(code)
    if isinstance(read, Unread):
        raise _problem(read.code, **read.values)
    return read


def _number(_field: Field, raw: object) -> object:
    digits = f"{_decimal(written(_words(raw)), 'not_a_number').normalize():f}"
    # A stored value has to be read again as the same number.
    return f"{digits}0" if isinstance(decimal_in(digits), Unread) else digits


def _money(field: Field, raw: object) -> object:
    names = (*_CURRENCY_NAMES.get(field.currency, ()), re.escape(field.currency))
    text = re.sub(rf"^({'|'.join(names)})|({'|'.join(names)})$", "", written(_words(raw)), flags=re.IGNORECASE)
    amount = _decimal(text.strip(), "not_money")
    if amount < 0:
        raise _problem("negative_money")
    if len(f"{amount:f}".partition(".")[2]) > 2:
        raise _problem("too_many_decimals")
    return f"{amount:.2f}"


def _date(_field: Field, raw: object) -> object:
    return _read_date(raw).isoformat()


def _read_date(raw: object) -> date:
    day = day_in(written(_words(raw)))
    if day is None:
        raise _problem("not_a_date")
    return day


def _choice(field: Field, raw: object) -> object:
    chosen = _words(raw)
    if all(option.id != chosen for option in field.options):
        raise _problem("not_an_option")
    return chosen


def _choices(field: Field, raw: object) -> object | None:
    chosen = [raw] if isinstance(raw, str) else raw
    if not isinstance(chosen, Sequence):
        raise _problem("unreadable")
    known = [option.id for option in field.options]
    if any(choice not in known for choice in chosen):
        raise _problem("not_an_option")
    return [option for option in known if option in chosen] or None


def _yes_no(_field: Field, raw: object) -> object:
    return _read_truth(raw)


def _read_truth(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = folded(_words(raw))
    if word in _YES or word in _NO:
        return word in _YES
    raise _problem("not_yes_no")


def _phone(_field: Field, raw: object) -> object:
    number = phone_in(written(_words(raw)))
    if number is None:
        raise _problem("not_a_phone")
    return number


def _email(_field: Field, raw: object) -> object:
    address = email_in(written(_words(raw)))
    if address is None:
        raise _problem("not_an_email")
    return address


def _inn(_field: Field, raw: object) -> object:
    read = inn_in(written(_words(raw)))
    if isinstance(read, Unread):
        raise _problem(read.code)
    return read


def _rows(field: Field, raw: object) -> object | None:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise _problem("unreadable")
    if len(raw) > MAX_ROWS:
        raise _problem("too_many_rows", limit=MAX_ROWS)
    rows: list[dict[FieldName, object]] = []
    wrong: list[tuple[int, FieldProblem]] = []
    for number, cells in enumerate(raw, start=1):
        if not isinstance(cells, Mapping):
            raise _problem("unreadable")
        try:
            rows.append(_row(field.columns, cells, number))
        except _Unreadable as unreadable:
            wrong.append((number, unreadable.problem))
    if wrong:
        raise _Unreadable(replace(wrong[0][1], more_rows=tuple(number for number, _ in wrong[1:])))
    return [row for row in rows if row] or None


def _row(columns: Sequence[Field], cells: Mapping[FieldName, object], number: int) -> dict[FieldName, object]:
    """Read one row; returns {} for an empty row, and an unticked box alone does not fill a row."""
    if all(_is_blank(cell) for cell in cells.values()):
        return {}
    try:
        row = read_form(columns, cells)
    except FormInvalid as invalid:
        column, problem = next(iter(invalid.problems.items()))
        found = FieldProblem(code=problem.code, values=problem.values, row=number, column=column)
        raise _Unreadable(found) from None
    return {} if all(value is False for value in row.values()) else row


def _is_blank(cell: object) -> bool:
    return cell in (None, False, []) or (isinstance(cell, str) and not storable(cell))


def _named(field: Field, raw: object) -> object:
    """Read a file or a client: a mapping with the `id` assigned by the storage and the `name` people see."""
    if not isinstance(raw, Mapping) or not raw.get("id") or not isinstance(raw["id"], str | int):
        raise _problem("unreadable")
    name = _words(raw.get("name"))
    name = file_name(name) if field.type is FieldType.FILE else " ".join(name.split())
    if not name:
        raise _problem("unreadable")
    if len(name) > MAX_TEXT:
        raise _problem("too_long", limit=MAX_TEXT, length=len(name))
    return {"id": raw["id"], "name": name}


_READERS: dict[FieldType, Callable[[Field, object], object | None]] = {
    FieldType.TEXT: _text(MAX_TEXT),
    FieldType.LONG_TEXT: _text(MAX_LONG_TEXT),
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.YES_NO: _yes_no,
    FieldType.PHONE: _phone,
    FieldType.EMAIL: _email,
    FieldType.INN: _inn,
    FieldType.ROWS: _rows,
    FieldType.FILE: _named,
    FieldType.CLIENT: _named,
}
