"""What people type after our command: searches keep every word, and a name alone is looked for."""

import pytest

from tests.scenarios.inplat import ROMASHKA
from tests.slack.firm import Firm
from tests.slack.test_cards import opened


@pytest.mark.parametrize("typed", ["find Спасибо всем", "Спасибо всем", "status спасибо всем", "find share"])
async def test_the_last_word_of_a_search_is_no_flag_when_something_is_found_with_it(firm: Firm, typed: str) -> None:
    await firm.joins("timur", "vera")
    sales = await firm.channel_of("sales", "vera")
    await opened(firm, sales, client="ООО Share" if "share" in typed else "Спасибо всем")
    await firm.until(lambda: firm.people["vera"].ephemerals)
    before = len(sales.everything)

    await firm.people["vera"].command("/handover", typed, sales)

    assert "ONB-1 ·" in await firm.told("vera", "ONB-1 ·")
    assert len(sales.everything) == before


async def test_the_flag_word_of_a_search_shows_what_is_found_without_it_to_the_channel(firm: Firm) -> None:
    await firm.joins("timur", "vera")
    sales = await firm.channel_of("sales", "vera")
    await opened(firm, sales)

    await firm.people["vera"].command("/handover", "find ромашка share", sales)

    await firm.until(lambda: any("ONB-1 · " + ROMASHKA in message.plain for message in sales.everything))


async def test_a_search_for_the_flag_word_alone_is_a_search(firm: Firm) -> None:
    await firm.joins("timur", "vera")
    sales = await firm.channel_of("sales", "vera")

    await firm.people["vera"].command("/handover", "find share", sales)

    await firm.told("vera", "По запросу «share» дел нет")


async def test_a_number_alone_shows_the_case(firm: Firm) -> None:
    await firm.joins("timur", "vera")
    sales = await firm.channel_of("sales", "vera")
    await opened(firm, sales)

    await firm.people["vera"].command("/handover", "1", sales)

    await firm.told("vera", "ONB-1 · " + ROMASHKA)
