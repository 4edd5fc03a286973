"""Expressions that give a value, and tables of them: lines of conditions and values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from workflows.definitions.expressions.compile import compiled, names_in, tree_of
from workflows.definitions.expressions.evaluation import NO_VALUE, Facts, Missing, Value
from workflows.domain.definition import FieldType

KOPECK = Decimal("0.01")
_MOST_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; `value` raises one of NO_VALUE where it has none."""

    source: str
    value: Value
    names: frozenset[str]


def compile_value(source: str) -> Expression:
    """Compile an expression whose names have been checked; raises BadExpression."""
    tree_of(source)
    return Expression(source, compiled(source), names_in(source))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table; one without a condition always counts."""

    when: Expression | None
    value: Expression


def compile_table(lines: Sequence[Line], *, first: bool) -> Expression:
    """Return what a table gives: the value of the *first* line that holds, or the sum of those that do.

    It has no value where a line needs something that is missing: half of a table says nothing.
    """

    def held(facts: Facts) -> Iterator[object]:
        for line in lines:
            if line.when is None or line.when.value(facts):
                yield line.value.value(facts)

    def value(facts: Facts) -> object:
        if not first:
            return sum((Decimal(str(each)) for each in held(facts)), Decimal(0))
        for each in held(facts):
            return each
        raise Missing("no line of the table holds")

    used = [each for line in lines for each in (line.when, line.value) if each is not None]
    return Expression("", value, frozenset().union(*(each.names for each in used)))


class _WithTables(Mapping[str, object]):
    """The facts, and what tables give with them."""

    def __init__(self, facts: Facts, tables: Mapping[str, Expression]) -> None:
        self._facts = facts
        self._tables = tables

    def __getitem__(self, name: str) -> object:
        """Return a fact, or what a table gives."""
        return self._tables[name].value(self._facts) if name in self._tables else self._facts[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        yield from self._facts
        yield from self._tables

    def __len__(self) -> int:
        """Count the names."""
        return len(self._facts) + len(self._tables)


def answering(
    expression: Expression, kind: FieldType, tables: Mapping[str, Expression]
) -> Callable[[Mapping[str, object]], object]:
    """Return the function that gives the answer to a question of a kind, None where the expression has no value.

    Amounts are rounded to kopecks, other numbers to six places.
    """

    def value(facts: Mapping[str, object]) -> object:
        try:
            found = expression.value(_WithTables(facts, tables))
            if not isinstance(found, Decimal):
                return found
            places = KOPECK if kind is FieldType.MONEY else _MOST_PLACES
            return found.quantize(places, rounding=ROUND_HALF_UP)
        except NO_VALUE:
            return None

    return value
