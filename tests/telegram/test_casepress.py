"""An order of CasePress in Telegram: one press of the specialist, and the head hands the closing out."""

import pytest

from tests.closing_orders import CASEPRESS, ordered
from tests.telegram.firm import Firm
from tests.telegram.server import TelegramServer

pytestmark = pytest.mark.system


async def test_one_press_and_the_head_of_the_contact_centre_hands_the_closing_out(sqlite_url: str) -> None:
    async with TelegramServer() as server, Firm(sqlite_url, server, company=CASEPRESS) as firm:
        _arkady, roman, _lidia, vika = await firm.joins("arkady", "roman", "lidia", "vika")
        projects = await firm.group_of("projects", "roman", by="arkady")
        await ordered(firm.app)

        await firm.press("roman", projects, "Сделано", "ORD-1")
        await firm.presses("lidia", "Передать…", "CLO-1")
        await firm.presses("lidia", "Вика Орлова: 0 задач")

        await firm.until(lambda: vika.private.find("CLO-1"))
        assert (await firm.case("ORD-1")).end == "done"
        assert [task.assignee for task in (await firm.case("CLO-1")).open_tasks()] == ["vika"]
        assert roman.private.find("CLO-1") is None
