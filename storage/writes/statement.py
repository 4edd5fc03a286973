"""One statement of the hot path: written with SQLAlchemy Core, compiled once, run on the driver's own cursor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, any_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL in the driver's own style, the names of its arguments in order, and the fixed values.

    `locks` is true when it locks the rows it reads until the transaction ends.
    """

    sql: str
    names: tuple[str, ...]
    fixed: Mapping[str, object]
    locks: bool = False

    def arguments(self, values: Mapping[str, object]) -> tuple[object, ...]:
        """Return values in the statement's order; raises KeyError when one is missing."""
        return tuple(values[name] if name in values else self.fixed[name] for name in self.names)


def compiled(clause: ClauseElement, dialect: Dialect) -> Statement:
    """Compile a clause in the dialect of a driver."""
    made: Any = clause.compile(dialect=dialect)
    fixed = {name: value for name, value in made.params.items() if value is not None}
    return Statement(str(made), tuple(made.positiontup or ()), fixed)


def among(column: ColumnElement[Any], name: str, dialect: Dialect) -> ColumnElement[bool]:
    """Return the condition that a column is one of the values of an argument: a JSON array of any length."""
    given: ColumnElement[Any] = bindparam(name, type_=Text())
    if dialect.name == "sqlite":
        values = func.json_each(given).table_valued("value")
        return column.in_(select(cast(values.c.value, column.type)))
    values = func.jsonb_array_elements_text(cast(given, JSONB)).table_valued("value")
    # As an array: for a table function the planner expects a hundred rows.
    array = func.array(select(cast(values.c.value, column.type)).scalar_subquery(), type_=ARRAY(column.type))
    return column == any_(array)


def escaped(words: str) -> str:
    """Return a part of a pattern that stands for nothing but itself, with `\\` as the escape."""
    # SQLite accepts patterns of at most 50,000 bytes, and no name is as long as this.
    return words[:1000].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def holding(person: str) -> str:
    """Return the pattern of a list of people, as it is stored, that holds one."""
    return f'%"{escaped(person)}"%'
