"""Going straight on with one's own next task, in a private chat of Telegram."""

from pathlib import Path

import pytest

from tests.small_companies.one_desk import opened, write_company
from tests.telegram.filled_interview import FilledInterview
from tests.telegram.firm import Firm
from tests.telegram.server import TelegramServer

pytestmark = pytest.mark.system


async def test_the_last_screen_of_a_form_offers_the_next_one(sqlite_url: str, tmp_path: Path) -> None:
    async with TelegramServer() as server, Firm(sqlite_url, server, company=write_company(tmp_path / "pack")) as firm:
        (olga,) = await firm.joins("olga")
        desk = await firm.group_of("desk", by="olga")
        await opened(firm.app.handler)
        interview = FilledInterview(firm, "olga")
        await firm.press("olga", desk, "Взять", "Осмотр")
        await interview.fill({"Что сломано": "Ручка"})
        await interview.send("Осмотрено")

        await firm.press("olga", olga.private, "Открыть · Починка", "можно сразу продолжить")

        interview = FilledInterview(firm, "olga")
        await firm.until(lambda: olga.private.find("Что сделано"))
        await interview.fill({"Что сделано": "Приклеена"})
        await interview.send("Починено")
        await firm.until(lambda: olga.private.find("REP-1"))
        assert (await firm.case("REP-1")).values["done"] == "Приклеена"  # type: ignore[index]  # a field of the process
