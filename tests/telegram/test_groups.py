"""Department groups on Telegram: bound, moved, closed to us, open again."""

from datetime import timedelta

from bot.conversation.accounts import LASTS
from tests.fakes.clock import HandClock
from tests.telegram.server import TelegramServer
from tests.telegram.stage import Stage


async def test_an_invitation_links_an_account_once(stage: Stage) -> None:
    code = await stage.code_for("anna")
    anna, stranger = stage.server.user("Anna", "ru"), stage.server.user("Eve", "ru")

    await anna.start(stage.server.bot, code)
    await stage.until(lambda: anna.private.find("Анна Соколова"))
    await stranger.start(stage.server.bot, code)
    await stage.until(lambda: stranger.private.find("приглашение"))

    assert stage.app.chats.directory.person_of("telegram", str(anna.id)) == "anna"
    assert stage.app.chats.directory.person_of("telegram", str(stranger.id)) is None


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
