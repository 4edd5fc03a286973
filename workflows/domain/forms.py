"""What people type, read into canonical values; and canonical values, read into Python values.

Canonical values are what JSON carries: text for text, numbers and money (decimal digits), ISO text for dates, option
ids for choices, true/false for yes/no, mappings for files and clients (`id`, `name`), lists of mappings for rows.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from workflows.domain.definition import Field, FieldType
from workflows.domain.errors import FieldProblem, FormInvalid
from workflows.domain.ids import FieldName
from workflows.domain.text import storable

MAX_TEXT = 500
MAX_LONG_TEXT = 10_000
MAX_ROWS = 500

_EMAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\".]+(\.[^@\s<>,;\".]+)+")
_RUSSIAN_DATE = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_SPACES = re.compile(r"[\s\u00a0\u202f']+")
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
            columns = {column.name: column for column in field.columns}
            return [{n: typed(columns[n], cell) for n, cell in row.items() if n in columns} for row in value]
        case FieldType.CLIENT | FieldType.FILE if isinstance(value, Mapping):
            return value["name"]
    return value


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


def _decimal(raw: object, code: str) -> Decimal:
    digits = _SPACES.sub("", _words(raw))
    if not _NUMBER.fullmatch(digits) or len(digits) > 20:
        raise _problem(code)
    try:
        # Adding zero turns -0 into 0.
        return Decimal(digits.replace(",", ".")) + 0
    except InvalidOperation:
        raise _problem(code) from None


def _number(_field: Field, raw: object) -> object:
    return f"{_decimal(raw, 'not_a_number').normalize():f}"


def _money(field: Field, raw: object) -> object:
    names = (*_CURRENCY_NAMES.get(field.currency, ()), re.escape(field.currency))
    text = re.sub(rf"^({'|'.join(names)})|({'|'.join(names)})$", "", _words(raw), flags=re.IGNORECASE)
    amount = _decimal(text, "not_money")
    if amount < 0:
        raise _problem("negative_money")
    if amount != amount.quantize(Decimal("0.01")):
        raise _problem("not_money")
    return f"{amount:.2f}"


def _date(_field: Field, raw: object) -> object:
    return _read_date(raw).isoformat()


def _read_date(raw: object) -> date:
    words = _words(raw)
    try:
        if russian := _RUSSIAN_DATE.fullmatch(words):
            day, month, year = (int(part) for part in russian.groups())
            day_read = date(year, month, day)
        else:
            day_read = date.fromisoformat(words)
    except ValueError:
        raise _problem("not_a_date") from None
    if not 1900 <= day_read.year <= 2199:
        raise _problem("not_a_date")
    return day_read


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
    word = _words(raw).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise _problem("not_yes_no")


def _phone(_field: Field, raw: object) -> object:
    """Read a phone number into E.164 (7-15 digits); a Russian number may begin with 8 or with the area code.

    Numbers of country code 7 have ten digits after it; no country code begins with 0 (ITU-T E.164).
    """
    words = _words(raw)
    digits = re.sub(r"[\s\u00a0()\-.\u2013]", "", words)
    plus = digits.startswith("+")
    digits = digits.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise _problem("not_a_phone")
    if not plus:
        if len(digits) == 11 and digits[0] in "78":
            digits = "7" + digits[1:]
        elif len(digits) == 10:
            digits = "7" + digits
        else:
            raise _problem("not_a_phone")
    if not 7 <= len(digits) <= 15 or digits[0] == "0" or (digits[0] == "7" and len(digits) != 11):
        raise _problem("not_a_phone")
    return "+" + digits


def _email(_field: Field, raw: object) -> object:
    address = _words(raw)
    if not _EMAIL.fullmatch(address) or len(address) > 254:
        raise _problem("not_an_email")
    return address


def _inn(_field: Field, raw: object) -> object:
    """Read a taxpayer number of 10 or 12 digits by its check digits (Order of the Federal Tax Service MMV-7-6/435)."""
    digits = _SPACES.sub("", _words(raw))
    if not (digits.isascii() and digits.isdigit() and len(digits) in (10, 12)) or digits.startswith("00"):
        raise _problem("not_an_inn")
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    for checked in (9,) if len(digits) == 10 else (10, 11):
        total = sum(w * int(d) for w, d in zip(weights[-checked:], digits, strict=False))
        if total % 11 % 10 != int(digits[checked]):
            raise _problem("inn_check_digit")
    return digits


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


def _named(_field: Field, raw: object) -> object:
    """Read a file or a client: a mapping with the `id` assigned by the storage and the `name` people see."""
    if not isinstance(raw, Mapping) or not raw.get("id") or not isinstance(raw["id"], str | int):
        raise _problem("unreadable")
    name = _words(raw.get("name"))
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
