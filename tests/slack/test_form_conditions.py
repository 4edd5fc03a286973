"""A form that depends on its answers, in a window that changes as one answers."""

from pathlib import Path

import pytest

from tests.slack.firm import Firm
from tests.slack.server import SlackServer
from tests.small_companies.dependent_questions import AFTER, sent_back, write_pack

pytestmark = pytest.mark.system


async def test_a_question_leaves_the_window_and_its_fact_stays_while_an_emptied_one_goes(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with SlackServer() as server, Firm(sqlite_url, server, company=write_pack(tmp_path / "line")) as firm:
        (anna,) = await firm.joins("anna")
        await sent_back(firm.app.handler)
        await anna.command("/handover", "my", anna.dm)
        await firm.until(lambda: "Открыть ORD-1" in anna.ephemerals[-1].labels)
        await anna.press(anna.ephemerals[-1], "Открыть ORD-1")
        await firm.window("anna", "Заявка")
        assert list(anna.view.inputs) == ["Услуга", "Свой адрес", "Сколько адресов", "Цена", "Почему дорого"]

        await anna.fill("Услуга", "Телефон")
        await firm.until(lambda: "Сколько адресов" not in anna.view.inputs)
        assert list(anna.view.inputs) == ["Услуга", "Цена", "Почему дорого"]
        await anna.fill("Цена", "2000")
        await firm.until(lambda: anna.view.input("Почему дорого")["optional"] is False)
        await anna.fill("Цена", "10")
        await firm.until(lambda: anna.view.input("Почему дорого")["optional"] is True)
        await anna.fill("Почему дорого", "")
        await anna.submit()

        assert not anna.has_view
        assert (await firm.case("ORD-1")).values == AFTER
