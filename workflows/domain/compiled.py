"""Compiled conditions: the domain calls them, and never reads the expressions that they were written as."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflows.domain.ids import FieldName


class Needs(StrEnum):
    """How a fact must stand to a value."""

    EQUAL = "eq"
    OTHER = "ne"
    MORE = "gt"
    AT_LEAST = "gteq"
    LESS = "lt"
    AT_MOST = "lteq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A part of a condition that can be told to people: a fact, how it must stand to a value, and that value."""

    fact: FieldName
    needs: Needs
    value: str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A compiled expression over the facts of a case and `visit`, the number (from 1) of this visit to the stage.

    `names` are those that it uses; `unmet` returns the comparisons that do not hold, as far as they explain why the
    condition does not.
    """

    source: str
    holds: Callable[[Mapping[str, object]], bool]
    unmet: Callable[[Mapping[str, object]], tuple[Comparison, ...]] = lambda _facts: ()
    names: frozenset[str] = frozenset()
