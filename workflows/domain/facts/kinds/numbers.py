"""Numbers, percentages and amounts of money, kept as decimal digits."""

import re
from decimal import Decimal

from workflows.domain.definition import Field, FieldType
from workflows.domain.facts.kinds.kind import Gives, Kind, unreadable, written_in
from workflows.domain.reading.contacts_and_amounts import Unread, decimal_in
from workflows.domain.text import folded

_CURRENCY_NAMES = {"RUB": ("₽", r"руб(\.|л[а-я]+)?", r"р\.?"), "USD": (r"\$",), "EUR": ("€",)}
"""How people write a currency besides its code: regular expressions by ISO 4217 code."""
_PERCENT = re.compile(r"\s?(?:%|процент(?:а|ов)?|per ?cent)$", re.IGNORECASE)


def digits_of(number: Decimal) -> str:
    """Return a number as it is kept: the stored digits have to be read again as the same number."""
    digits = f"{number.normalize():f}"
    return f"{digits}0" if isinstance(decimal_in(digits), Unread) else digits


def _decimal(words: str, code: str) -> Decimal:
    read = decimal_in(words)
    if read is None:
        raise unreadable(code)
    if isinstance(read, Unread):
        raise unreadable(read.code, **read.values)
    return read


def _number(field: Field, raw: object) -> object:
    return digits_of(_decimal(_without_unit(field, written_in(raw)), "not_a_number"))


def _without_unit(field: Field, words: str) -> str:
    """Return the words without the unit of the field after them, as people copy it with the number."""
    units = () if field.unit is None else (field.unit.ru, field.unit.en)
    return next((words[: -len(u)].strip() for u in units if u and folded(words).endswith(folded(u))), words)


def _percent(_field: Field, raw: object) -> object:
    return digits_of(_decimal(_PERCENT.sub("", written_in(raw)), "not_a_percentage"))


def _money(field: Field, raw: object) -> object:
    names = (*_CURRENCY_NAMES.get(field.currency, ()), re.escape(field.currency))
    text = re.sub(rf"^({'|'.join(names)})|({'|'.join(names)})$", "", written_in(raw), flags=re.IGNORECASE)
    amount = _decimal(text.strip(), "not_money")
    if amount < 0:
        raise unreadable("negative_money")
    if len(f"{amount:f}".partition(".")[2]) > 2:
        raise unreadable("too_many_decimals")
    return f"{amount:.2f}"


def _typed(_field: Field, value: object) -> object:
    return Decimal(str(value))


_NUMBERS = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT})
NUMBER = Kind(read=_number, gives=Gives.NUMBER, typed=_typed, answered_by=_NUMBERS)
PERCENT = Kind(read=_percent, gives=Gives.NUMBER, typed=_typed, answered_by=_NUMBERS)
MONEY = Kind(read=_money, gives=Gives.NUMBER, typed=_typed, answered_by=_NUMBERS)
