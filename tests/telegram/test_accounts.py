"""How people join and leave, and which commands they are offered."""

from tests.telegram.firm import Firm


async def test_heads_invite_their_people_with_a_link_into_telegram(firm: Firm) -> None:
    await firm.joins("nikolay")
    await firm.people["nikolay"].send(firm.people["nikolay"].private, "/invite")
    await firm.presses("nikolay", "Дарья Ильина")
    invitation = await firm.asked("nikolay", "https://t.me/")
    link = next(word for word in invitation.text.split() if word.startswith("https://t.me/"))

    daria = firm.server.user("Daria", "en")
    await daria.open_link(link)

    await firm.until(lambda: daria.private.find("Daria Ilyina"))
    assert firm.app.chats.directory.person_of("telegram", str(daria.id)) == "daria"


async def test_somebody_unlinks_their_account_and_is_a_stranger_from_then_on(firm: Firm) -> None:
    (gleb,) = await firm.joins("gleb")

    await gleb.send(gleb.private, "/link")
    listed = await firm.asked("gleb", "Связанные учётные записи")
    await firm.presses("gleb", next(label for label in listed.buttons if label.startswith("Отвязать")))
    await firm.presses("gleb", "Да, отвязать")

    await firm.asked("gleb", "Учётная запись отвязана")
    assert firm.app.chats.directory.person_of("telegram", str(gleb.id)) is None
    assert await firm.app.queries.accounts() == []
    await gleb.send(gleb.private, "/my")
    await firm.asked("gleb", "ещё не связана ни с кем")


async def test_commands_are_offered_by_kind_of_chat_and_language(firm: Firm) -> None:
    await firm.until(lambda: len(firm.server.calls_of("setMyCommands")) == 9)
    russian = {c["command"]: c["description"] for c in firm.server.commands({"type": "all_private_chats"}, "ru")}
    english = {c["command"]: c["description"] for c in firm.server.commands({"type": "all_private_chats"}, "en")}

    assert set(russian) == set(english) >= {"new", "my", "queue", "status", "find", "help", "lang", "link"}
    assert russian["new"] == "открыть новое дело"
    assert english["new"] == "open a new case"
    assert "bind" in [c["command"] for c in firm.server.commands({"type": "all_chat_administrators"})]
