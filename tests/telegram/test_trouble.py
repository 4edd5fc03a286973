"""What Telegram can do to a bot, and what people see of it."""

import asyncio
from dataclasses import replace
from typing import NoReturn

import pytest
from aiogram.types import Update
from structlog.testing import capture_logs

from bot.conversation.interview.interview import Interview
from bot.rendering.phrases import Phrase, phrase
from bot.telegram.api.addresses import Place
from bot.telegram.api.client import Api
from bot.telegram.api.pace import Pace, Urgency
from bot.telegram.api.retry import retry_until_done
from bot.telegram.setup.greeting import greet
from bot.telegram.tuning import TelegramTuning
from tests.fakes.tuning import AT_ONCE, NO_LIMITS
from tests.telegram.firm import Firm
from tests.telegram.kinds import VOICE, says_anonymously, sends
from tests.telegram.server import Chat, Fault, TelegramServer
from tests.telegram.server.aiogram_client import connected
from tests.telegram.server.limits import Limits as PlatformLimits
from tests.telegram.test_cards import a_card
from workflows.domain.text import Language
from workflows.ports.chat import Message as ToSay
from workflows.ports.chat import Unreachable
from workflows.ports.unit_of_work import StorageUnavailable


async def test_a_kicked_bot_tells_the_head_and_the_administrator_and_the_card_comes_when_it_is_back(
    firm: Firm,
) -> None:
    await firm.joins("nikolay", "gleb", "anna")
    group = await firm.group_of("tech_support", "gleb")
    firm.server.kick_bot(group)

    for name in ("nikolay", "timur"):
        warning = await firm.asked(name, "для меня закрыт")
        assert "tech_support" in warning.text
    await firm.opens_case()
    assert not group.find("ONB-1")

    firm.server.add_bot(group)
    await firm.button(group, "Взять")
    told = [m.text for m in firm.people["nikolay"].private.messages if "для меня закрыт" in m.text]
    assert len(told) == 1, told


async def test_a_muted_bot_finds_out_when_it_sends_and_posts_when_it_may_again(firm: Firm) -> None:
    await firm.joins("nikolay", "anna")
    group = await firm.group_of("tech_support")
    firm.server.mute_bot(group)
    await firm.asked("nikolay", "для меня закрыт")
    await firm.opens_case()

    firm.server.unmute_bot(group)
    await firm.button(group, "Взять")


async def test_a_group_that_becomes_a_supergroup_is_followed(firm: Firm) -> None:
    await firm.joins("timur", "gleb", "anna")
    people = [firm.people["timur"], firm.people["gleb"]]
    group = firm.server.group("Поддержка", *people)
    await people[0].send(group, "/bind tech_support")
    await firm.until(lambda: group.find("/unbind"))
    await firm.opens_case()
    await firm.button(group, "Взять")

    new = firm.server.upgrade_group(group)

    await firm.button(new, "Взять")
    await firm.press("gleb", new, "Взять")
    await firm.until(lambda: new.find("Исполнитель"))


async def test_an_upgrade_that_nobody_told_of_is_followed_at_the_next_card(firm: Firm) -> None:
    await firm.joins("timur", "gleb", "anna")
    group = firm.server.group("Поддержка", firm.people["timur"], firm.people["gleb"])
    await firm.people["timur"].send(group, "/bind tech_support")
    await firm.until(lambda: group.find("/unbind"))
    firm.server.hold_updates()
    new = firm.server.upgrade_group(group)

    await firm.opens_case()

    await firm.button(new, "Взять")


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
    await firm.until(lambda: len([m for m in anna.private.messages if "/queue" in m.text]) == 2, within=1.5)
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
    await firm.until(lambda: daria.private.find("У вас сейчас нет задач"), within=1.5)

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

    answer = await firm.people["gleb"].press(card, "Взять").answered(within=3)

    assert "ONB-1" in answer.text
    assert fault.struck in (1, 2)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_dropped_connection_loses_no_card(firm: Firm, moment: str) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    fault = (firm.server.drop_before if moment == "before" else firm.server.drop_after)("sendMessage")

    await firm.opens_case()

    await firm.button(group, "Взять")
    await firm.until(lambda: len(firm.server.calls_of("sendMessage")) > 0 and fault.struck == 1)


async def test_every_press_is_answered_within_a_second_when_the_database_is_slow(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    release = asyncio.Event()
    transact = firm.app.handler.storage.transact

    async def slow(work):  # type: ignore[no-untyped-def]
        await release.wait()
        return await transact(work)

    firm.app.handler.storage.transact = slow  # type: ignore[method-assign]
    answer = await firm.people["gleb"].press(card, "Взять").answered(within=1.5)
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

    answer = await gleb.press(card, "Взять").answered(within=1.5)

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

    await firm.until(lambda: not firm.server.platform.updates.pending, within=3.0)
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
    await firm.people["gleb"].press(card, "Дело").answered(within=2)
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
    await asyncio.sleep(0)

    left = [task.get_name() for task in asyncio.all_tasks() if "_in_private" in str(task.get_coro())]
    sending.release()
    assert (len(handling), left, pressed.answer) == (1, [], None)


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


@pytest.mark.system
async def test_the_platform_being_away_at_the_start_is_waited_out(sqlite_url: str) -> None:
    async with TelegramServer() as server:
        fault = server.fail("getMe", times=1)
        async with Firm(sqlite_url, server) as firm:
            await firm.joins("anna")
        assert fault.struck == 1


@pytest.mark.system
async def test_the_platform_asking_for_patience_at_the_start_is_obeyed(sqlite_url: str) -> None:
    async with TelegramServer() as server:
        fault = server.slow_down("getMe", retry_after=1)
        async with Firm(sqlite_url, server):
            assert fault.struck == 1


@pytest.mark.system
async def test_commands_that_cannot_be_offered_keep_nobody_out_and_are_offered_later(sqlite_url: str) -> None:
    async with TelegramServer() as server:
        fault = server.fail("setMyCommands", times=2)
        async with Firm(sqlite_url, server) as firm:
            await firm.joins("anna")
            await firm.until(lambda: server.commands({"type": "all_chat_administrators"}, "en"))
        assert fault.struck == 2


@pytest.mark.system
async def test_commands_that_are_refused_for_good_are_offered_once(sqlite_url: str) -> None:
    async with TelegramServer() as server:
        server.fail("setMyCommands", status=404, description="Not Found: method not found", times=1)
        server.fail("setMyCommands", status=400, description="Bad Request: language_code is invalid", times=1)
        async with Firm(sqlite_url, server) as firm:
            await firm.until(lambda: server.commands({"type": "all_chat_administrators"}, "en"))
            assert len(server.calls_of("setMyCommands")) == 9 - 2


@pytest.mark.system
async def test_a_server_without_webhooks_keeps_nobody_out(sqlite_url: str) -> None:
    async with TelegramServer() as server:
        fault = server.fail("deleteWebhook", status=404, description="Not Found: method not found", times=1_000)
        async with Firm(sqlite_url, server) as firm:
            await firm.joins("anna")
        assert fault.struck == 1


@pytest.mark.system
async def test_what_the_platform_refuses_at_the_start_is_told_in_its_own_words() -> None:
    refusal = "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    async with TelegramServer() as server, connected(server) as bot:
        server.fail("setWebhook", status=400, description=refusal)

        with capture_logs() as logs:
            username = await greet(bot, lambda: bot.set_webhook("https://handover.example.com/telegram/webhook"))

    assert username == "handover_test_bot"
    assert [(line["action"], line.get("reason")) for line in logs] == [("telegram_refused", refusal)]


async def test_what_has_to_wait_for_the_database_is_done_when_it_is_back() -> None:
    troubles: list[Exception] = [StorageUnavailable("away"), TimeoutError()]
    done = asyncio.Event()

    async def learn() -> None:
        if troubles:
            raise troubles.pop(0)
        done.set()

    with capture_logs() as logs:
        await asyncio.wait_for(retry_until_done("languages", learn), 5)

    assert done.is_set()
    assert [(line["action"], line["chore"]) for line in logs] == [("chore_retried", "telegram: languages")] * 2


async def test_what_cannot_be_done_after_the_start_is_told_in_the_log() -> None:
    async def learn() -> None:
        raise ValueError("no such language")

    with capture_logs() as logs:
        await retry_until_done("languages", learn)

    assert [(line["action"], line["chore"]) for line in logs] == [("chore_failed", "telegram: languages")]


async def test_an_adapter_that_breaks_is_run_again(firm: Firm) -> None:
    (anna,) = await firm.joins("anna")
    get_updates, broke = firm.telegram.bot.get_updates, asyncio.Event()

    async def broken(**_: object) -> list[Update]:
        firm.telegram.bot.get_updates = get_updates  # type: ignore[method-assign]
        broke.set()
        raise RuntimeError

    firm.telegram.bot.get_updates = broken  # type: ignore[assignment, method-assign]
    await anna.send(anna.private, "/my")
    await broke.wait()
    await anna.send(anna.private, "/status")

    await firm.asked("anna", "У вас сейчас нет задач")
    await firm.asked("anna", "Активных дел нет")


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
            await firm.until(lambda: len([m for m in anna.messages if "/queue" in m.text]) == 5, within=15)
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


async def test_somebody_who_blocked_the_bot_finds_what_waited_when_they_are_back(firm: Firm) -> None:
    await firm.joins("anna", "gleb")
    group = await firm.group_of("tech_support", "gleb")
    await firm.opens_case()
    card = await firm.button(group, "Взять")
    await firm.people["anna"].block_bot()
    await firm.people["gleb"].press(card, "Взять")
    await firm.people["gleb"].reply(card, "Пишу Анне")
    await firm.until(lambda: [c for c in firm.server.calls_of("sendMessage") if c.error is not None])

    await firm.people["anna"].start(firm.server.bot)

    await firm.asked("anna", "Пишу Анне")
