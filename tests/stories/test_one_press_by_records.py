"""Buttons of one press that a card has by what stands on the record of the client, in each chat."""

from pathlib import Path

import pytest

from tests.stories.companies import CHATS, at_work

ORGANISATION = """\
organisation: {ru: Мастерская, en: Works}
departments:
  sales: {title: {ru: Продажи, en: Sales}, head: anna}
  support: {title: {ru: Поддержка, en: Support}, head: stepan}
people:
  anna: {name: {ru: Анна, en: Anna}, post: {ru: Менеджер, en: Manager}, department: sales, roles: [administrator]}
  stepan: {name: {ru: Степан, en: Stepan}, post: {ru: Инженер, en: Engineer}, department: support}
"""
CLIENT = """\
record: client
title: {ru: Клиент, en: Client}
fields:
  card_type:
    type: choice
    label: {ru: Карта, en: Card}
    options: {standard: {ru: Обычная, en: Standard}, gold: {ru: Золотая, en: Gold}}
"""
PROCESS = """\
process: order
title: {ru: Заказ, en: Order}
number: ORD
start: intake
stages:
  intake:
    title: {ru: Приём, en: Intake}
    department: sales
    form:
      client: {type: client, label: {ru: Клиент, en: Client}, required: true}
      card:
        type: choice
        label: {ru: Карта, en: Card}
        options: {standard: {ru: Обычная, en: Standard}, gold: {ru: Золотая, en: Gold}}
        of_record: client.card_type
    outcomes:
      send: {title: {ru: Отправить, en: Send}, to: [work]}
  work:
    title: {ru: Работа, en: Work}
    department: support
    outcomes:
      done: {title: {ru: Готово, en: Done}, to: [{end: done}]}
      gift:
        title: {ru: С подарком, en: With a gift}
        to: [{end: done}]
        at_once: true
        when: client.card_type == "gold"
ends:
  done: {title: {ru: Готово, en: Done}, closes: case}
"""


@pytest.mark.parametrize("chat", CHATS)
async def test_the_card_of_a_gold_client_has_the_button_of_the_gift(sqlite_url: str, tmp_path: Path, chat: str) -> None:
    for name, text in {"organisation": ORGANISATION, "records/client": CLIENT, "workflows/order": PROCESS}.items():
        path = tmp_path / "works" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    async with at_work(chat, sqlite_url, str(tmp_path / "works"), "anna", "stepan") as works:
        await works.begins("anna", "Заказ", {"Клиент": "Ромашка", "Карта": "Золотая"}, "Отправить")

        await works.presses("stepan", "ORD-1", "Работа", "С подарком")

        assert await works.end("ORD-1") == "done"
