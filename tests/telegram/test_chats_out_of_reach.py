"""Chats that throw the bot out, mute it, move or block it, and what people see of it."""

from tests.telegram.firm import Firm


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


async def test_the_binding_of_a_deleted_topic_is_removed_by_the_button_of_its_notice(firm: Firm) -> None:
    await firm.joins("timur", "gleb")
    timur = firm.people["timur"]
    forum = firm.server.supergroup("InPlat", timur, firm.people["gleb"], forum=True)
    topic = firm.server.topic(forum, "Поддержка")
    await timur.send(forum, "/bind tech_support", thread_id=topic.id)
    await firm.until(lambda: forum.find("/unbind"))
    firm.server.delete_topic(forum, topic)
    await firm.opens_case()

    await firm.presses("timur", "Отвязать этот чат", "закрыт")

    await firm.asked("timur", "больше не появляются в «InPlat»")
    assert firm.app.chats.directory.bindings() == ()


async def test_a_binding_is_removed_from_the_private_chat(firm: Firm) -> None:
    await firm.joins("timur", "gleb")
    await firm.group_of("tech_support", "gleb")
    await firm.people["timur"].send(firm.people["timur"].private, "/unbind")

    await firm.presses("timur", "Отдел тех. поддержки · tech_support (Telegram)")

    await firm.asked("timur", "больше не появляются в «tech_support»")
    assert firm.app.chats.directory.bindings() == ()
