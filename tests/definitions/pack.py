"""A small company on disk that a test damages; `HERE` in the damage marks the line that the problem must have."""

from dataclasses import dataclass
from pathlib import Path

from workflows.definitions.load import check_company
from workflows.definitions.problems import Problem

HERE = "#HERE"

ORGANISATION = """\
organisation: {ru: Ромашка, en: Daisy}
departments:
  sales:
    title: {ru: Продажи, en: Sales}
    head: anna
  support:
    title: {ru: Поддержка, en: Support}
    head: gleb
    parent: sales
people:
  anna:
    name: {ru: Анна, en: Anna}
    post: {ru: менеджер, en: manager}
    department: sales
    roles: [manager]
    email: anna@daisy.example
  gleb:
    name: {ru: Глеб, en: Gleb}
    post: {ru: инженер, en: engineer}
    department: [support, sales]
    email: gleb@daisy.example
"""

PROCESS = """\
process: order
title: {ru: Заказ, en: Order}
number: ORD
start: intake
summary: [kind]
stages:
  intake:
    title: {ru: Приём, en: Intake}
    department: sales
    form:
      client: {type: client, label: {ru: Клиент, en: Client}, required: true}
      kind:
        type: choice
        label: {ru: Вид, en: Kind}
        required: true
        options: {small: {ru: Малый, en: Small}, large: {ru: Большой, en: Large}}
      comment: {type: long_text, label: {ru: Заметка, en: Comment}}
      inn: {type: inn, label: {ru: ИНН, en: INN}, of_client: inn}
    checklist:
      called: {ru: Позвонили, en: Called}
    outcomes:
      accepted:
        title: {ru: Принят, en: Accepted}
        to:
          - {stage: packing, handover: begun}
          - paperwork
        when: visit == 1
      refused:
        title: {ru: Отказ, en: Refused}
        to: [{end: refused}]
        requires: [client, comment]
        checklist: false
        letters: [{template: refusal, to: client}]
    reaction: {remind: 30m, escalate: 2h}
    due: 3d
  packing:
    title: {ru: Сборка, en: Packing}
    department: support
    form:
      goods:
        type: rows
        label: {ru: Товары, en: Goods}
        required: true
        columns:
          name: {type: text, label: {ru: Имя, en: Name}, required: true}
          price: {type: money, label: {ru: Цена, en: Price}, currency: RUB}
    outcomes:
      packed: {title: {ru: Собран, en: Packed}, to: [delivery]}
  paperwork:
    title: {ru: Бумаги, en: Paperwork}
    department: sales
    form:
      signed: {type: date, label: {ru: Подписано, en: Signed}, required: true}
      comment: {from: intake}
    outcomes:
      done: {title: {ru: Готово, en: Done}, to: [delivery, told]}
  delivery:
    title: {ru: Доставка, en: Delivery}
    department: support
    join: [packing, paperwork]
    outcomes:
      delivered:
        title: {ru: Доставлен, en: Delivered}
        to: [{end: done, handover: delivered}]
      broken:
        title: {ru: Разбит, en: Broken}
        to: [packing]
ends:
  told: {title: {ru: Сообщено, en: Told}, closes: branch}
  done: {title: {ru: Готово, en: Done}, closes: case}
  refused: {title: {ru: Отказ, en: Refused}, closes: case_at_once}
"""

BEGUN = """\
{{ case.number }}: {{ client.name }}

Kind: {{ kind }}, from {{ sender.name }}, {{ sender.post }} of {{ company }} to {{ department }}, {{ today }}
{% if comment is filled %}
{{ comment }}
{% endif %}
"""

REFUSAL = """\
Refusal

{{ comment }}
"""

DELIVERED = """\
Delivered

{{ signed }}{% for item in goods %}
{{ loop.index }}. {{ item.name }}{% if item.price is filled %}: {{ item.price }}{% endif %}
{% endfor %}
"""

FILES = {
    "organisation.yaml": ORGANISATION,
    "workflows/order.yaml": PROCESS,
    **{
        f"letters/{name}.{language}.j2": text
        for name, text in {"begun": BEGUN, "refusal": REFUSAL, "delivered": DELIVERED}.items()
        for language in ("ru", "en")
    },
}


@dataclass(frozen=True, slots=True)
class Pack:
    """A company's folder."""

    folder: Path

    @classmethod
    def write(cls, folder: Path) -> "Pack":
        """Write the good company into *folder*."""
        pack = cls(folder)
        for file, text in FILES.items():
            pack.put(file, text)
        return pack

    def put(self, file: str, text: str) -> None:
        """Write one file; a HERE in it stays as a comment of the line."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, file: str, old: str, new: str) -> int:
        """Replace the one *old* by *new*; returns the line that HERE marks in it, which is taken out again."""
        text = FILES[file]
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
        line = text.count("\n", 0, text.index(HERE)) + 1 if HERE in text else 1
        self.put(file, text.replace(HERE, ""))
        return line

    def problems(self) -> list[Problem]:
        """Check the company."""
        return check_company(self.folder)
