"""Slack gets its acknowledgement within three seconds whatever the database does; repeats take effect once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.slack.tuning import Patience
from tests.scenarios.inplat import BEGIN, CLIENT, INTAKE
from tests.slack.firm import Firm
from tests.slack.forms import fill, send
from tests.slack.server import Channel, Hold, Refuse, SlackServer
from tests.slack.tap import Tap
from workflows.domain.case import TaskStatus
from workflows.domain.events import CommentAdded, TaskClaimed
from workflows.domain.ids import TaskId

pytestmark = pytest.mark.system

ANOTHER = {
    "Клиент": "Лютик",
    "ИНН": "500100732259",
    "Телефон": "+7 495 123-45-68",
    "Электронная почта": "info@lutik.example",
}


@pytest.fixture
async def slow(sqlite_url: str) -> AsyncIterator[Firm]:
    """A firm whose patience ends at once, so that no test waits for it."""
    async with SlackServer() as server, Firm(sqlite_url, server) as firm:
        yield firm


async def with_a_card(firm: Firm) -> Channel:
    """Have a card wait in tech support."""
    await firm.joins("timur", "vera", "gleb", "daria")
    support = await firm.channel_of("tech_support", "vera", "gleb", "daria")
    await firm.people["vera"].command("/handover", "new", support)
    await firm.window("vera", "Подключение клиента")
    await fill(firm, "vera", CLIENT)
    await send(firm, "vera", BEGIN)
    await firm.card(support, "Взять", INTAKE)
    await firm.restart(patience=Patience(trigger=20.0, opening=0.05, sending=0.05, typing=0.0))
    return support


async def test_a_press_is_acknowledged_while_the_database_stands_still(slow: Firm) -> None:
    support = await with_a_card(slow)
    tap = Tap(slow)
    tap.close()

    await slow.press("gleb", support, "Взять", INTAKE)

    gleb = slow.people["gleb"]
    assert gleb.troubles == []
    await slow.until(lambda: "Выполняю" in gleb.view.plain)
    tap.open()
    await slow.told("gleb", "теперь у вас")
    assert gleb.view.input("Заметка")


async def test_a_form_that_takes_long_opens_as_a_window_that_waits(slow: Firm) -> None:
    support = await with_a_card(slow)
    await slow.press("gleb", support, "Взять", INTAKE)
    await slow.window("gleb", INTAKE)
    await slow.people["gleb"].close()
    card = await slow.card(support, "Открыть", INTAKE)
    tap = Tap(slow)
    tap.close()

    await slow.people["gleb"].press(card, "Открыть")
    await slow.until(lambda: "Выполняю" in slow.people["gleb"].view.plain)
    tap.open()

    await slow.window("gleb", INTAKE)
    assert slow.people["gleb"].view.input("Заметка")


async def test_a_window_that_slack_leaves_hanging_is_offered_by_a_button_while_the_trigger_lives(slow: Firm) -> None:
    support = await with_a_card(slow)
    await slow.press("gleb", support, "Взять", INTAKE)
    await slow.window("gleb", INTAKE)
    await slow.people["gleb"].close()
    card = await slow.card(support, "Открыть", INTAKE)
    await slow.restart(patience=Patience(opening=20.0, typing=0.0, trigger=0.05))
    hanging = Hold()
    slow.server.fail("views.open", hanging)

    await slow.people["gleb"].press(card, "Открыть")

    await slow.until(lambda: "Открыть форму" in slow.people["gleb"].ephemerals[-1].labels)
    assert not slow.people["gleb"].has_view
    hanging.released.set()


async def test_a_sent_form_that_takes_long_shows_its_result_in_the_same_window(slow: Firm) -> None:
    await with_a_card(slow)
    vera = slow.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await slow.window("vera", "Подключение клиента")
    await fill(slow, "vera", {**CLIENT, **ANOTHER})
    await slow.slack.inbox.wait_until_idle()
    tap = Tap(slow)
    tap.close()

    await vera.submit()
    await slow.until(lambda: "Выполняю" in vera.view.plain)
    tap.open()

    await slow.until(lambda: "ONB-2" in vera.view.plain)
    assert vera.troubles == []


@pytest.mark.parametrize("code", ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"])
async def test_a_window_that_can_no_longer_be_opened_is_offered_by_a_button(slow: Firm, code: str) -> None:
    await slow.joins("anna")
    anna = slow.people["anna"]
    # However busy the machine is, no window to wait in may receive the refusal that is meant for the form.
    await slow.restart(patience=Patience(trigger=20.0, opening=60.0, typing=0.0))
    slow.server.fail("views.open", Refuse(code))

    await anna.command("/handover", "new", anna.dm)
    offer = await slow.until(lambda: [m for m in anna.ephemerals if "Открыть форму" in m.labels][-1])
    await anna.press(offer, "Открыть форму")

    await slow.until(lambda: anna.view.input("Клиент"))


async def test_an_envelope_that_comes_twice_takes_effect_once(slow: Firm) -> None:
    support = await with_a_card(slow)
    card = await slow.card(support, "Взять", INTAKE)
    gleb = slow.people["gleb"]
    before = len(gleb.ephemerals)

    slow.server.repeat_next()
    await gleb.press(card, "Взять")
    await slow.told("gleb", "теперь у вас")
    await gleb.close()
    slow.server.repeat_next()
    await gleb.post(support, "один раз", thread_ts=card.ts)
    await slow.server.settled()
    await slow.slack.inbox.wait_until_idle()

    assert len(gleb.ephemerals) == before
    assert not gleb.has_view
    history = await slow.app.queries.history((await slow.case("ONB-1")).id)
    assert len([event for event in history if isinstance(event, TaskClaimed)]) == 1
    assert len([event for event in history if isinstance(event, CommentAdded)]) == 1
    assert slow.server.violations == []


async def test_a_form_that_is_sent_twice_opens_one_case(slow: Firm) -> None:
    await with_a_card(slow)
    await slow.restart(patience=Patience(trigger=20.0, sending=20.0, typing=0.0))
    vera = slow.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await slow.window("vera", "Подключение клиента")
    await fill(slow, "vera", {**CLIENT, **ANOTHER})

    slow.server.repeat_next()
    await vera.submit()
    await slow.told("vera", "ONB-2")
    await slow.slack.inbox.wait_until_idle()

    assert await slow.app.queries.case_numbered("ONB-3") is None


async def test_a_press_after_a_restart_that_is_sent_again_changes_nothing(slow: Firm) -> None:
    support = await with_a_card(slow)
    card = await slow.card(support, "Взять", INTAKE)
    await slow.people["gleb"].press(card, "Взять")
    await slow.told("gleb", "теперь у вас")
    pressed = slow.server.last("block_actions")

    await slow.restart()
    await slow.server.deliveries.repeat(pressed)
    await slow.slack.inbox.wait_until_idle()

    case = await slow.case("ONB-1")
    task = case.tasks[TaskId("1.2")]
    assert (task.status, task.assignee) == (TaskStatus.CLAIMED, "gleb")


async def test_an_answer_that_nobody_waits_for_any_more_is_given_up(slow: Firm) -> None:
    support = await with_a_card(slow)
    await slow.restart(patience=Patience(trigger=20.0, opening=60.0, sending=0.05, typing=0.0))
    tap = Tap(slow)
    tap.close()
    await slow.press("gleb", support, "Взять", INTAKE)
    await slow.until(waiting_for_replies)

    await slow.slack.inbox.close()
    tap.open()

    assert waiting_for_replies() == []


def waiting_for_replies() -> list[str]:
    """Return the tasks that wait for replies."""
    names = [str(task.get_coro()) for task in asyncio.all_tasks() if not task.done()]
    return [name for name in names if "WaitingWindows" in name]
