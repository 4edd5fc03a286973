"""A company in which one person does several stages of a case, one after another."""

from pathlib import Path

from workflows.domain.commands import OpenCase
from workflows.domain.ids import FieldName, OutcomeId, PersonId, ProcessId
from workflows.usecases.handle_command import CommandHandler

ORGANISATION = """\
organisation: {ru: Мастерская, en: Workshop}
departments:
  desk: {title: {ru: Приёмка, en: Desk}, head: olga}
  stock: {title: {ru: Склад, en: Stock}, head: vera}
people:
  olga:
    name: {ru: Ольга Морозова, en: Olga Morozova}
    post: {ru: приёмщица, en: clerk}
    department: desk
    roles: [administrator]
  petr: {name: {ru: Пётр Чернов, en: Petr Chernov}, post: {ru: мастер, en: master}, department: desk}
  vera: {name: {ru: Вера Белова, en: Vera Belova}, post: {ru: кладовщик, en: storekeeper}, department: stock}
"""

REPAIR = """\
process: repair
title: {ru: Ремонт, en: Repair}
number: REP
start: taken
stages:
  taken:
    title: {ru: Приём, en: Taking in}
    department: desk
    form:
      client: {type: client, label: {ru: Заказчик, en: Client}, required: true}
    outcomes:
      in: {title: {ru: Принять, en: Take in}, to: [look]}
  look:
    title: {ru: Осмотр, en: Look}
    department: desk
    form:
      fault: {type: text, label: {ru: Что сломано, en: The fault}, required: true}
    outcomes:
      seen: {title: {ru: Осмотрено, en: Looked at}, to: [mend, parts]}
  mend:
    title: {ru: Починка, en: Mending}
    department: desk
    who: {did: look}
    offer: person
    form:
      done: {type: text, label: {ru: Что сделано, en: What was done}, required: true}
    outcomes:
      mended: {title: {ru: Починено, en: Mended}, to: [mended]}
  parts:
    title: {ru: Детали, en: Parts}
    department: stock
    outcomes:
      given: {title: {ru: Выданы, en: Given}, to: [given]}
ends:
  mended: {title: {ru: Починено, en: Mended}, closes: case}
  given: {title: {ru: Детали выданы, en: Parts given}, closes: branch}
"""


def write_company(folder: Path) -> Path:
    """Write the company; returns its folder."""
    (folder / "workflows").mkdir(parents=True)
    (folder / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    (folder / "workflows" / "repair.yaml").write_text(REPAIR, encoding="utf-8")
    return folder


async def opened(handler: CommandHandler) -> None:
    """Have Olga take something in."""
    values = {FieldName("client"): {"id": "new", "name": "Ромашка"}}
    command = OpenCase(process=ProcessId("repair"), outcome=OutcomeId("in"), values=values)
    await handler.handle(command, actor=PersonId("olga"))
