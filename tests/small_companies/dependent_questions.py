"""A company whose order form depends on its answers: a line with or without addresses, a reason for a high price."""

from pathlib import Path

from workflows.domain.commands import ClaimTask, CompleteTask, OpenCase
from workflows.domain.ids import FieldName, OutcomeId, PersonId, ProcessId, TaskId
from workflows.usecases.handle_command import CommandHandler

ANNA = PersonId("anna")

ORGANISATION = """\
organisation: {ru: Связь, en: Line}
departments:
  sales: {title: {ru: Продажи, en: Sales}, head: anna}
people:
  anna: {name: {ru: Анна, en: Anna}, post: {ru: менеджер, en: manager}, department: sales, roles: [administrator]}
"""
ORDER = """\
process: order
title: {ru: Заказ, en: Order}
number: ORD
start: ask
stages:
  ask:
    title: {ru: Заявка, en: Request}
    department: sales
    form:
      service:
        type: choice
        label: {ru: Услуга, en: Service}
        required: true
        options: {internet: {ru: Интернет, en: Internet}, phone: {ru: Телефон, en: Phone}}
      static: {type: yes_no, label: {ru: Свой адрес, en: Own address}, show_when: service == "internet"}
      addresses:
        type: number
        label: {ru: Сколько адресов, en: How many addresses}
        required: true
        show_when: service == "internet" and static
      price: {type: money, label: {ru: Цена, en: Price}}
      why: {type: text, label: {ru: Почему дорого, en: Why so much}, required_when: price > 1000}
    outcomes:
      ready: {title: {ru: Готово, en: Ready}, to: [check]}
  check:
    title: {ru: Проверка, en: Check}
    department: sales
    checklist:
      router: {label: {ru: Роутер на складе, en: The router is in stock}, when: service == "internet"}
    outcomes:
      right: {title: {ru: Верно, en: Right}, to: [done], at_once: true, when: service == "phone"}
      packed: {title: {ru: Собрано, en: Packed}, to: [done], when: service == "internet"}
      wrong: {title: {ru: Неверно, en: Wrong}, to: [ask], checklist: false}
ends:
  done: {title: {ru: Готово, en: Done}, closes: case}
"""


def write_pack(folder: Path) -> Path:
    """Write the company into a folder, which is returned."""
    (folder / "workflows").mkdir(parents=True)
    (folder / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    (folder / "workflows" / "order.yaml").write_text(ORDER, encoding="utf-8")
    return folder


async def sent_back(handler: CommandHandler) -> None:
    """Open ORD-1 for an internet line with four addresses, and have it come back to Anna, who has claimed it."""
    answers = {"service": "internet", "static": "yes", "addresses": "4", "price": "10", "why": "Надо"}
    values = {FieldName(name): answer for name, answer in answers.items()}
    for command in (
        OpenCase(process=ProcessId("order"), outcome=OutcomeId("ready"), values=values),
        ClaimTask(task_id=TaskId("1.2")),
        CompleteTask(task_id=TaskId("1.2"), outcome=OutcomeId("wrong"), values={}),
        ClaimTask(task_id=TaskId("1.3")),
    ):
        await handler.handle(command, actor=ANNA)


AFTER = {"service": "phone", "static": True, "addresses": "4", "price": "10.00"}
"""The facts of ORD-1 after `sent_back`, once it is about a phone line and the reason was emptied."""
