"""Facts that are computed from others: never asked for, and worked out anew whenever a task or a visit is completed."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from workflows.domain.definition import Field, FieldType
from workflows.domain.facts.kinds.numbers import digits_of
from workflows.domain.facts.values import readable

_CENT = Decimal("0.01")
_FINEST = Decimal("0.000001")
"""To what numbers are rounded; halves go up, as in accounts."""


def computed_value(field: Field, facts: Mapping[str, object]) -> object | None:
    """Return the canonical value of a computed field, None where it has none with these facts."""
    value = None if field.computed is None else field.computed.value(facts)
    return None if value is None else readable(field, _answer(field, value))


def _answer(field: Field, value: object) -> object:
    """Return a Python value as the answer that people would give."""
    match value:
        case bool() | str():
            return value
        case int() | float() | Decimal():
            return _rounded(field, Decimal(str(value)))
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
    return None


def _rounded(field: Field, number: Decimal) -> str | None:
    try:
        if field.type is FieldType.MONEY:
            return f"{number.quantize(_CENT, ROUND_HALF_UP):f}"
        return digits_of(number.quantize(_FINEST, ROUND_HALF_UP) + 0)
    except InvalidOperation:  # more digits than a number has
        return None
