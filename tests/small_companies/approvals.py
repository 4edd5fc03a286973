"""A company whose estimates two of three approve, and whose objects are surveyed one by one."""

from pathlib import Path

from workflows.domain.commands import ClaimTask, CompleteTask, OpenCase
from workflows.domain.ids import FieldName, OutcomeId, PersonId, ProcessId, TaskId
from workflows.usecases.handle_command import CommandHandler

ORGANISATION = """\
organisation: {ru: Стройка, en: Builders}
departments:
  office: {title: {ru: Контора, en: Office}, head: olga}
  engineers: {title: {ru: Инженеры, en: Engineers}, head: petr}
  board: {title: {ru: Дирекция, en: Board}, head: vera}
people:
  olga: {name: {ru: Ольга Морозова, en: Olga Morozova}, post: {ru: секретарь, en: secretary}, department: office}
  petr: {name: {ru: Пётр Чернов, en: Petr Chernov}, post: {ru: инженер, en: engineer}, department: engineers}
  ivan: {name: {ru: Иван Орлов, en: Ivan Orlov}, post: {ru: инженер, en: engineer}, department: engineers}
  vera:
    name: {ru: Вера Белова, en: Vera Belova}
    post: {ru: директор, en: director}
    department: board
    roles: [administrator]
  gleb: {name: {ru: Глеб Никитин, en: Gleb Nikitin}, post: {ru: юрист, en: lawyer}, department: board}
  anna: {name: {ru: Анна Соколова, en: Anna Sokolova}, post: {ru: финансист, en: financier}, department: board}
"""

REQUEST = """\
process: request
title: {ru: Заявка, en: Request}
number: REQ
start: asked
stages:
  asked:
    title: {ru: Заявка, en: Request}
    department: office
    form:
      client: {type: client, label: {ru: Заказчик, en: Client}, required: true}
      objects:
        type: rows
        label: {ru: Объекты, en: Objects}
        required: true
        columns:
          address: {type: text, label: {ru: Адрес, en: Address}, required: true}
    outcomes:
      sent: {title: {ru: Отправить, en: Send}, to: [survey]}
  survey:
    title: {ru: Обследование, en: Survey}
    department: engineers
    work: {each: objects}
    form:
      cost: {type: money, label: {ru: Стоимость, en: Cost}, required: true}
    outcomes:
      surveyed: {title: {ru: Обследован, en: Surveyed}, to: [approval]}
  approval:
    title: {ru: Согласование, en: Approval}
    department: board
    who: {of: [{person: vera}, {person: gleb}, {person: anna}]}
    work: {approve: 2}
    outcomes:
      approved: {title: {ru: Согласовать, en: Approve}, to: [{stage: build, handover: approved}]}
      rejected: {title: {ru: Отказать, en: Refuse}, to: [refused]}
      returned: {title: {ru: Вернуть, en: Send back}, to: [asked]}
  build:
    title: {ru: Работы, en: Works}
    department: engineers
    outcomes:
      built: {title: {ru: Построено, en: Built}, to: [done]}
ends:
  done: {title: {ru: Сделано, en: Done}, closes: case}
  refused: {title: {ru: Отказано, en: Refused}, closes: case}
"""

APPROVED = """\
Смета согласована

{% for item in objects %}
{{ item.address }}{% if item.cost is filled %}: {{ item.cost }}{% endif %}

{% endfor %}
{% for said in approvals %}
{{ said.person }}, {{ said.post }}: {{ said.decision }}{% if said.comment is filled %} ({{ said.comment }}){% endif %}

{% endfor %}
"""


def write_company(folder: Path) -> Path:
    """Write the company's pack into a folder, and return it."""
    for name in ("workflows", "letters"):
        (folder / name).mkdir(parents=True)
    (folder / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    (folder / "workflows" / "request.yaml").write_text(REQUEST, encoding="utf-8")
    for language in ("ru", "en"):
        (folder / "letters" / f"approved.{language}.j2").write_text(APPROVED, encoding="utf-8")
    return folder


async def opened(handler: CommandHandler, *addresses: str) -> None:
    """Open REQ-1 with these objects."""
    values: dict[FieldName, object] = {
        FieldName("client"): {"id": "new", "name": "Ромашка"},
        FieldName("objects"): [{"address": address} for address in addresses],
    }
    opening = OpenCase(process=ProcessId("request"), outcome=OutcomeId("sent"), values=values)
    await handler.handle(opening, actor=PersonId("olga"))


async def surveyed(handler: CommandHandler, task: str) -> None:
    """Have Petr survey the object of a task of REQ-1."""
    for command in (
        ClaimTask(task_id=TaskId(task)),
        CompleteTask(task_id=TaskId(task), outcome=OutcomeId("surveyed"), values={FieldName("cost"): "100"}),
    ):
        await handler.handle(command, actor=PersonId("petr"))
