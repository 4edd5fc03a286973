"""A company whose form asks for everything that a form can ask for, and answers to it as people give them."""

from collections.abc import Mapping
from pathlib import Path

from workflows.domain.definition import FieldType
from workflows.domain.ids import FieldName

ORGANISATION = """\
organisation: {ru: Всё, en: Everything}
departments:
  sales: {title: {ru: Продажи, en: Sales}, head: anna}
  stock: {title: {ru: Склад, en: Stock}, head: boris}
people:
  anna:
    name: {ru: Анна Белова, en: Anna Belova}
    post: {ru: менеджер, en: manager}
    department: sales
    roles: [administrator]
  boris: {name: {ru: Борис Орлов, en: Boris Orlov}, post: {ru: кладовщик, en: storekeeper}, department: stock}
  ivan: {name: {ru: Иван Орлов, en: Ivan Orlov}, post: {ru: водитель, en: driver}, department: stock}
"""
ASKED: Mapping[FieldType, str] = {
    FieldType.TEXT: "",
    FieldType.LONG_TEXT: "",
    FieldType.NUMBER: "min: 1, max: 100, unit: {ru: шт., en: pcs}",
    FieldType.MONEY: "",
    FieldType.PERCENT: "",
    FieldType.DATE: "",
    FieldType.TIME: "",
    FieldType.MOMENT: "",
    FieldType.CHOICE: "options: {one: {ru: Раз, en: One}, two: {ru: Два, en: Two}}",
    FieldType.CHOICES: "options: {red: {ru: Красный, en: Red}, blue: {ru: Синий, en: Blue}}",
    FieldType.YES_NO: "",
    FieldType.PERSON: "",
    FieldType.DEPARTMENT: "",
    FieldType.PHONE: "",
    FieldType.EMAIL: "",
    FieldType.URL: "",
    FieldType.INN: "",
    FieldType.OGRN: "",
    FieldType.KPP: "",
    FieldType.BIK: "",
    FieldType.ACCOUNT: "bik: a_bik",
    FieldType.SNILS: "",
    FieldType.FILE: "",
    FieldType.FILES: "max_files: 2",
    FieldType.ROWS: "columns: {price: {type: money, label: {ru: Цена, en: Price}}, "
    "day: {type: date, label: {ru: Дата, en: Day}}}",
}
"""The keys of each kind's field, which is named after it; records have stories of their own."""
ANSWERS: Mapping[FieldType, object] = {
    FieldType.TEXT: "слово",
    FieldType.LONG_TEXT: "первое\nвторое",
    FieldType.NUMBER: "15 шт.",
    FieldType.MONEY: "1 500 руб.",
    FieldType.PERCENT: "12,5 %",
    FieldType.DATE: "31.12.2026",
    FieldType.TIME: "9 утра",
    FieldType.MOMENT: "31.12.2026 в 14:30",
    FieldType.CHOICE: "Два",
    FieldType.CHOICES: ["Синий"],
    FieldType.YES_NO: "Да",
    FieldType.PERSON: "Борис Орлов",
    FieldType.DEPARTMENT: "Склад",
    FieldType.PHONE: "8 495 123-45-67 доб. 12",
    FieldType.EMAIL: "anna@company.ru",
    FieldType.URL: "company.ru/page",
    FieldType.INN: "7707083893",
    FieldType.OGRN: "1027700132195",
    FieldType.KPP: "7736 01 001",
    FieldType.BIK: "044525225",
    FieldType.ACCOUNT: "40702.810.4.00000000225",
    FieldType.SNILS: "112-233-445 95",
    FieldType.ROWS: [{"Цена": "10,50", "Дата": "01.12.2026"}, {"Цена": "5", "Дата": "02.12.2026"}],
}
"""What people type or choose; files are sent as each chat sends them."""
FACTS: Mapping[FieldType, object] = {
    FieldType.TEXT: "слово",
    FieldType.LONG_TEXT: "первое\nвторое",
    FieldType.NUMBER: "15",
    FieldType.MONEY: "1500.00",
    FieldType.PERCENT: "12.5",
    FieldType.DATE: "2026-12-31",
    FieldType.TIME: "09:00",
    FieldType.MOMENT: "2026-12-31T14:30",
    FieldType.CHOICE: "two",
    FieldType.CHOICES: ["blue"],
    FieldType.YES_NO: True,
    FieldType.PERSON: "boris",
    FieldType.DEPARTMENT: "stock",
    FieldType.PHONE: "+74951234567;ext=12",
    FieldType.EMAIL: "anna@company.ru",
    FieldType.URL: "https://company.ru/page",
    FieldType.INN: "7707083893",
    FieldType.OGRN: "1027700132195",
    FieldType.KPP: "773601001",
    FieldType.BIK: "044525225",
    FieldType.ACCOUNT: "40702810400000000225",
    FieldType.SNILS: "11223344595",
    FieldType.ROWS: [{"price": "10.50", "day": "2026-12-01"}, {"price": "5.00", "day": "2026-12-02"}],
}
"""The facts that these answers are."""


def name_of(kind: FieldType) -> FieldName:
    """Return the name of the field of a kind."""
    return FieldName(f"a_{kind.value}")


def label_of(kind: FieldType) -> str:
    """Return the label of the question of a kind."""
    return f"Вопрос {kind.value}"


def process() -> str:
    """Return the process: one form with a question of each kind, and the total of its rows."""
    fields = "".join(
        f"      {name_of(kind)}: {{type: {kind.value}, label: {{ru: {label_of(kind)}, en: Question {kind.value}}}"
        f", required: true{more and ', ' + more}}}\n"
        for kind, more in ASKED.items()
    )
    return f"""\
process: everything
title: {{ru: Всё сразу, en: Everything}}
number: ALL
start: ask
stages:
  ask:
    title: {{ru: Заявка, en: Request}}
    department: sales
    form:
{fields}      total: {{type: money, label: {{ru: Итого, en: Total}}, computed: goods_total}}
    outcomes:
      ready: {{title: {{ru: Готово, en: Ready}}, to: [done]}}
ends:
  done: {{title: {{ru: Сделано, en: Done}}, closes: case}}
""".replace("goods_total", 'a_rows|sum("price")')


def write_pack(folder: Path) -> Path:
    """Write the company into a folder, which is returned."""
    (folder / "workflows").mkdir(parents=True)
    (folder / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    (folder / "workflows" / "everything.yaml").write_text(process(), encoding="utf-8")
    return folder
