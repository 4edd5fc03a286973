"""Expressions turned into functions of the facts. Nothing in them is called; each walks a list of rows once at most."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from jinja2 import nodes

from workflows.definitions.letters.vocabulary import is_filled

Facts = Mapping[str, object]
Value = Callable[[Facts], object]
OfColumn = Callable[[str], Value]
"""Reads the expression over the columns of rows that stands in quotes after `sum`, `any` and so on."""

_DAY = Decimal(24 * 60 * 60)


class Missing(Exception):
    """A value is missing that an expression uses."""


NO_VALUE = (Missing, TypeError, ValueError, LookupError, ArithmeticError)
"""What an expression raises where it has no value."""


def value_of(node: nodes.Node, of_column: OfColumn) -> Value:
    """Return the function that evaluates an allowed expression.

    It raises one of NO_VALUE where the expression has none.
    """
    match node:
        case nodes.Name():
            return _named(node.name)
        case nodes.Getattr(node=nodes.Name() as whole):
            return _part(whole.name, node.attr)
        case nodes.Const():
            value = node.value
            constant = Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
            return lambda _facts: constant
        case nodes.Test():
            return _filled(value_of(node.node, of_column))
        case nodes.And() | nodes.Or():
            return _both(node, of_column)
        case nodes.Not() | nodes.Neg() | nodes.Pos():
            return _one_sided(node, of_column)
        case nodes.List() | nodes.Tuple():
            items = [value_of(item, of_column) for item in node.items]
            return lambda facts: [item(facts) for item in items]
        case nodes.Compare():
            return _compared(node, of_column)
        case nodes.Filter():
            return _filtered(node, of_column)
        case nodes.BinExpr():
            return _calculated(node, of_column)
    raise TypeError(f"{type(node).__name__} is not part of the language")


def predicate(value: Value) -> Callable[[Facts], bool]:
    """Return whether an expression holds; it does not when a value is missing or cannot be compared."""

    def holds(facts: Facts) -> bool:
        try:
            return bool(value(facts))
        except NO_VALUE:
            return False

    return holds


def _named(name: str) -> Value:
    def value(facts: Facts) -> object:
        found = facts.get(name)
        if found is None:
            raise Missing(name)
        return found

    return value


def _part(whole: str, part: str) -> Value:
    name = f"{whole}.{part}"

    def value(facts: Facts) -> object:
        found = facts.get(name)
        if found is None and isinstance(parts := facts.get(whole), Mapping):
            found = parts.get(part)
        if found is None:
            raise Missing(name)
        return found

    return value


def _filled(value: Value) -> Value:
    def filled(facts: Facts) -> bool:
        try:
            return is_filled(value(facts))
        except Missing:
            return False

    return filled


def _both(node: nodes.And | nodes.Or, of_column: OfColumn) -> Value:
    left, right = value_of(node.left, of_column), value_of(node.right, of_column)
    if isinstance(node, nodes.And):
        return lambda facts: left(facts) and right(facts)
    return lambda facts: left(facts) or right(facts)


def _one_sided(node: nodes.Not | nodes.Neg | nodes.Pos, of_column: OfColumn) -> Value:
    value = value_of(node.node, of_column)
    match node:
        case nodes.Not():
            return lambda facts: not value(facts)
        case nodes.Neg():
            return lambda facts: -exact(value(facts))
    return lambda facts: exact(value(facts))


_COMPARISONS: Mapping[str, Callable[[Any, Any], object]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gteq": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
    "in": lambda one, several: one in several,
    "notin": lambda one, several: one not in several,
}


def _compared(node: nodes.Compare, of_column: OfColumn) -> Value:
    first = value_of(node.expr, of_column)
    steps = [(_COMPARISONS[operand.op], value_of(operand.expr, of_column)) for operand in node.ops]

    def value(facts: Facts) -> bool:
        left = first(facts)
        for compare, side in steps:
            right = side(facts)
            if not compare(left, right):
                return False
            left = right
        return True

    return value


def exact(value: object) -> Decimal:
    """Return a number as a Decimal, so that a fraction compares exactly with amounts; raises TypeError."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("only numbers can be calculated with")
    return Decimal(str(value))


_CALCULATIONS: Mapping[type[nodes.BinExpr], Callable[[Decimal, Decimal], Decimal]] = {
    nodes.Add: operator.add,
    nodes.Sub: operator.sub,
    nodes.Mul: operator.mul,
    nodes.Div: operator.truediv,
}


def _calculated(node: nodes.BinExpr, of_column: OfColumn) -> Value:
    calculate = _CALCULATIONS[type(node)]
    left, right = value_of(node.left, of_column), value_of(node.right, of_column)
    sign = {nodes.Add: 1, nodes.Sub: -1}.get(type(node), 0)

    def value(facts: Facts) -> object:
        one, other = left(facts), right(facts)
        if sign and isinstance(one, date):
            if isinstance(other, date):
                return _days_between(one, other, sign)
            return one + sign * timedelta(days=int(exact(other)))
        return calculate(exact(one), exact(other))

    return value


def _days_between(later: date, earlier: date, sign: int) -> Decimal:
    """Return the number of days from a day or moment to another."""
    if sign > 0 or isinstance(later, datetime) != isinstance(earlier, datetime):
        raise TypeError("dates are not added up, nor is a date taken from a moment")
    return Decimal(str((later - earlier).total_seconds())) / _DAY


def _filtered(node: nodes.Filter, of_column: OfColumn) -> Value:
    assert node.node is not None  # a filter without a value is not allowed
    value = value_of(node.node, of_column)
    if not node.args:
        return _days(value) if node.name == DAYS else lambda facts: Decimal(len(_several(value(facts))))
    assert isinstance(node.args[0], nodes.Const)  # so is another argument
    fold, cell = _FOLDS[node.name], of_column(node.args[0].value)
    return lambda facts: fold(cell, _several(value(facts)))


def _days(value: Value) -> Value:
    return lambda facts: exact(value(facts))


def _several(value: object) -> Sequence[Facts]:
    if not isinstance(value, Sequence):
        raise TypeError("not a list")
    return value


def _cells(cell: Value, rows: Sequence[Facts]) -> Iterator[object]:
    """Iterate over the values of the rows that have one."""
    for row in rows:
        try:
            found = cell(row)
        except (Missing, LookupError, ArithmeticError):
            continue
        yield found


def _counted(cell: Value, rows: Sequence[Facts]) -> Decimal:
    holds = predicate(cell)
    return Decimal(sum(holds(row) for row in rows))


def _total(cell: Value, rows: Sequence[Facts]) -> Decimal:
    return sum(map(exact, _cells(cell, rows)), Decimal(0))


def _extreme(choose: Callable[..., object]) -> Callable[[Value, Sequence[Facts]], object]:
    def extreme(cell: Value, rows: Sequence[Facts]) -> object:
        cells = list(_cells(cell, rows))
        if not cells:
            raise Missing
        return choose(cells)

    return extreme


_FOLDS: Mapping[str, Callable[[Value, Sequence[Facts]], object]] = {
    "any": lambda cell, rows: _counted(cell, rows) > 0,
    "all": lambda cell, rows: _counted(cell, rows) == len(rows),
    "count": _counted,
    "sum": _total,
    "min": _extreme(min),
    "max": _extreme(max),
}
"""What is made of the rows of a list; an empty cell counts as no number and as no "yes"."""
FOLDS = frozenset(_FOLDS)
DAYS = "days"
COUNTS = ("length", "count")
"""What counts the parts of a list when nothing is in brackets after it."""
