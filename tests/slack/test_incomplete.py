"""A form that lacks an answer, in the windows of whoever sends it and of whoever knows it."""

from pathlib import Path

import pytest

from tests.slack.firm import Firm
from tests.slack.server import SlackServer
from tests.small_companies.missing_answers import write_pack
from workflows.domain.ids import FieldName

pytestmark = pytest.mark.system


async def test_a_form_waits_for_an_answer_that_somebody_else_gives_in_a_window(sqlite_url: str, tmp_path: Path) -> None:
    async with SlackServer() as server, Firm(sqlite_url, server, company=write_pack(tmp_path / "line")) as firm:
        anna, boris = await firm.joins("anna", "boris")
        await anna.command("/handover", "new", anna.dm)
        await firm.window("anna", "Заказ")
        await anna.fill("Скорость", "100")
        await anna.fill("Вид", "Оптика")
        await anna.press(anna.view, "Сохранить черновик")
        await firm.until(lambda: "Отправить, когда всё заполнят" in anna.view.labels)
        await anna.press(anna.view, "Отправить, когда всё заполнят")

        await firm.press("anna", anna.dm, "Спросить", "Заполнено: 2 из 3")
        await firm.until(lambda: "Адрес" in anna.ephemerals[-1].labels)
        await anna.press(anna.ephemerals[-1], "Адрес")
        await firm.until(lambda: "Борис" in anna.ephemerals[-1].labels)
        await anna.press(anna.ephemerals[-1], "Борис")
        await firm.press("boris", boris.dm, "Ответить", "Вас спрашивают: Адрес")
        await firm.window("boris", "Адрес")
        await boris.fill("Адрес", "Лесная, 5")
        await boris.submit()

        await firm.told("anna", "Ответ на ваш вопрос «Адрес»")
        case = await firm.case("ORD-1")
        assert case.values[FieldName("address")] == "Лесная, 5"
        assert [task.stage for task in case.open_tasks()] == ["survey"]
