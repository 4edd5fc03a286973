"""Tables as people type them and as spreadsheets write them, read into rows."""

import pytest

from workflows.domain.definition import Field, FieldType, Option
from workflows.domain.forms.tables import Column, column_of, rows_in, text_of_file
from workflows.domain.ids import FieldName
from workflows.domain.text import Text

VAT = (Option(id="none", label=Text(ru="без НДС", en="no VAT")), Option(id="vat_22", label=Text(ru="22 %", en="22 %")))


def a_column(name: str, label: str, type_: FieldType = FieldType.TEXT, options: tuple[Option, ...] = ()) -> Column:
    text = Text(ru=label, en=name.capitalize())
    return column_of(Field(name=FieldName(name), type=type_, label=text, options=options))


GOODS = (
    a_column("name", "Название"),
    a_column("code", "Артикул"),
    a_column("price", "Цена", FieldType.MONEY),
    a_column("vat", "НДС", FieldType.CHOICE, VAT),
)
ROW = {"name": "Подписка", "code": "A-1", "price": "12500,50", "vat": "vat_22"}


@pytest.mark.parametrize(
    "typed",
    [
        "Подписка; A-1; 12500,50; 22 %",
        "Подписка;A-1;12500,50;vat_22",
        "Подписка\tA-1\t12500,50\t22 %",
        "Подписка | A-1 | 12500,50 | 22 %",
        "Подписка, A-1, 12500,50, 22 %",
        "\n  Подписка ; A-1 ; 12500,50 ; 22 % \n\n",
        "Название; Артикул; Цена; НДС\nПодписка; A-1; 12500,50; 22 %",
        "НДС\tЦена\tНазвание\tArtikul\tCode\n22 %\t12500,50\tПодписка\t-\tA-1",
        "﻿Name;Code;Price;Vat\r\nПодписка;A-1;12500,50;22 %\r\n",
    ],
)
def test_a_row_is_read_however_its_cells_are_separated(typed: str) -> None:
    assert rows_in(GOODS, typed) == [ROW]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ('"Букет\nромашек"\tA-1\t1500', "Букет\nромашек"),
        ('"Букет\r\nромашек"\tA-1\t1500', "Букет\nромашек"),
        ('"ООО ""Ромашка"""\tA-1\t1500', 'ООО "Ромашка"'),
        ('ООО "Ромашка"\tA-1\t1500', 'ООО "Ромашка"'),
        ('"Ромашка" букет\tA-1\t1500', '"Ромашка" букет'),
        ('"Ромашка\tA-1\t1500', '"Ромашка'),
        ('"a;b"; A-1; 1500', "a;b"),
        ('"a, b",A-1,1500', "a, b"),
        ("Букет\u2028ромашек\tA-1\t1500", "Букет\u2028ромашек"),
        ("Букет\x0bромашек\tA-1\t1500", "Букет\x0bромашек"),
        ("а \\| б | A-1 | 1500", "а | б"),
    ],
)
def test_quotation_marks_and_line_breaks_of_a_cell_are_those_of_spreadsheets(typed: str, name: str) -> None:
    assert rows_in(GOODS, typed) == [{"name": name, "code": "A-1", "price": "1500"}]


def test_cells_of_one_column_are_cut_at_line_ends_alone() -> None:
    assert rows_in(GOODS[:1], "ул. Мира; д. 5\nа | б, в") == [{"name": "ул. Мира; д. 5"}, {"name": "а | б, в"}]


def test_several_options_in_one_cell_are_read_by_their_labels() -> None:
    column = a_column("vat", "НДС", FieldType.CHOICES, VAT)

    assert rows_in([GOODS[0], column], "Букет\tБез НДС, 22 %; чужое") == [
        {"name": "Букет", "vat": ["none", "vat_22", "чужое"]}
    ]


def test_empty_cells_at_the_end_are_left_out_and_others_are_seen_in_the_last_column() -> None:
    assert rows_in(GOODS[:2], "Букет\tA-1\t\t \n") == [{"name": "Букет", "code": "A-1"}]
    assert rows_in(GOODS[:2], "Букет\tA-1\tещё") == [{"name": "Букет", "code": "A-1 | ещё"}]


def test_what_is_no_table_is_none() -> None:
    assert rows_in(GOODS, " \n ") == []
    assert rows_in(GOODS, "\t\t\n") == []
    assert rows_in(GOODS, "Подписка") == [{"name": "Подписка"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_a_file_is_read_in_the_encodings_in_which_spreadsheets_save(encoding: str) -> None:
    text = text_of_file("Название;Артикул\nПодписка;A-1".encode(encoding))

    assert text is not None
    assert rows_in(GOODS[:2], text) == [{"name": "Подписка", "code": "A-1"}]


def test_a_workbook_is_no_text() -> None:
    assert text_of_file(b"PK\x03\x04\x14\x00\x06\x00") is None
