"""Objects that are surveyed one by one, and an estimate that two of three approve, in Slack's channels."""

from pathlib import Path

import pytest

from tests.slack.firm import Firm
from tests.slack.forms import fill, send
from tests.slack.server import SlackServer
from tests.small_companies.approvals import opened, surveyed, write_company

pytestmark = pytest.mark.system


async def test_each_object_is_surveyed_and_two_of_three_approve(sqlite_url: str, tmp_path: Path) -> None:
    async with SlackServer() as server, Firm(sqlite_url, server, company=write_company(tmp_path / "pack")) as firm:
        _vera, gleb, _anna, petr = await firm.joins("vera", "gleb", "anna", "petr")
        engineers = await firm.channel_of("engineers", "petr", by="vera")
        board = await firm.channel_of("board", "gleb", "anna", by="vera")
        await opened(firm.app.handler, "Ленина 5", "Мира 1")
        await surveyed(firm.app.handler, "1.2")

        await firm.press("petr", engineers, "Взять", "Обследование: Мира 1")
        await firm.window("petr", "Обследование: Мира 1")
        await petr.fill("Стоимость", "70")
        await petr.submit()

        assert (await firm.case("REQ-1")).values["objects"][1] == {"address": "Мира 1", "cost": "70.00"}  # type: ignore[index]  # rows
        await firm.press("vera", board, "Согласовать", "Исполнитель: Вера Белова")
        await firm.told("vera", "согласовал 1 из 3 (нужно 2), ждём: Глеб Никитин, Анна Соколова")
        await gleb.press(await firm.card(gleb.dm, "Открыть", "Нужно ваше решение"), "Открыть")
        await firm.window("gleb", "Согласование")
        await fill(firm, "gleb", {"Комментарий": "Берём"}, "Согласовать")
        await send(firm, "gleb", "Согласовать")

        await firm.told("anna", "остальные уже решили")
        await firm.card(engineers, "Взять", "Работы")
        assert server.violations == []
