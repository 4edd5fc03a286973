"""Tables as text: typed line by line, pasted from a spreadsheet, or the contents of a CSV file, read into rows.

Cells are separated by tabs, bars (with a backslash before one that belongs to a cell), semicolons, or commas. Quotation
marks around a cell are those of RFC 4180: spreadsheets write them around line breaks and quotation marks.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workflows.domain.definition import Field, FieldType
from workflows.domain.ids import FieldName
from workflows.domain.text import folded, storable, words_of

BAR = " | "
ENCODINGS = ("utf-8-sig", "cp1251")
"""How spreadsheets save text, besides UTF-16, which begins with a mark of its own."""
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BAR = re.compile(r"(?<!\\)\|")
_UNESCAPES = {"\\\\": "\\", "\\|": "|", "\\n": "\n"}
_ENDS = re.compile("\r\n|\r")
_COMMA = re.compile(r",\s+")
_LISTED = re.compile(r"\s*[,;\n]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: the words that may stand above it, and the ids of its options by their folded labels."""

    name: FieldName
    words: frozenset[str]
    options: Mapping[str, str]
    has_several: bool = False

    def answer(self, cell: str) -> object:
        """Return what a cell answers: ids for the labels of options, else its text."""
        if self.has_several and cell:
            return [self._option(part) for part in _LISTED.split(cell) if part]
        return self._option(cell)

    def _option(self, words: str) -> str:
        """Return the id of the option meant: by its label, or by words that only this one has ("22": VAT 22 %)."""
        exact, wanted = self.options.get(folded(words)), words_of(words)
        if exact is not None or not wanted:
            return exact or words
        found = {option for label, option in self.options.items() if wanted <= words_of(label)}
        return found.pop() if len(found) == 1 else words


def column_of(field: Field) -> Column:
    """Return the column that a field describes, with its words in every language."""
    return Column(
        name=field.name,
        words=frozenset(map(folded, (field.name, field.label.ru, field.label.en))),
        options={
            folded(words): option.id
            for option in field.options
            for words in (option.id, option.label.ru, option.label.en)
        },
        has_several=field.type is FieldType.CHOICES,
    )


def rows_in(columns: Sequence[Column], text: str) -> list[dict[FieldName, object]]:
    """Return the rows of a table; a first row of the columns' labels says which column is which.

    Cells beyond the last column are added to it, where they are seen and mended; those below a label that is none of
    the columns' are left out.
    """
    rows = [cells for cells in cells_in(text, len(columns)) if any(cells)]
    order = _header(columns, rows[0]) if rows else None
    if order is not None:
        return [_by_label(order, cells) for cells in rows[1:]]
    return [_by_place(columns, cells) for cells in rows]


def cells_in(text: str, width: int) -> list[list[str]]:
    """Return the cells of each line of a table of *width* columns, without the white space around them."""
    text = _ENDS.sub("\n", text.replace("\0", ""))
    if "\t" in text or width == 1:
        return _separated(text, "\t")
    if _BAR.search(text):
        return [[unescaped(cell) for cell in _BAR.split(line)] for line in text.split("\n")]
    if ";" in text:
        return _separated(text, ";")
    if '"' not in text and _COMMA.search(text):
        # A comma without a space after it may be that of a number.
        return [[cell.strip() for cell in _COMMA.split(line)] for line in text.split("\n")]
    return _separated(text, ",")


def text_of_file(content: bytes) -> str | None:
    """Return the text of a file; None when it is none, as a workbook of a spreadsheet."""
    if content.startswith(_UTF_16_MARKS):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        return None
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _separated(text: str, sign: str) -> list[list[str]]:
    """Return the cells of each line; quotation marks that are not those of a spreadsheet belong to the text."""
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        try:
            lines = csv.reader(
                [f"{line}\n" for line in text.split("\n")],
                delimiter=sign,
                quoting=quoting,
                skipinitialspace=sign != "\t",
                strict=True,
            )
            return [[cell.strip() for cell in line] for line in lines]
        except csv.Error:
            continue
    return [[cell.strip() for cell in line.split(sign)] for line in text.split("\n")]


def unescaped(cell: str) -> str:
    """Return a cell written between bars: a bar, a backslash or a line end in it follows a backslash."""
    return re.sub(r"\\[\\|n]", lambda found: _UNESCAPES[found[0]], cell.strip())


def _header(columns: Sequence[Column], cells: Sequence[str]) -> Sequence[Column | None] | None:
    """Return the column of each label; None when the cells are not labels."""
    order = [next((column for column in columns if folded(cell) in column.words), None) for cell in cells]
    named, filled = sum(column is not None for column in order), sum(bool(cell) for cell in cells)
    is_header = named == filled or (named > 1 and named * 2 >= filled)
    return order if is_header else None


def _by_label(order: Iterable[Column | None], cells: Sequence[str]) -> dict[FieldName, object]:
    return {column.name: column.answer(cell) for column, cell in zip(order, cells, strict=False) if column is not None}


def _by_place(columns: Sequence[Column], cells: Sequence[str]) -> dict[FieldName, object]:
    while len(cells) > len(columns) and not storable(cells[-1]):
        cells = cells[:-1]
    if len(cells) > len(columns):
        cells = [*cells[: len(columns) - 1], BAR.join(cells[len(columns) - 1 :])]
    return {column.name: column.answer(cell) for column, cell in zip(columns, cells, strict=False)}
