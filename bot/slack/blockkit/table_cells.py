"""Rows of a table as inputs of a window: one for each cell, with menus for choices, and one to paste a table into.

A row that is emptied counts no more. Longer tables are text with bars (`table_text`): a window takes 100 blocks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.conversation.reply import FieldView
from workflows.domain.ids import FieldName

MOST_CELLS = 40
FIRST_CELL = 1_000
"""The number of the first cell among the parts of a question; those before are text."""

Row = Mapping[FieldName, object]


def rows_of(field: FieldView) -> list[Row]:
    """Return the rows that a question shows: its answer, else what is suggested."""
    rows = field.shown
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []


def fits(field: FieldView) -> bool:
    """Whether the rows, and another one, have room in a window cell by cell."""
    return 0 < (len(rows_of(field)) + 1) * len(field.columns) <= MOST_CELLS


def cells_of(field: FieldView) -> list[FieldView]:
    """Return the cells of all rows and of a new one as questions of their own, labelled by their row and column."""
    rows: list[Row] = [*rows_of(field), {column.name: column.suggested for column in field.columns}]
    return [
        replace(column, label=f"{number}. {column.label}", value=row.get(column.name), suggested=None, hint=None)
        for number, row in enumerate(rows, 1)
        for column in field.columns
    ]


def rows_in(columns: Sequence[FieldView], answers: Sequence[object]) -> list[dict[FieldName, object]]:
    """Return the rows that the answers of cells make; rows without an answer are left out."""
    width = len(columns)
    rows = [answers[at : at + width] for at in range(0, len(answers), width)]
    return [
        {column.name: answer for column, answer in zip(columns, row, strict=False)}
        for row in rows
        if any(answer not in ("", None, []) for answer in row)
    ]


def with_suggested(columns: Sequence[FieldView], rows: Sequence[Row]) -> list[Row]:
    """Return pasted rows; a cell that was left out is what its column suggests."""
    own = {column.name: column.suggested for column in columns if column.suggested is not None}
    return [{**own, **{name: cell for name, cell in row.items() if cell not in ("", None, [])}} for row in rows]


def completed(rows: Sequence[Row], pasted: Sequence[Row]) -> list[Row]:
    """Return rows with those of a pasted table, which take the places of rows that they complete."""
    whole = [_filled(row) for row in pasted]
    kept = [row for row in rows if not any(_filled(row).items() < one.items() for one in whole)]
    return [*kept, *pasted]


def _filled(row: Row) -> dict[FieldName, str]:
    return {name: str(cell) for name, cell in row.items() if cell not in ("", None, [])}
