"""Department groups on Telegram: bound, moved, closed to us, open again."""

import asyncio
from datetime import timedelta

import pytest
from aiogram.types import Update

from bot.bootstrap import invite
from bot.conversation.invitations import LASTS
from tests.fakes.clock import HandClock
from tests.telegram.kinds import says_anonymously, sends
from tests.telegram.server import Chat as Group
from tests.telegram.server import TelegramServer
from tests.telegram.stage import Stage
from workflows.ports.platforms import ChatState, DepartmentChat


async def test_an_invitation_links_an_account_once(stage: Stage) -> None:
    code = await stage.code_for("anna")
    anna, stranger = stage.server.user("Anna", "ru"), stage.server.user("Eve", "ru")

    await anna.start(stage.server.bot, code)
    await stage.until(lambda: anna.private.find("Анна Соколова"))
    await stranger.start(stage.server.bot, code)
    await stage.until(lambda: stranger.private.find("приглашение"))

    assert stage.app.chats.directory.person_of("telegram", str(anna.id)) == "anna"
    assert stage.app.chats.directory.person_of("telegram", str(stranger.id)) is None


async def test_an_invitation_of_the_command_line_leads_into_telegram_too(sqlite_url: str) -> None:
    async with TelegramServer() as server, Stage(sqlite_url, server) as stage:
        ways = await invite(stage.settings, "timur")
        assert ways is not None
        web, telegram = ways
        timur = server.user("Timur", "ru")
        await timur.open_link(telegram.removeprefix("Telegram: "))
        await stage.until(lambda: timur.private.find("/queue"))

        server.fail("getMe", status=502, description="Bad Gateway")
        typed = await invite(stage.settings, "anna")
        assert typed is not None
        anna = server.user("Anna", "ru")
        await anna.send(anna.private, typed[1].removeprefix("Telegram: "))
        await stage.until(lambda: anna.private.find("Анна Соколова"))

    assert "/enter/" in web
    assert typed[1].startswith("Telegram: /start ")


async def test_an_invitation_expires_after_a_week(sqlite_url: str) -> None:
    clock = HandClock()
    async with TelegramServer() as server, Stage(sqlite_url, server, clock=clock) as stage:
        late, in_time = await stage.code_for("anna"), await stage.code_for("gleb")
        anna, gleb = server.user("Anna", "ru"), server.user("Gleb", "ru")

        clock.move(seconds=(LASTS - timedelta(seconds=1)).total_seconds())
        await gleb.start(server.bot, in_time)
        await stage.until(lambda: gleb.private.find("Глеб Никитин"))
        clock.move(seconds=1)
        await anna.start(server.bot, late)
        await stage.until(lambda: anna.private.find("истекло"))

        assert stage.app.chats.directory.person_of("telegram", str(gleb.id)) == "gleb"
        assert stage.app.chats.directory.person_of("telegram", str(anna.id)) is None


async def test_an_administrator_binds_a_group_and_cards_appear_there(stage: Stage) -> None:
    await stage.joins("daria")
    group = await stage.group_of("tech_support", "daria")

    assert [binding.title for binding in stage.app.chats.directory.bindings()] == ["tech_support"]
    assert group.find("Отдел тех. поддержки") is not None


async def test_commands_of_other_bots_are_left_alone(stage: Stage) -> None:
    await stage.joins("gleb")
    group = await stage.group_of("tech_support", "gleb")
    before = len(group.messages)

    for words in ("/weather", "/status@other_bot", "/status"):
        await stage.people["gleb"].send(group, words)
    await stage.until(lambda: group.find("Активных дел нет"))

    assert len(group.messages) == before + 4
    await stage.people["gleb"].send(group, f"/weather@{stage.server.bot.username}")
    await stage.until(lambda: group.find("Не удалось понять"))


async def test_an_anonymous_administrator_is_told_once_why_nothing_happens(stage: Stage) -> None:
    group = await stage.group_of("tech_support")
    before = len(group.messages)

    says_anonymously(stage, group, "/weather")
    asked = says_anonymously(stage, group, "/status")
    told = await stage.until(lambda: group.find("Отключите «Анонимность»"))
    says_anonymously(stage, group, "/status")
    await stage.people["timur"].send(group, "/status")
    await stage.until(lambda: group.find("Активных дел нет"))

    assert told.reply_to is asked
    assert len(group.messages) == before + 6


async def test_news_of_the_chat_and_of_its_members_is_no_talk(stage: Stage) -> None:
    await stage.joins("gleb")
    private = stage.people["gleb"].private
    before = len(private.messages)

    sends(stage, "gleb", private, {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}})
    await stage.people["gleb"].send(private, "/my")
    await stage.asked("gleb", "нет задач")

    assert len(private.messages) == before + 3


async def test_old_news_of_being_removed_changes_nothing_once_the_bot_is_back(stage: Stage) -> None:
    await stage.joins("nikolay", "gleb")
    group = await stage.group_of("tech_support", "gleb")
    stage.server.kick_bot(group)
    kicked = stage.server.updates[-1]
    await stage.asked("nikolay", "для меня закрыт")
    stage.server.add_bot(group)
    await stage.until(lambda: not closed(stage))

    stage.server.redeliver(kicked)
    await stage.until(lambda: not stage.server.platform.updates.pending)
    await stage.restart()
    await asyncio.wait_for(stage.telegram._feed(Update.model_validate(kicked.json())), 5)

    assert not closed(stage)
    assert len([m for m in stage.people["nikolay"].private.messages if "для меня закрыт" in m.text]) == 1


@pytest.mark.parametrize("told", [{"status": "kicked"}, {"status": "restricted", "can_send_messages": False}])
async def test_an_older_server_is_understood_when_it_tells_that_the_bot_is_out(
    stage: Stage, told: dict[str, object]
) -> None:
    await stage.joins("nikolay", "gleb")
    group = await stage.group_of("tech_support", "gleb")

    tells_of_the_bot(stage, group, told)
    await stage.asked("nikolay", "для меня закрыт")
    tells_of_the_bot(stage, group, {"status": "administrator"}, later=1)

    await stage.until(lambda: not closed(stage))


def tells_of_the_bot(stage: Stage, group: Group, told: dict[str, object], *, later: int = 0) -> None:
    """Tell what the bot is in a group as a server does that knows none of the newest rights."""
    date = int(stage.server.platform.clock.now().timestamp()) + later
    change = {"chat": {"id": group.id, "type": "supergroup"}, "date": date, "new_chat_member": told}
    stage.server.platform.updates.put("my_chat_member", change, queue=group.id)


def closed(stage: Stage) -> list[DepartmentChat]:
    return [binding for binding in stage.app.chats.directory.bindings() if binding.state is ChatState.CLOSED]


async def test_ones_tasks_are_told_in_the_private_chat_and_not_in_the_group(stage: Stage) -> None:
    await stage.joins("gleb")
    group = await stage.group_of("tech_support", "gleb")
    await stage.opens_case()
    await stage.press("gleb", group, "Взять")

    await stage.people["gleb"].send(group, "/my")
    here = await stage.button(group, "Открыть личный чат")

    assert "ONB-1" not in here.text
    await stage.asked("gleb", "Ваши задачи")


async def test_who_has_closed_the_private_chat_is_led_to_their_tasks_there(stage: Stage) -> None:
    await stage.joins("gleb")
    group = await stage.group_of("tech_support", "gleb")
    gleb = stage.people["gleb"]
    await gleb.block_bot()

    await gleb.send(group, "/my")
    here = await stage.button(group, "Открыть личный чат", "Ответ")
    answer = await gleb.press(here, "Открыть личный чат")

    assert answer.url is not None
    await gleb.open_link(answer.url)
    await stage.asked("gleb", "У вас сейчас нет задач")
