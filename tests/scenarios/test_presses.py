"""What a stage costs in each chat beyond the facts: presses, and nothing typed that the program knows."""

import pytest

from tests.bench.robots import HANDOVERS, Account, in_the_web_chat, on_slack, on_telegram
from tests.scenarios.inplat import (
    ACQUISITION,
    BANK,
)

TO_CLAIM_AND_TO_SEND = 2


def check(account: Account) -> None:
    """Check that no stage costs more than two presses, nor a character that is known."""
    assert set(account.costs) == set(HANDOVERS)
    too_dear = {stage: cost.presses for stage, cost in account.costs.items() if cost.presses > TO_CLAIM_AND_TO_SEND}
    assert too_dear == {}
    assert {stage: cost.known for stage, cost in account.costs.items() if cost.known} == {}


def test_words_count_as_known_that_somebody_said_or_that_have_a_default() -> None:
    account = Account()
    account.begin(ACQUISITION)
    account.ends({"Контактное лицо": "Мария", "Товары": [{"Название": "Букет"}]})
    account.begin(BANK)

    account.types("Платформа сайта клиента", "1С-Битрикс")
    account.types("Комментарий банка", "Мария")
    account.types("Название в системе", "Букет")
    account.types("Дата получения ЭЦП", "04.03.2026")

    assert account.costs[BANK].known == len("МарияБукет04.03.2026")


async def test_the_web_chat_costs_two_presses(sqlite_url: str) -> None:
    check(await in_the_web_chat(sqlite_url))


@pytest.mark.system
async def test_telegram_costs_two_presses(sqlite_url: str) -> None:
    check(await on_telegram(sqlite_url))


@pytest.mark.system
async def test_slack_costs_two_presses(sqlite_url: str) -> None:
    check(await on_slack(sqlite_url))
