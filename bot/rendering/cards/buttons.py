"""Buttons below a message: laid out in rows, and filtered for a reader."""

from collections.abc import Iterable

from workflows.domain.ids import PersonId
from workflows.ports.chat import Button

Row = tuple[Button, ...]
Rows = tuple[Row, ...]


def in_rows(buttons: Iterable[Button], in_a_row: int = 2) -> Rows:
    """Lay buttons out in rows."""
    row = tuple(buttons)
    return tuple(row[at : at + in_a_row] for at in range(0, len(row), in_a_row))


def of_use(rows: Rows, reader: PersonId | None) -> Rows:
    """Return the rows without the buttons that are for other people only; all rows when *reader* is None."""
    useful = (tuple(b for b in row if reader is None or b.people is None or reader in b.people) for row in rows)
    return tuple(row for row in useful if row)
