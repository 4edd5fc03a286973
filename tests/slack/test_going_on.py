"""Going straight on with one's own next task, from the window that was sent in Slack."""

from pathlib import Path

import pytest

from tests.slack.firm import Firm
from tests.slack.forms import fill, send
from tests.slack.server import SlackServer
from tests.small_companies.one_desk import opened, write_company

pytestmark = pytest.mark.system


async def test_what_is_shown_after_a_form_opens_the_next_one(sqlite_url: str, tmp_path: Path) -> None:
    async with SlackServer() as server, Firm(sqlite_url, server, company=write_company(tmp_path / "pack")) as firm:
        await firm.joins("olga")
        desk = await firm.channel_of("desk", by="olga")
        await opened(firm.app.handler)
        await firm.press("olga", desk, "Взять", "Осмотр")
        await firm.window("olga", "Осмотр")
        await fill(firm, "olga", {"Что сломано": "Ручка"}, "Осмотрено")
        await send(firm, "olga", "Осмотрено")

        await firm.told("olga", "можно сразу продолжить: Починка")
        assert server.violations == []
