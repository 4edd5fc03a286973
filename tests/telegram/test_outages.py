"""A platform that fails or asks to wait: no card, question or update is lost."""

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.telegram.api.addresses import Place
from bot.telegram.api.client import Api
from bot.telegram.api.pace import Pace, Urgency
from bot.telegram.tuning import TelegramTuning
from tests.fakes.tuning import AT_ONCE, NO_LIMITS
from tests.telegram.firm import Firm
from tests.telegram.server import Chat, Fault, TelegramServer
from tests.telegram.server.aiogram_client import connected
from tests.telegram.server.limits import Limits as PlatformLimits
from tests.telegram.test_cards import a_card
from workflows.ports.chat import Message as ToSay
from workflows.ports.chat import Unreachable


@pytest.mark.parametrize(
    ("method", "status", "description"),
    [
        ("editMessageText", 502, "Bad Gateway"),
        ("editMessageText", 400, "Bad Request: can't parse entities: unsupported start tag"),
        ("editMessageText", 400, "Bad Request: message to edit not found"),
    ],
)
async def test_a_card_shows_its_state_in_the_end(firm: Firm, method: str, status: int, description: str) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    fault = firm.server.fail(method, status=status, description=description)

    answer = await firm.people["gleb"].press(card, "Взять")

    assert "ONB-1" in answer.text
    await firm.until(lambda: next((m for m in group.messages if "Исполнитель" in m.text), None))
    assert fault.struck == 1


async def test_a_card_that_came_too_fast_waits_as_long_as_told_and_only_in_its_chat(firm: Firm) -> None:
    (anna,) = await firm.joins("anna")
    group = await firm.group_of("tech_support")
    fault = firm.server.slow_down("sendMessage", chat=group, retry_after=2)

    await firm.opens_case()
    await firm.until(lambda: fault.struck)
    await anna.send(anna.private, "/help")
    await firm.until(lambda: len([m for m in anna.private.messages if "/queue" in m.text]) == 2)
    assert not group.find("ONB-1")

    await firm.button(group, "Взять")
    assert fault.struck == 1


async def test_a_card_that_changed_too_fast_shows_its_state_after_the_wait(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    fault = firm.server.slow_down("editMessageText", chat=group, retry_after=1)

    await firm.people["gleb"].press(card, "Взять")

    await firm.until(lambda: "Исполнитель" in card.text)
    assert fault.struck == 1


async def test_an_answer_that_came_too_fast_is_said_after_the_wait(firm: Firm) -> None:
    gleb, daria = await firm.joins("gleb", "daria")
    fault = firm.server.slow_down("sendMessage", chat=gleb.private, retry_after=2)

    await gleb.send(gleb.private, "/my")
    await firm.until(lambda: fault.struck)
    await daria.send(daria.private, "/my")
    await firm.until(lambda: daria.private.find("У вас сейчас нет задач"))
    assert not gleb.private.find("У вас сейчас нет задач")

    await firm.asked("gleb", "У вас сейчас нет задач")
    assert fault.struck == 1


def lost_answers(server: TelegramServer, how: str) -> Fault:
    match how:
        case "bad gateway":
            return server.fail("sendMessage", times=2)
        case "error page":
            return server.fail("sendMessage", body="<html>502</html>", times=2)
    return server.drop_before("sendMessage", times=2)


@pytest.mark.parametrize("how", ["bad gateway", "error page", "dropped connection"])
async def test_the_next_question_comes_although_the_platform_was_unwell(firm: Firm, how: str) -> None:
    (anna,) = await firm.joins("anna")
    await anna.send(anna.private, "/new")
    await firm.asked("anna", "Вопрос 1 из")
    fault = lost_answers(firm.server, how)

    await anna.send(anna.private, "ООО «Ромашка»")

    await firm.asked("anna", "Вопрос 2 из")
    assert fault.struck == 2


@pytest.mark.system
async def test_an_answer_that_is_lost_in_the_end_is_told_in_the_log() -> None:
    async with TelegramServer() as server, connected(server) as bot:
        gleb = server.user("Gleb")
        api = Api(bot, Pace(NO_LIMITS), pauses=(0.0, 0.0))
        fault = server.drop_before("sendMessage", times=100)

        with capture_logs() as logs, pytest.raises(Unreachable):
            await api.send(Place(gleb.id), ToSay(text="hi"), urgency=Urgency.ANSWER)

    assert fault.struck == 3
    (lost,) = [line for line in logs if line["action"] == "telegram_answer_lost"]
    assert (lost["chat"], lost["code"]) == (f"telegram:{gleb.id}", "network")


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_dropped_connection_loses_no_card(firm: Firm, moment: str) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    fault = (firm.server.drop_before if moment == "before" else firm.server.drop_after)("sendMessage")

    await firm.opens_case()

    await firm.button(group, "Взять")
    await firm.until(lambda: len(firm.server.calls_of("sendMessage")) > 0 and fault.struck == 1)


async def test_no_update_is_lost_when_the_program_dies_while_it_handles_it(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    transact = firm.app.handler.storage.transact
    reached = asyncio.Event()

    async def stuck(work):  # type: ignore[no-untyped-def]
        reached.set()
        await asyncio.Event().wait()

    firm.app.handler.storage.transact = stuck  # type: ignore[method-assign]
    _ = firm.people["gleb"].press(card, "Взять")
    await reached.wait()
    firm.app.handler.storage.transact = transact  # type: ignore[method-assign]
    await firm.restart()

    await firm.until(lambda: next((m for m in group.messages if "Исполнитель" in m.text), None))


@pytest.mark.system
async def test_the_limits_of_the_platform_are_never_hit(sqlite_url: str) -> None:
    async with TelegramServer(limits=PlatformLimits()) as server:
        server.jitter()
        async with Firm(sqlite_url, server, tuning=replace(AT_ONCE, telegram=TelegramTuning())) as firm:
            await firm.joins("anna")
            anna: Chat = firm.people["anna"].private
            for _ in range(4):
                await firm.people["anna"].send(anna, "/help")
            await firm.until(lambda: len([m for m in anna.messages if "/queue" in m.text]) == 5)
        assert not [call for call in server.calls if call.error is not None and call.error.code == 429]


async def test_a_card_whose_answer_got_lost_may_stand_twice_and_only_one_copy_keeps_its_buttons(firm: Firm) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    firm.server.drop_after("sendMessage")
    await firm.opens_case()
    cards = await firm.until(lambda: found if len(found := [m for m in group.messages if m.buttons]) == 2 else None)
    await firm.until(lambda: not firm.server.network.faults or firm.server.network.faults[0].struck)

    answer = await firm.people["gleb"].press(cards[0], "Взять")

    assert "ONB-1" in answer.text
    await firm.until(lambda: "Исполнитель" in cards[1].text)
    await firm.until(lambda: not cards[0].buttons)
