"""What stands in a window is kept while it is typed, and never given up for a sentence about a fault."""

import pytest

from storage.database import Database
from tests.scenarios.inplat import BEGIN, CLIENT
from tests.slack.forms import fill
from tests.slack.stage import Stage
from workflows.ports.unit_of_work import StorageUnavailable


@pytest.mark.parametrize("button", ["Сохранить черновик", "Предпросмотр"])
async def test_a_form_that_cannot_be_kept_stays_as_it_is_and_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, button: str
) -> None:
    await stage.joins("vera")
    vera = stage.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await stage.window("vera", "Подключение клиента")
    await fill(stage, "vera", CLIENT)
    await vera.fill("Решение", BEGIN)
    await stage.slack.inbox.settled()

    async def away(*_: object) -> None:
        raise StorageUnavailable("the database is away")

    monkeypatch.setattr(Database, "transact", away)
    await vera.fill("Контактное лицо", "Лев Толстой")
    await stage.slack.inbox.settled()
    assert "не отвечает" not in vera.view.plain
    if button == "Предпросмотр":
        await vera.submit()
    else:
        await vera.press(vera.view, button)
    await stage.until(lambda: "База данных не отвечает" in vera.view.plain)
    if button == "Предпросмотр":
        await vera.close()

    assert "Черновик сохранён" not in vera.view.plain
    assert (vera.view.value("Клиент"), vera.view.value("Контактное лицо")) == (CLIENT["Клиент"], "Лев Толстой")


async def test_what_was_typed_is_there_again_though_nothing_was_chosen(stage: Stage) -> None:
    await stage.joins("vera")
    vera = stage.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await stage.window("vera", "Подключение клиента")
    for words in ("Ро", "Ромаш", "ООО «Ромашка»"):
        await vera.fill("Клиент", words)
    await vera.close()
    await stage.slack.inbox.settled()

    await vera.command("/handover", "new", vera.dm)
    await stage.window("vera", "Подключение клиента")

    assert vera.view.value("Клиент") == "ООО «Ромашка»"
