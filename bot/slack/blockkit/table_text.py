"""Tables as text that people can type and paste, written one row a line with bars between the cells."""

import re
from collections.abc import Mapping, Sequence

from bot.conversation.reply import FieldView
from workflows.domain.definition import FieldType
from workflows.domain.forms.tables import BAR, Column, rows_in, unescaped
from workflows.domain.ids import FieldName
from workflows.domain.text import folded

_ESCAPES = {"\\": "\\\\", "|": "\\|", "\n": "\\n"}


def write(columns: Sequence[FieldView], rows: object) -> str:
    """Return rows as lines."""
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return ""
    return "\n".join(
        BAR.join(_cell(column, row.get(column.name)) for column in columns).rstrip(" |")
        for row in rows
        if isinstance(row, Mapping)
    )


def read(columns: Sequence[FieldView], text: str) -> list[dict[FieldName, object]]:
    """Return the rows of a table; surplus cells go to the last column, where they are seen and mended."""
    if len(columns) == 1 and "\t" not in text:
        return [
            {columns[0].name: _column(columns[0]).answer(unescaped(line))} for line in text.splitlines() if line.strip()
        ]
    return rows_in([_column(column) for column in columns], text)


def how(columns: Sequence[FieldView]) -> str:
    """Return the columns in order, those with choices with the words that may be typed."""
    return BAR.join(
        f"{column.label} ({', '.join(option.label for option in column.options)})" if column.options else column.label
        for column in columns
    )


def _column(view: FieldView) -> Column:
    return Column(
        name=view.name,
        words=frozenset(map(folded, (view.name, view.label))),
        options={folded(words): option.id for option in view.options for words in (option.id, option.label)},
        has_several=view.type is FieldType.CHOICES,
    )


def _cell(column: FieldView, value: object) -> str:
    if isinstance(value, Mapping):
        value = value.get("name", "")
    parts = value if isinstance(value, list) else [value]
    labels = {option.id: option.label for option in column.options}
    words = ", ".join("" if part is None else labels.get(str(part), str(part)) for part in parts)
    return re.sub(r"[\\|\n]", lambda found: _ESCAPES[found[0]], words.replace("\r", ""))
