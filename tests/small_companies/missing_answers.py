"""A company whose orders lack answers that others know: sales ask, builders answer."""

from pathlib import Path

ORGANISATION = """\
organisation: {ru: Связь, en: Line}
departments:
  sales: {title: {ru: Продажи, en: Sales}, head: anna}
  build: {title: {ru: Стройка, en: Building}, head: boris}
people:
  anna: {name: {ru: Анна, en: Anna}, post: {ru: менеджер, en: manager}, department: sales, roles: [administrator]}
  boris: {name: {ru: Борис, en: Boris}, post: {ru: инженер, en: engineer}, department: build}
  clara: {name: {ru: Клара, en: Clara}, post: {ru: инженер, en: engineer}, department: build}
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
      speed: {type: number, label: {ru: Скорость, en: Speed}, required: true}
      address: {type: text, label: {ru: Адрес, en: Address}, required: true}
      kind:
        type: choice
        label: {ru: Вид, en: Kind}
        required: true
        options: {fibre: {ru: Оптика, en: Fibre}, radio: {ru: Радио, en: Radio}}
    outcomes: {ready: {title: {ru: Готово, en: Ready}, to: [survey]}}
  survey:
    title: {ru: Обследование, en: Survey}
    department: build
    form:
      route: {type: text, label: {ru: Трасса, en: Route}, required: true}
    checklist: {seen: {ru: Осмотрено, en: Seen}}
    outcomes: {done: {title: {ru: Готово, en: Done}, to: [estimate]}}
  estimate:
    title: {ru: Смета, en: Estimate}
    department: sales
    form:
      route: {from: survey}
      price: {type: money, label: {ru: Цена, en: Price}, required: true}
      plan: {type: file, label: {ru: План, en: Plan}}
    outcomes: {sent: {title: {ru: Отправлена, en: Sent}, to: [done]}}
ends: {done: {title: {ru: Готово, en: Done}, closes: case}}
"""


def write_pack(folder: Path) -> Path:
    """Write the company into a folder, which is returned."""
    (folder / "workflows").mkdir(parents=True)
    (folder / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    (folder / "workflows" / "order.yaml").write_text(ORDER, encoding="utf-8")
    return folder
