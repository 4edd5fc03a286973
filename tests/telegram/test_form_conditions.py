"""A form that depends on its answers, question by question in the private chat."""

from pathlib import Path

import pytest

from tests.small_companies.dependent_questions import AFTER, sent_back, write_pack
from tests.telegram.filled_interview import CHANGE, FilledInterview, label_of
from tests.telegram.firm import Firm
from tests.telegram.server import TelegramServer

pytestmark = pytest.mark.system


async def test_a_question_is_left_out_and_its_fact_stays_while_an_emptied_one_goes(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with TelegramServer() as server, Firm(sqlite_url, server, company=write_pack(tmp_path / "line")) as firm:
        (anna,) = await firm.joins("anna")
        await sent_back(firm.app.handler)
        await anna.send(anna.private, "/my")
        interview = FilledInterview(firm, "anna")
        await firm.presses("anna", "Открыть ORD-1")
        summary = await interview.screen()
        assert "Сколько адресов" in summary.text

        await interview.press(await interview.press(summary, CHANGE), "Услуга")
        phone = await interview.press(next(m for m in anna.private.messages if label_of(m) == "Услуга"), "Телефон")
        assert "Сколько адресов" not in phone.text
        why = await interview.press(await interview.press(phone, CHANGE), "Почему дорого")
        await interview.press(why, "Очистить")
        await interview.send("Готово")

        await firm.until(lambda: anna.private.find("ORD-1 передано") or anna.private.find("ORD-1: "))
        assert (await firm.case("ORD-1")).values == AFTER
