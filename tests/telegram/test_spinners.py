"""A spinner stops in time, whatever is slow; what cannot be shown there comes as a message."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import NoReturn

import pytest

from bot.conversation.interview.interview import Interview
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from bot.telegram.tuning import TelegramTuning
from tests.fakes.tuning import AT_ONCE, NO_LIMITS
from tests.telegram.firm import Firm
from tests.telegram.kinds import VOICE, says_anonymously, sends
from tests.telegram.server import TelegramServer
from tests.telegram.test_cards import a_card
from workflows.domain.text import Language
from workflows.ports.unit_of_work import StorageUnavailable


@pytest.fixture
async def firm(sqlite_url: str) -> AsyncIterator[Firm]:
    """A firm whose spinners stop as soon as in the field."""
    tuning = replace(AT_ONCE, telegram=TelegramTuning(limits=NO_LIMITS))
    async with TelegramServer() as server, Firm(sqlite_url, server, tuning=tuning) as firm:
        yield firm


@pytest.mark.parametrize("how", ["dropped connection", "bad gateway", "too fast"])
async def test_the_spinner_stops_although_the_platform_was_unwell(firm: Firm, how: str) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    match how:
        case "dropped connection":
            fault = firm.server.drop_before("answerCallbackQuery", times=2)
        case "bad gateway":
            fault = firm.server.fail("answerCallbackQuery", times=2)
        case _:
            fault = firm.server.slow_down("answerCallbackQuery", retry_after=1)

    answer = await firm.people["gleb"].press(card, "Взять")

    assert "ONB-1" in answer.text
    assert fault.struck in (1, 2)


async def test_every_press_is_answered_within_a_second_when_the_database_is_slow(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    release = asyncio.Event()
    transact = firm.app.handler.storage.transact

    async def slow(work):  # type: ignore[no-untyped-def]
        await release.wait()
        return await transact(work)

    firm.app.handler.storage.transact = slow  # type: ignore[method-assign]
    answer = await firm.people["gleb"].press(card, "Взять")
    assert "Выполняю" in answer.text

    release.set()
    await firm.asked("gleb", "ONB-1")
    await firm.until(lambda: "Исполнитель" in card.text)


async def test_a_press_that_waits_behind_something_slow_is_answered_within_a_second_too(firm: Firm) -> None:
    group = await a_card(firm)
    card, gleb = await firm.button(group, "Взять"), firm.people["gleb"]
    fetching = firm.server.hold("getFile")
    await gleb.send_document(gleb.private, b"%PDF", "акт.pdf")
    await fetching.reached()

    answer = await gleb.press(card, "Взять")

    assert "Выполняю" in answer.text
    fetching.release()
    await firm.asked("gleb", "ONB-1")
    await firm.until(lambda: "Исполнитель" in card.text)


async def test_a_word_of_comfort_comes_once(firm: Firm) -> None:
    group = await a_card(firm)
    card, gleb = await firm.button(group, "Взять"), firm.people["gleb"]

    await gleb.press(card, "Взять")
    await firm.until(lambda: "Исполнитель" in card.text)
    await gleb.press(card, "Дело")
    await gleb.send(gleb.private, "/my")
    await firm.asked("gleb", "Ваши задачи")

    answers = firm.server.calls_of("answerCallbackQuery")
    assert len(answers) == 2
    assert not [call for call in answers if "Выполняю" in call.params.get("text", "")]


async def test_an_answer_that_cannot_be_sent_yet_holds_up_no_confirmation_and_no_later_update(firm: Firm) -> None:
    (gleb,) = await firm.joins("gleb")
    sending = firm.server.hold("sendMessage")
    await gleb.send(gleb.private, "/lang en")
    await sending.reached()
    await gleb.send(gleb.private, "/my")

    await firm.until(lambda: not firm.server.platform.updates.pending)

    before = len(gleb.private.messages)
    sending.release()
    await firm.until(lambda: len(gleb.private.messages) == before + 2)
    assert "/queue" in gleb.private.messages[-1].text


@pytest.mark.parametrize("who", ["a stranger", "nobody in particular", "somebody with a voice message"])
async def test_an_excuse_that_cannot_be_sent_yet_holds_up_no_confirmation(firm: Firm, who: str) -> None:
    (gleb,) = await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    sending = firm.server.hold("sendMessage")
    match who:
        case "a stranger":
            eve = firm.server.user("Eve", "ru")
            firm.server.join(group, eve)
            await eve.send(group, "/status")
        case "nobody in particular":
            says_anonymously(firm, group, "/status")
        case _:
            sends(firm, "gleb", gleb.private, {"voice": VOICE})
    await sending.reached()

    await firm.until(lambda: not firm.server.platform.updates.pending)
    sending.release()


async def test_a_case_that_cannot_be_shown_in_private_is_excused_there(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = await a_card(firm)
    card, has_waited = await firm.button(group, "Дело"), asyncio.Event()

    async def away(*_: object) -> NoReturn:
        await has_waited.wait()
        raise StorageUnavailable("away")

    monkeypatch.setattr(Interview, "present", away)
    await firm.people["gleb"].press(card, "Дело")
    has_waited.set()

    await firm.asked("gleb", phrase(Phrase.STORAGE_UNAVAILABLE, Language.RU))


async def test_a_press_that_is_let_go_leaves_nothing_behind_that_speaks_later(firm: Firm) -> None:
    group = await a_card(firm)
    card, sending = await firm.button(group, "Дело"), firm.server.hold("sendMessage")
    pressed = firm.people["gleb"].press(card, "Дело")
    await sending.reached()

    handling = [task for task in asyncio.all_tasks() if task.get_name().startswith("telegram update")]
    for task in handling:
        task.cancel()
    await asyncio.gather(*handling, return_exceptions=True)

    await firm.until(lambda: not [task for task in asyncio.all_tasks() if "_in_private" in str(task.get_coro())])
    sending.release()
    assert (len(handling), pressed.answer) == (1, None)


async def test_a_press_too_old_to_be_answered_is_answered_by_a_message(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    description = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    firm.server.fail("answerCallbackQuery", status=400, description=description)

    _ = firm.people["gleb"].press(card, "Взять")

    await firm.asked("gleb", "ONB-1")


async def test_a_toast_that_is_refused_stops_the_spinner_and_its_words_come_as_a_message(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    firm.server.fail("answerCallbackQuery", status=400, description="Bad Request: MESSAGE_TOO_LONG", times=1)

    answer = await firm.people["gleb"].press(card, "Взять")

    assert answer.text == ""
    await firm.asked("gleb", "ONB-1 теперь у вас")


async def test_a_link_that_is_refused_stops_the_spinner_and_comes_as_a_button(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    await firm.people["gleb"].press(card, "Взять")
    await firm.until(lambda: "Открыть" in card.buttons)
    firm.server.fail("answerCallbackQuery", status=400, description="Bad Request: URL_INVALID", times=1)

    answer = await firm.people["gleb"].press(card, "Открыть")

    assert not answer.url
    shown = await firm.asked("gleb", "Формы заполняются в личном чате")
    assert "Открыть форму" in shown.buttons


async def test_who_has_blocked_the_bot_and_is_answered_late_is_told_under_the_card(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Переназначить")
    await firm.joins("nikolay")
    firm.server.join(group, firm.people["nikolay"])
    await firm.people["nikolay"].block_bot()
    gate = firm.server.hold("sendMessage", times=1)

    answer = await firm.people["nikolay"].press(card, "Переназначить")
    assert answer.text == "Продолжение — в личном чате."
    gate.release()

    told = await firm.until(lambda: group.find("Ответ предназначен только вам"))
    assert told.reply_to is card
    assert told.keyboard is not None
    assert told.keyboard[0][0]["url"].endswith("?start=case_1")
