"""The columns of a table, each defined once: its name, the attribute that it stores, how it is written and read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """A column that stores an attribute (of its own name, unless another is given) as it is, or as *write* returns it.

    `changes` is true when it is written again as the row changes; `is_read` is False for what is read together with
    another column.
    """

    name: str
    write: Callable[[Any], Any] | None = None
    read: Callable[[Any], Any] | None = None
    attribute: str = ""
    changes: bool = False
    is_read: bool = True


class Columns:
    """Writes values to rows and reads them back; everything is prepared once, when it is made."""

    def __init__(self, *columns: Column) -> None:
        attributes = [column.attribute or column.name for column in columns]
        self.names = tuple(column.name for column in columns)
        self.changing = tuple(column.name for column in columns if column.changes)
        self._values_of = attrgetter(*attributes)
        self._changing_of = attrgetter("__class__", *(c.attribute or c.name for c in columns if c.changes))
        self._written = tuple((column.name, column.write) for column in columns if column.write is not None)
        # What is read together with another column falls under its own name, which is no attribute.
        self._keys = tuple(a if c.is_read else c.name for a, c in zip(attributes, columns, strict=True))
        self._left_out = tuple(column.name for column in columns if not column.is_read)
        self._read = tuple(
            (attribute, column.read)
            for attribute, column in zip(attributes, columns, strict=True)
            if column.read is not None
        )

    def row(self, value: object) -> dict[str, Any]:
        """Return the row of a value: stored values by column."""
        row = dict(zip(self.names, self._values_of(value), strict=True))
        for name, write in self._written:
            row[name] = write(row[name])
        return row

    def differ(self, before: object, after: object) -> bool:
        """Whether anything differs that is written again as a row changes."""
        return bool(self._changing_of(before) != self._changing_of(after))

    def attributes(self, row: Sequence[Any]) -> dict[str, Any]:
        """Read the attributes of a value from a row that begins with these columns, in their order."""
        found = dict(zip(self._keys, row, strict=False))
        for name in self._left_out:
            del found[name]
        for attribute, read in self._read:
            found[attribute] = read(found[attribute])
        return found

    def at(self, row: Sequence[Any], name: str) -> Any:
        """Return the value of one column of a row."""
        return row[self.names.index(name)]


def part(name: str) -> Callable[[object], Any]:
    """Return a function that reads an attribute of a value, and None of None."""
    return lambda value: None if value is None else getattr(value, name)
