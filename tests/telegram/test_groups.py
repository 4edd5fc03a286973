"""Department groups on Telegram: bound, moved, closed to us, open again."""

import asyncio
from datetime import timedelta

import pytest
from aiogram.types import Update

from bot.command_line.verbs import ways_in
from bot.telegram.outbound.reply_order import UpdateOrder
from tests.fakes.clock import HandClock
from tests.telegram.firm import Firm
from tests.telegram.kinds import says_anonymously, sends
from tests.telegram.server import Chat as Group
from tests.telegram.server import TelegramServer
from workflows.ports.platforms import ChatState, DepartmentChat
from workflows.usecases.invitations import LASTS


async def test_an_invitation_links_an_account_once(firm: Firm) -> None:
    code = await firm.code_for("anna")
    anna, stranger = firm.server.user("Anna", "ru"), firm.server.user("Eve", "ru")

    await anna.start(firm.server.bot, code)
    await firm.until(lambda: anna.private.find("Анна Соколова"))
    await stranger.start(firm.server.bot, code)
    await firm.until(lambda: stranger.private.find("приглашение"))

    assert firm.app.chats.directory.person_of("telegram", str(anna.id)) == "anna"
    assert firm.app.chats.directory.person_of("telegram", str(stranger.id)) is None


@pytest.mark.system
async def test_an_invitation_of_the_command_line_leads_into_telegram_too(sqlite_url: str) -> None:
    async with TelegramServer() as server, Firm(sqlite_url, server) as firm:
        ways = await ways_in(firm.settings, "timur")
        assert ways is not None
        web, telegram = ways
        timur = server.user("Timur", "ru")
        await timur.open_link(telegram.removeprefix("Telegram: "))
        await firm.until(lambda: timur.private.find("/queue"))

        server.fail("getMe", status=502, description="Bad Gateway")
        typed = await ways_in(firm.settings, "anna")
        assert typed is not None
        anna = server.user("Anna", "ru")
        await anna.send(anna.private, typed[1].removeprefix("Telegram: "))
        await firm.until(lambda: anna.private.find("Анна Соколова"))

    assert "/enter/" in web
    assert typed[1].startswith("Telegram: /start ")


@pytest.mark.system
async def test_an_invitation_expires_after_a_week(sqlite_url: str) -> None:
    clock = HandClock()
    async with TelegramServer() as server, Firm(sqlite_url, server, clock=clock) as firm:
        late, in_time = await firm.code_for("anna"), await firm.code_for("gleb")
        anna, gleb = server.user("Anna", "ru"), server.user("Gleb", "ru")

        clock.move(seconds=(LASTS - timedelta(seconds=1)).total_seconds())
        await gleb.start(server.bot, in_time)
        await firm.until(lambda: gleb.private.find("Глеб Никитин"))
        clock.move(seconds=1)
        await anna.start(server.bot, late)
        await firm.until(lambda: anna.private.find("истекло"))

        assert firm.app.chats.directory.person_of("telegram", str(gleb.id)) == "gleb"
        assert firm.app.chats.directory.person_of("telegram", str(anna.id)) is None


async def test_an_administrator_binds_a_group_and_cards_appear_there(firm: Firm) -> None:
    await firm.joins("daria")
    group = await firm.group_of("tech_support", "daria")

    assert [binding.title for binding in firm.app.chats.directory.bindings()] == ["tech_support"]
    assert group.find("Отдел тех. поддержки") is not None


async def test_commands_of_other_bots_are_left_alone(firm: Firm) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    before = len(group.messages)

    for words in ("/weather", "/status@other_bot", "/status"):
        await firm.people["gleb"].send(group, words)
    await firm.until(lambda: group.find("Активных дел нет"))

    assert len(group.messages) == before + 4
    await firm.people["gleb"].send(group, f"/weather@{firm.server.bot.username}")
    await firm.until(lambda: group.find("Не удалось понять"))


async def test_an_anonymous_administrator_is_told_once_why_nothing_happens(firm: Firm) -> None:
    group = await firm.group_of("tech_support")
    before = len(group.messages)

    says_anonymously(firm, group, "/weather")
    asked = says_anonymously(firm, group, "/status")
    told = await firm.until(lambda: group.find("Отключите «Анонимность»"))
    says_anonymously(firm, group, "/status")
    await firm.people["timur"].send(group, "/status")
    await firm.until(lambda: group.find("Активных дел нет"))

    assert told.reply_to is asked
    assert len(group.messages) == before + 6


async def test_news_of_the_chat_and_of_its_members_is_no_talk(firm: Firm) -> None:
    await firm.joins("gleb")
    private = firm.people["gleb"].private
    before = len(private.messages)

    sends(firm, "gleb", private, {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}})
    await firm.people["gleb"].send(private, "/my")
    await firm.asked("gleb", "нет задач")

    assert len(private.messages) == before + 3


async def test_old_news_of_being_removed_changes_nothing_once_the_bot_is_back(firm: Firm) -> None:
    await firm.joins("nikolay", "gleb")
    group = await firm.group_of("tech_support", "gleb")
    firm.server.kick_bot(group)
    kicked = firm.server.updates[-1]
    await firm.asked("nikolay", "для меня закрыт")
    firm.server.add_bot(group)
    await firm.until(lambda: not closed(firm))

    firm.server.redeliver(kicked)
    await firm.until(lambda: not firm.server.platform.updates.pending)
    await firm.restart()
    await asyncio.wait_for(firm.telegram.updates.handle([Update.model_validate(kicked.json())], UpdateOrder()), 5)

    assert not closed(firm)
    assert len([m for m in firm.people["nikolay"].private.messages if "для меня закрыт" in m.text]) == 1


@pytest.mark.parametrize("told", [{"status": "kicked"}, {"status": "restricted", "can_send_messages": False}])
async def test_an_older_server_is_understood_when_it_tells_that_the_bot_is_out(
    firm: Firm, told: dict[str, object]
) -> None:
    await firm.joins("nikolay", "gleb")
    group = await firm.group_of("tech_support", "gleb")

    tells_of_the_bot(firm, group, told)
    await firm.asked("nikolay", "для меня закрыт")
    tells_of_the_bot(firm, group, {"status": "administrator"}, later=1)

    await firm.until(lambda: not closed(firm))


def tells_of_the_bot(firm: Firm, group: Group, told: dict[str, object], *, later: int = 0) -> None:
    """Return the bot's membership in a group from a server that knows none of the newest rights."""
    date = int(firm.server.platform.clock.now().timestamp()) + later
    change = {"chat": {"id": group.id, "type": "supergroup"}, "date": date, "new_chat_member": told}
    firm.server.platform.updates.put("my_chat_member", change, queue=group.id)


def closed(firm: Firm) -> list[DepartmentChat]:
    return [binding for binding in firm.app.chats.directory.bindings() if binding.state is ChatState.CLOSED]


async def test_ones_tasks_are_told_in_the_private_chat_and_not_in_the_group(firm: Firm) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    await firm.opens_case()
    await firm.press("gleb", group, "Взять")

    await firm.people["gleb"].send(group, "/my")
    here = await firm.button(group, "Открыть личный чат")

    assert "ONB-1" not in here.text
    await firm.asked("gleb", "Ваши задачи")


async def test_who_has_closed_the_private_chat_is_led_to_their_tasks_there(firm: Firm) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    gleb = firm.people["gleb"]
    await gleb.block_bot()

    await gleb.send(group, "/my")
    here = await firm.button(group, "Открыть личный чат", "Ответ")
    answer = await gleb.press(here, "Открыть личный чат")

    assert answer.url is not None
    await gleb.open_link(answer.url)
    await firm.asked("gleb", "У вас сейчас нет задач")


async def test_a_topic_of_a_forum_is_bound_by_itself(firm: Firm) -> None:
    await firm.joins("timur", "gleb")
    forum = firm.server.supergroup("InPlat", firm.people["timur"], firm.people["gleb"], forum=True)
    topic = firm.server.topic(forum, "Поддержка")
    await firm.people["timur"].send(forum, "/bind tech_support", thread_id=topic.id)
    await firm.until(lambda: forum.find("/unbind"))
    await firm.opens_case()

    card = await firm.button(forum, "Взять")
    assert card.thread_id == topic.id
    await firm.people["gleb"].press(card, "Взять")
    await firm.until(lambda: "Исполнитель" in card.text)

    comment = await firm.people["gleb"].reply(card, "Начал")
    await firm.until(lambda: firm.server.updates[-1].payload.get("text") == comment.text)
