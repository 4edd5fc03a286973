"""Department groups on Telegram: bound, moved, closed to us, open again."""

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


async def test_an_administrator_binds_a_group_and_cards_appear_there(stage: Stage) -> None:
    await stage.joins("daria")
    group = await stage.group_of("tech_support", "daria")

    assert [binding.title for binding in stage.app.chats.directory.bindings()] == ["tech_support"]
    assert group.find("Отдел тех. поддержки") is not None
