"""An order of CasePress in Slack: one press of the specialist, and the head closes the order."""

import pytest

from tests.closing_orders import CASEPRESS, ordered
from tests.slack.firm import Firm
from tests.slack.server import SlackServer

pytestmark = pytest.mark.system


async def test_one_press_and_the_head_of_the_contact_centre_has_the_closing(sqlite_url: str) -> None:
    async with SlackServer() as server, Firm(sqlite_url, server, company=CASEPRESS) as firm:
        _arkady, _roman, lidia = await firm.joins("arkady", "roman", "lidia")
        projects = await firm.channel_of("projects", "roman", by="arkady")
        await ordered(firm.app)

        await firm.press("roman", projects, "Сделано", "ORD-1")
        await lidia.press(await firm.card(lidia.dm, "Взять себе", "CLO-1"), "Взять себе")

        await firm.window("lidia", "Документы")
        assert (await firm.case("ORD-1")).end == "done"
        assert [task.assignee for task in (await firm.case("CLO-1")).open_tasks()] == ["lidia"]
        assert server.violations == []
