"""The contents of a window are saved while they are typed, and never replaced by an error message."""

import pytest

from bot.conversation.incoming import FormSaved
from bot.slack.tuning import Patience
from storage.database import Database
from tests.scenarios.inplat import CLIENT
from tests.slack.firm import Firm
from tests.slack.forms import fill
from tests.slack.server import Person
from workflows.ports.unit_of_work import StorageUnavailable

NAME = "ООО «Ромашка»"
LONG = 600.0
"""Seconds that no test waits for."""


async def away(*_: object) -> None:
    """Stand in for a database that cannot be reached."""
    raise StorageUnavailable("the database is away")


@pytest.mark.parametrize("button", ["Сохранить черновик", "Отправить"])
async def test_a_form_that_cannot_be_kept_stays_as_it_is_and_says_so(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, button: str
) -> None:
    await firm.joins("vera")
    vera = firm.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await firm.window("vera", "Подключение клиента")
    await fill(firm, "vera", CLIENT)
    await firm.slack.inbox.wait_until_idle()

    monkeypatch.setattr(Database, "transact", away)
    await vera.fill("Контактное лицо", "Лев Толстой")
    await firm.slack.inbox.wait_until_idle()
    assert "не отвечает" not in vera.view.plain
    if button == "Отправить":
        await vera.submit()
    else:
        await vera.press(vera.view, button)
    await firm.until(lambda: "База данных не отвечает" in vera.view.plain)
    if button == "Отправить":
        await vera.close()

    assert "Черновик сохранён" not in vera.view.plain
    assert (vera.view.value("Клиент"), vera.view.value("Контактное лицо")) == (CLIENT["Клиент"], "Лев Толстой")


async def test_a_page_that_cannot_be_kept_is_not_left(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    await firm.restart(questions_per_page=4)
    await firm.joins("vera")
    vera = await at_a_new_case(firm)
    await fill(firm, "vera", dict(list(CLIENT.items())[:4]))
    await firm.slack.inbox.wait_until_idle()
    transact = Database.transact

    monkeypatch.setattr(Database, "transact", away)
    await vera.submit()
    assert "База данных не отвечает" in vera.view.plain
    await vera.close()
    assert ("Страница 1 из 3" in vera.view.plain, vera.view.value("Клиент")) == (True, CLIENT["Клиент"])
    monkeypatch.setattr(Database, "transact", transact)
    await vera.submit()

    assert "Страница 2 из 3" in vera.view.plain


async def at_a_new_case(firm: Firm) -> Person:
    """Have Vera look at the form of a new case."""
    vera = firm.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await firm.window("vera", "Подключение клиента")
    return vera


async def test_what_was_typed_is_kept_though_the_window_was_never_closed(firm: Firm) -> None:
    await firm.joins("vera")
    vera = await at_a_new_case(firm)
    for words in ("Ро", "Ромаш", "ООО «Ромашка»"):
        await vera.fill("Клиент", words)
    await firm.slack.inbox.wait_until_idle()
    vera.views.clear()

    vera = await at_a_new_case(firm)

    assert vera.view.value("Клиент") == "ООО «Ромашка»"


async def test_letters_are_gathered_and_kept_together_when_the_window_is_closed(firm: Firm) -> None:
    await firm.joins("vera")
    vera = await at_a_new_case(firm)
    await firm.restart(patience=Patience(trigger=20.0, typing=LONG))
    for end in range(1, len(NAME) + 1):
        await vera.fill("Клиент", NAME[:end])
    assert firm.faults.of_kind(FormSaved) == []
    await vera.close()
    await firm.until(lambda: firm.faults.of_kind(FormSaved))

    vera = await at_a_new_case(firm)

    assert (vera.view.value("Клиент"), len(firm.faults.of_kind(FormSaved))) == (NAME, 1)


async def test_letters_that_were_not_kept_yet_are_kept_when_the_program_ends(firm: Firm) -> None:
    await firm.joins("vera")
    await firm.restart(patience=Patience(trigger=20.0, typing=LONG))
    vera = await at_a_new_case(firm)
    await vera.fill("Клиент", NAME)

    await firm.restart()
    vera.views.clear()
    vera = await at_a_new_case(firm)

    assert vera.view.value("Клиент") == NAME


async def test_letters_do_not_bring_back_what_was_given_up_after_them(firm: Firm) -> None:
    await firm.joins("vera")
    vera = await at_a_new_case(firm)
    await vera.fill("Контактное лицо", "Мария")
    await firm.slack.inbox.wait_until_idle()
    vera.views.clear()
    vera = await at_a_new_case(firm)
    await firm.restart(patience=Patience(trigger=20.0, typing=LONG))
    await vera.fill("Клиент", NAME)

    await vera.press(vera.view, "Начать заново")
    await firm.until(lambda: vera.view.value("Клиент") is None)
    await firm.restart()
    vera.views.clear()
    vera = await at_a_new_case(firm)

    assert (vera.view.value("Клиент"), vera.view.value("Контактное лицо")) == (None, None)
