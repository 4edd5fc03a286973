"""Tables as text that people can type and paste: one row a line, cells separated by bars.

Tabs, as in lines copied from a spreadsheet, and `;`, which is easier to type on a phone, are read too.
"""

import re
from collections.abc import Mapping, Sequence

from bot.conversation.reply import FieldView
from workflows.domain.definition import FieldType
from workflows.domain.text import folded

BAR = " | "
_BARS = re.compile(r"(?<!\\)\|")
_ESCAPES = {"\\": "\\\\", "|": "\\|", "\n": "\\n"}
_UNESCAPES = {"\\\\": "\\", "\\|": "|", "\\n": "\n"}


def write(columns: Sequence[FieldView], rows: object) -> str:
    """Return rows as lines."""
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return ""
    return "\n".join(
        BAR.join(_cell(column, row.get(column.name)) for column in columns).rstrip(" |")
        for row in rows
        if isinstance(row, Mapping)
    )


def read(columns: Sequence[FieldView], text: str) -> list[dict[str, object]]:
    """Return lines as rows; surplus cells go to the last column, where they are seen and mended."""
    return [_row(columns, line) for line in text.splitlines() if line.strip()]


def how(columns: Sequence[FieldView]) -> str:
    """Return the columns in order, those with choices with the words that may be typed."""
    return BAR.join(
        f"{column.label} ({', '.join(option.label for option in column.options)})" if column.options else column.label
        for column in columns
    )


def _row(columns: Sequence[FieldView], line: str) -> dict[str, object]:
    cells = [cell.strip() for cell in _cells(line)]
    if len(cells) > len(columns):
        cells = [*cells[: len(columns) - 1], BAR.join(cells[len(columns) - 1 :])]
    return {column.name: _answer(column, cell) for column, cell in zip(columns, cells, strict=False)}


def _cells(line: str) -> list[str]:
    if "\t" in line:
        return line.split("\t")
    cells = _BARS.split(line)
    return line.split(";") if len(cells) == 1 else cells


def _answer(column: FieldView, cell: str) -> object:
    words = re.sub(r"\\[\\|n]", lambda found: _UNESCAPES[found[0]], cell)
    wanted = folded(words)
    chosen = next((o.id for o in column.options if wanted in (folded(o.id), folded(o.label))), words)
    return [chosen] if column.type is FieldType.CHOICES and chosen else chosen


def _cell(column: FieldView, value: object) -> str:
    if isinstance(value, Mapping):
        value = value.get("name", "")
    parts = value if isinstance(value, list) else [value]
    labels = {option.id: option.label for option in column.options}
    words = ", ".join("" if part is None else labels.get(str(part), str(part)) for part in parts)
    return re.sub(r"[\\|\n]", lambda found: _ESCAPES[found[0]], words.replace("\r", ""))
