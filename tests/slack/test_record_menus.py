"""Records in the windows of Slack: found while somebody types, or added from the menu."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.slack.firm import Firm
from tests.slack.server import SlackServer
from tests.small_companies.records_and_services import PROCESS, write
from workflows.domain.ids import FieldName, PersonId

pytestmark = pytest.mark.system
WITHOUT_OFFERS = PROCESS.replace("offers: service\n", "")
BUILDING = FieldName("object")


@pytest.fixture
async def firm(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    company = write(tmp_path / "works", order=WITHOUT_OFFERS)
    async with SlackServer() as server, Firm(sqlite_url, server, company=company) as firm:
        yield firm


def labels(options: list[dict[str, dict[str, str]]]) -> list[str]:
    return [option["text"]["text"] for option in options]


async def test_a_new_record_is_added_from_the_menu_and_found_by_the_next_form(firm: Firm) -> None:
    (anna,) = await firm.joins("anna")
    await anna.command("/handover", "new", anna.dm)
    await firm.window("anna", "Order")
    await anna.fill("Client", "Alpha")
    await anna.fill("Building", "Lesnaya 5")
    await firm.until(lambda: "Floors" in anna.view.inputs)
    await anna.fill("Floors", "9")
    await anna.fill("Service", "Survey")
    await firm.until(lambda: "Points" in anna.view.inputs)
    await anna.fill("Points", "3")
    await anna.submit()
    await firm.server.wait_for_message(anna.dm, "ORD-1")

    await anna.command("/handover", "new", anna.dm)
    await firm.window("anna", "Order")
    await anna.fill("Client", "Beta")
    assert labels(await anna.search("Building", "lesn")) == ["Lesnaya 5, OBJ-1, 9", "Новая карточка: lesn"]
    await anna.fill("Building", "Lesnaya")
    await anna.fill("Service", "Survey")
    await firm.until(lambda: "Points" in anna.view.inputs)
    await anna.fill("Points", "1")
    await anna.submit()
    await firm.server.wait_for_message(anna.dm, "ORD-2")

    cases = [await firm.case(f"ORD-{number}") for number in (1, 2)]
    assert [case.values[BUILDING]["name"] for case in cases] == ["Lesnaya 5", "Lesnaya 5"]  # type: ignore[index]  # a record
    assert cases[0].values[BUILDING]["id"] == cases[1].values[BUILDING]["id"]  # type: ignore[index]  # a record


async def test_nothing_is_found_for_an_account_that_is_nobodys(firm: Firm) -> None:
    (anna,) = await firm.joins("anna")
    await anna.command("/handover", "new", anna.dm)
    await firm.window("anna", "Order")
    await firm.app.chats.unlink(firm.app.chats.directory.accounts_of(PersonId("anna"))[0])

    assert await anna.search("Building", "lesn") == []
    assert anna.troubles == []


async def test_a_draft_shows_the_record_that_was_chosen(firm: Firm) -> None:
    (anna,) = await firm.joins("anna")
    await anna.command("/handover", "new", anna.dm)
    await firm.window("anna", "Order")
    await anna.fill("Building", "Lesnaya 5")
    await firm.until(lambda: "Floors" in anna.view.inputs)
    await anna.press(anna.view, "Сохранить черновик")
    await anna.close()

    await anna.command("/handover", "new", anna.dm)
    await firm.window("anna", "Order")

    chosen = anna.view.input("Building")["element"]["initial_option"]
    assert chosen["text"]["text"] == "Lesnaya 5"
