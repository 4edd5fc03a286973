"""Lists of rows: kept as lists of mappings, each cell as its column keeps it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from workflows.domain.commands import RawValues
from workflows.domain.definition import Field
from workflows.domain.errors import FieldProblem, FormInvalid
from workflows.domain.facts.kinds.kind import Gives, Kind, Unreadable, unreadable
from workflows.domain.ids import FieldName
from workflows.domain.text import storable

MAX_ROWS = 500

RowReader = Callable[[Sequence[Field], Mapping[FieldName, object]], dict[FieldName, object]]
Typed = Callable[[Field, object], object]
Kept = Callable[[Field, object, date | None], object]


def rows(read_row: RowReader, typed: Typed, kept: Kept) -> Kind:
    """Return the kind of a list whose cells are read, turned into Python values and kept by these functions."""

    def read_rows(field: Field, raw: object) -> object | None:
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            raise unreadable("unreadable")
        if len(raw) > MAX_ROWS:
            raise unreadable("too_many_rows", limit=MAX_ROWS)
        read: list[dict[FieldName, object]] = []
        wrong: list[tuple[int, FieldProblem]] = []
        for number, cells in enumerate(raw, start=1):
            if not isinstance(cells, Mapping):
                raise unreadable("unreadable")
            try:
                read.append(_row(read_row, field.columns, cells, number))
            except Unreadable as problem:
                wrong.append((number, problem.problem))
        if wrong:
            raise Unreadable(replace(wrong[0][1], more_rows=tuple(number for number, _ in wrong[1:])))
        return [row for row in read if row] or None

    def typed_rows(field: Field, value: object) -> object:
        if not isinstance(value, Sequence):
            return value
        columns = {column.name: column for column in field.cells}
        return [{n: typed(columns[n], cell) for n, cell in row.items() if n in columns} for row in value]

    def told_rows(field: Field, raw: object, today: date | None) -> object | None:
        if not isinstance(raw, list | tuple):
            return None
        columns = {column.name: column for column in field.columns}
        return [_kept_row(kept, columns, row, today) if isinstance(row, Mapping) else row for row in raw]

    return Kind(read=read_rows, gives=Gives.ROWS, typed=typed_rows, told=told_rows)


def _row(
    read_row: RowReader, columns: Sequence[Field], cells: Mapping[FieldName, object], number: int
) -> dict[FieldName, object]:
    """Read one row; returns {} for an empty row, and an unticked box alone does not fill a row."""
    if all(_is_blank(cell) for cell in cells.values()):
        return {}
    try:
        row = read_row(columns, cells)
    except FormInvalid as invalid:
        column, problem = next(iter(invalid.problems.items()))
        found = FieldProblem(code=problem.code, values=problem.values, row=number, column=column)
        raise Unreadable(found) from None
    return {} if all(value is False for value in row.values()) else row


def _kept_row(kept: Kept, columns: Mapping[FieldName, Field], row: RawValues, today: date | None) -> RawValues:
    return {name: kept(columns[name], cell, today) if name in columns else cell for name, cell in row.items()}


def _is_blank(cell: object) -> bool:
    return cell in (None, False, []) or (isinstance(cell, str) and not storable(cell))
