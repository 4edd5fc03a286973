"""A window that waits always gets its result, and so does a person who has closed it; messages stay in order."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.slack.tuning import Patience
from tests.fakes.tuning import AT_ONCE
from tests.scenarios.inplat import CLIENT, INTAKE
from tests.slack.firm import Firm
from tests.slack.forms import fill
from tests.slack.server import Refuse, SlackServer
from tests.slack.server.deliveries import Kind
from tests.slack.tap import Tap
from tests.slack.test_slow import with_a_card
from workflows.domain.events import CommentAdded

pytestmark = pytest.mark.system


@pytest.fixture
async def late(sqlite_url: str) -> AsyncIterator[Firm]:
    """A firm that looks for a waiting window without long pauses."""
    tuning = replace(AT_ONCE, slack=replace(AT_ONCE.slack, window_pauses=(0.0, 0.01, 0.02)))
    async with SlackServer() as server, Firm(sqlite_url, server, tuning=tuning) as firm:
        yield firm


async def with_a_sent_form(firm: Firm, tap: Tap) -> None:
    """Have Vera send a form whose result is not there in time."""
    vera = firm.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await firm.window("vera", "Подключение клиента")
    await fill(firm, "vera", {**CLIENT, "Клиент": "Лютик", "ИНН": "500100732259"})
    await firm.slack.inbox.wait_until_idle()
    await firm.restart(patience=Patience(trigger=20.0, sending=0.05, typing=0.0))
    tap.close()
    await vera.submit()
    await firm.until(lambda: "Выполняю" in vera.view.plain)


async def test_a_result_that_comes_before_the_waiting_window_is_there_is_shown_in_it(late: Firm) -> None:
    await late.joins("vera")
    tap = Tap(late)
    await with_a_sent_form(late, tap)
    late.server.fail("views.update", Refuse("not_found"), times=2)

    tap.open()

    await late.until(lambda: "ONB-1" in late.people["vera"].view.plain)


async def test_a_form_that_slack_sends_again_waits_in_the_same_window(late: Firm) -> None:
    await late.joins("vera")
    tap = Tap(late)
    await with_a_sent_form(late, tap)
    waiting = late.people["vera"].view.payload["external_id"]

    again = await late.server.deliveries.deliver(Kind.INTERACTION, late.server.last("view_submission").payload)

    assert again.answer["view"]["external_id"] == waiting
    tap.open()
    await late.until(lambda: "ONB-1" in late.people["vera"].view.plain)


async def test_who_closed_the_waiting_window_is_told_the_result_in_private(late: Firm) -> None:
    await late.joins("vera")
    vera = late.people["vera"]
    tap = Tap(late)
    await with_a_sent_form(late, tap)
    await vera.close()

    tap.open()

    await late.server.wait_for_message(vera.dm, "ONB-1")
    # Not the account's id: the limit is the channel's, and the posts of delivery count there too.
    assert late.server.calls_of("chat.postMessage")[-1].args["channel"] == vera.dm.id
    assert not vera.has_view


async def test_a_sent_window_that_goes_wrong_says_so_and_keeps_what_stands_in_it(late: Firm) -> None:
    await late.joins("vera")
    vera = late.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await late.window("vera", "Подключение клиента")
    await fill(late, "vera", CLIENT)
    await late.slack.inbox.wait_until_idle()

    await late.restart(patience=Patience(trigger=20.0, sending=9.0, typing=0.0))
    late.faults.is_broken = True
    await vera.submit()

    assert "У нас что-то сломалось" in vera.view.plain
    await vera.close()
    assert vera.view.value("Контактное лицо") == CLIENT["Контактное лицо"]


async def test_a_late_window_that_goes_wrong_says_so_and_shows_again_what_was_typed(late: Firm) -> None:
    await late.joins("vera")
    vera = late.people["vera"]
    tap = Tap(late)
    await with_a_sent_form(late, tap)

    late.faults.is_broken = True
    tap.open()

    await late.until(lambda: "У нас что-то сломалось" in vera.view.plain)
    for label in ("Контактное лицо", "Какие услуги нужны", "Желаемая дата запуска"):
        assert vera.view.value(label), label
    late.faults.is_broken = False
    await vera.submit()
    await late.told("vera", "ONB-1")
    assert late.server.violations == []


async def test_an_answer_that_goes_wrong_is_told_in_the_window_that_waits_for_it(late: Firm) -> None:
    support = await with_a_card(late)
    await late.press("gleb", support, "Взять", INTAKE)
    card = await late.card(support, "Открыть", INTAKE)
    tap = Tap(late)
    tap.close()
    await late.people["gleb"].press(card, "Открыть")
    await late.until(lambda: "Выполняю" in late.people["gleb"].view.plain)

    late.faults.is_broken = True
    tap.open()

    await late.until(lambda: "У нас что-то сломалось" in late.people["gleb"].view.plain)


async def test_a_correction_comes_after_the_comment_that_it_corrects(late: Firm) -> None:
    support = await with_a_card(late)
    card = await late.card(support, "Взять", INTAKE)
    tap = Tap(late)
    tap.close()

    said = await late.people["gleb"].post(support, "в пятницу", thread_ts=card.ts, files=[("план.pdf", b"%PDF")])
    await late.people["gleb"].edit(said, "в четверг")
    await late.server.settled()
    tap.open()
    await late.slack.inbox.wait_until_idle()

    history = await late.app.queries.history((await late.case("ONB-1")).id)
    assert [event.text for event in history if isinstance(event, CommentAdded)] == [
        "в пятницу",
        "Исправление: в четверг",
    ]


async def test_a_form_that_is_opened_again_at_once_has_what_was_typed_last(late: Firm) -> None:
    await late.joins("vera")
    vera = late.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await late.window("vera", "Подключение клиента")
    await late.restart(patience=Patience(trigger=20.0, opening=0.05, typing=600.0))
    await vera.fill("Клиент", "Лютик")
    tap = Tap(late)
    tap.close()

    await vera.close()
    await vera.command("/handover", "new", vera.dm)
    await late.until(lambda: "Выполняю" in vera.view.plain)
    tap.open()
    await late.window("vera", "Подключение клиента")

    assert vera.view.value("Клиент") == "Лютик"
