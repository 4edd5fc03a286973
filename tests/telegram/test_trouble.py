"""What Telegram can do to a bot, and what people see of it."""

import asyncio

import pytest

from bot.telegram.pace import OF_TELEGRAM
from tests.telegram.server import Chat, TelegramServer
from tests.telegram.server.limits import Limits as PlatformLimits
from tests.telegram.stage import Stage
from tests.telegram.test_cards import a_card


async def test_a_kicked_bot_tells_the_head_and_the_administrator_and_the_card_comes_when_it_is_back(
    stage: Stage,
) -> None:
    await stage.joins("nikolay", "gleb", "anna")
    group = await stage.group_of("tech_support", "gleb")
    stage.server.kick_bot(group)

    for name in ("nikolay", "timur"):
        warning = await stage.asked(name, "для меня закрыт")
        assert "tech_support" in warning.text
    await stage.opens_case()
    assert not group.find("ONB-1")

    stage.server.add_bot(group)
    await stage.button(group, "Взять")
    told = [m.text for m in stage.people["nikolay"].private.messages if "для меня закрыт" in m.text]
    assert len(told) == 1, told


async def test_a_muted_bot_finds_out_when_it_sends_and_posts_when_it_may_again(stage: Stage) -> None:
    await stage.joins("nikolay", "anna")
    group = await stage.group_of("tech_support")
    stage.server.mute_bot(group)
    await stage.asked("nikolay", "для меня закрыт")
    await stage.opens_case()

    stage.server.unmute_bot(group)
    await stage.button(group, "Взять")


async def test_a_group_that_becomes_a_supergroup_is_followed(stage: Stage) -> None:
    await stage.joins("timur", "gleb", "anna")
    people = [stage.people["timur"], stage.people["gleb"]]
    group = stage.server.group("Поддержка", *people)
    await people[0].send(group, "/bind tech_support")
    await stage.until(lambda: group.find("/unbind"))
    await stage.opens_case()
    await stage.button(group, "Взять")

    new = stage.server.upgrade_group(group)

    await stage.button(new, "Взять")
    await stage.press("gleb", new, "Взять")
    await stage.until(lambda: new.find("Исполнитель"))


async def test_an_upgrade_that_nobody_told_of_is_followed_at_the_next_card(stage: Stage) -> None:
    await stage.joins("timur", "gleb", "anna")
    group = stage.server.group("Поддержка", stage.people["timur"], stage.people["gleb"])
    await stage.people["timur"].send(group, "/bind tech_support")
    await stage.until(lambda: group.find("/unbind"))
    stage.server.hold_updates()
    new = stage.server.upgrade_group(group)

    await stage.opens_case()

    await stage.button(new, "Взять")


@pytest.mark.parametrize(
    ("method", "status", "description"),
    [
        ("editMessageText", 502, "Bad Gateway"),
        ("editMessageText", 400, "Bad Request: can't parse entities: unsupported start tag"),
        ("editMessageText", 429, "Too Many Requests: retry after 1"),
        ("editMessageText", 400, "Bad Request: message to edit not found"),
    ],
)
async def test_a_card_shows_its_state_in_the_end(stage: Stage, method: str, status: int, description: str) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    fault = stage.server.fail(method, status=status, description=description)

    answer = await stage.people["gleb"].press(card, "Взять")

    assert "ONB-1" in answer.text
    await stage.until(lambda: next((m for m in group.messages if "Исполнитель" in m.text), None))
    assert fault.struck == 1


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_dropped_connection_loses_no_card(stage: Stage, moment: str) -> None:
    await stage.joins("gleb")
    group = await stage.group_of("tech_support", "gleb")
    fault = (stage.server.drop_before if moment == "before" else stage.server.drop_after)("sendMessage")

    await stage.opens_case()

    await stage.button(group, "Взять")
    await stage.until(lambda: len(stage.server.calls_of("sendMessage")) > 0 and fault.struck == 1)


async def test_every_press_is_answered_within_a_second_when_the_database_is_slow(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    release = asyncio.Event()
    transact = stage.app.handler.storage.transact

    async def slow(work):  # type: ignore[no-untyped-def]
        await release.wait()
        return await transact(work)

    stage.app.handler.storage.transact = slow  # type: ignore[method-assign]
    answer = await stage.people["gleb"].press(card, "Взять").answered(within=1.5)
    assert "Выполняю" in answer.text

    release.set()
    await stage.asked("gleb", "ONB-1")
    await stage.until(lambda: "Исполнитель" in card.text)


async def test_a_press_too_old_to_be_answered_is_answered_by_a_message(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    description = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    stage.server.fail("answerCallbackQuery", status=400, description=description)

    _ = stage.people["gleb"].press(card, "Взять")

    await stage.asked("gleb", "ONB-1")


async def test_the_platform_being_away_at_the_start_is_waited_out(sqlite_url: str) -> None:
    async with TelegramServer() as server:
        fault = server.fail("getMe", times=1)
        async with Stage(sqlite_url, server) as stage:
            await stage.joins("anna")
        assert fault.struck == 1


async def test_no_update_is_lost_when_the_program_dies_while_it_handles_it(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    transact = stage.app.handler.storage.transact
    reached = asyncio.Event()

    async def stuck(work):  # type: ignore[no-untyped-def]
        reached.set()
        await asyncio.Event().wait()

    stage.app.handler.storage.transact = stuck  # type: ignore[method-assign]
    _ = stage.people["gleb"].press(card, "Взять")
    await reached.wait()
    stage.app.handler.storage.transact = transact  # type: ignore[method-assign]
    await stage.restart()

    await stage.until(lambda: next((m for m in group.messages if "Исполнитель" in m.text), None))


async def test_the_limits_of_the_platform_are_never_hit(sqlite_url: str) -> None:
    async with TelegramServer(limits=PlatformLimits()) as server:
        server.jitter()
        async with Stage(sqlite_url, server, limits=OF_TELEGRAM) as stage:
            await stage.joins("anna")
            anna: Chat = stage.people["anna"].private
            for _ in range(4):
                await stage.people["anna"].send(anna, "/help")
            await stage.until(lambda: len([m for m in anna.messages if "/queue" in m.text]) == 5, within=15)
        assert not [call for call in server.calls if call.error is not None and call.error.code == 429]


async def test_a_card_whose_answer_got_lost_may_stand_twice_and_only_one_copy_keeps_its_buttons(stage: Stage) -> None:
    await stage.joins("gleb")
    group = await stage.group_of("tech_support", "gleb")
    stage.server.drop_after("sendMessage")
    await stage.opens_case()
    cards = await stage.until(lambda: found if len(found := [m for m in group.messages if m.buttons]) == 2 else None)
    await stage.until(lambda: not stage.server.network.faults or stage.server.network.faults[0].struck)

    answer = await stage.people["gleb"].press(cards[0], "Взять")

    assert "ONB-1" in answer.text
    await stage.until(lambda: "Исполнитель" in cards[1].text)
    await stage.until(lambda: not cards[0].buttons)


async def test_somebody_who_blocked_the_bot_finds_what_waited_when_they_are_back(stage: Stage) -> None:
    await stage.joins("anna", "gleb")
    group = await stage.group_of("tech_support", "gleb")
    await stage.opens_case()
    card = await stage.button(group, "Взять")
    await stage.people["anna"].block_bot()
    await stage.people["gleb"].press(card, "Взять")
    await stage.people["gleb"].reply(card, "Пишу Анне")
    await stage.until(lambda: [c for c in stage.server.calls_of("sendMessage") if c.error is not None])

    await stage.people["anna"].start(stage.server.bot)

    await stage.asked("anna", "Пишу Анне")
