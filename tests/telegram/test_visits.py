"""Objects that are surveyed one by one, and an estimate that two of three approve, in Telegram's groups."""

from pathlib import Path

import pytest

from tests.small_companies.approvals import opened, surveyed, write_company
from tests.telegram.filled_interview import FilledInterview
from tests.telegram.firm import Firm
from tests.telegram.server import TelegramServer

pytestmark = pytest.mark.system


async def test_each_object_is_surveyed_and_two_of_three_approve(sqlite_url: str, tmp_path: Path) -> None:
    async with TelegramServer() as server, Firm(sqlite_url, server, company=write_company(tmp_path / "pack")) as firm:
        _vera, gleb, anna, petr = await firm.joins("vera", "gleb", "anna", "petr")
        engineers = await firm.group_of("engineers", "petr", by="vera")
        board = await firm.group_of("board", "gleb", "anna", by="vera")
        await opened(firm.app.handler, "Ленина 5", "Мира 1")
        await surveyed(firm.app.handler, "1.2")

        interview = FilledInterview(firm, "petr")
        await firm.press("petr", engineers, "Взять", "Обследование: Мира 1")
        await interview.fill({"Стоимость": "70"})
        await interview.send("Обследован")
        await firm.until(lambda: petr.private.find("REQ-1 передано"))

        assert (await firm.case("REQ-1")).values["objects"][1] == {"address": "Мира 1", "cost": "70.00"}  # type: ignore[index]  # rows
        said = await firm.press("vera", board, "Согласовать", "Исполнитель: Вера Белова")
        assert "согласовал 1 из 3 (нужно 2), ждём: Глеб Никитин, Анна Соколова" in (said.text or "")
        await firm.until(lambda: gleb.private.find("Вера Белова — Согласовать"))
        await firm.press("anna", board, "Согласовать", "Исполнитель: Анна Соколова")

        await firm.until(lambda: gleb.private.find("остальные уже решили"))
        await firm.until(lambda: board.find("Больше не нужно"))
        await firm.button(engineers, "Взять", "Работы")
        assert anna.id
