"""Whose account it is, what they may type, and what their Home tab shows."""

import asyncio
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot.slack.api.addresses import address_of
from tests.scenarios.inplat import BEGIN, CLIENT, INTAKE, ROMASHKA
from tests.slack.firm import Firm
from tests.slack.forms import fill, send
from tests.slack.one_channel import OneChannel, slack_of
from tests.slack.server import Channel
from tests.slack.server.workspace import TEAM_ID
from workflows.domain.events import CommentAdded
from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.ports.platforms import Account


async def with_a_case(firm: Firm) -> Channel:
    """Have Vera open a case that waits in tech support."""
    await firm.joins("timur", "vera", "gleb")
    support = await firm.channel_of("tech_support", "vera", "gleb")
    await firm.people["vera"].command("/handover", "new", support)
    await firm.window("vera", "Подключение клиента")
    await fill(firm, "vera", CLIENT)
    await send(firm, "vera", BEGIN)
    await firm.card(support, "Взять", INTAKE)
    return support


async def test_somebody_unknown_gets_the_way_in_and_sees_nothing(firm: Firm) -> None:
    support = await with_a_case(firm)
    stranger = firm.server.user("Прохожий", "who@elsewhere.example")
    firm.people["stranger"] = stranger

    for text in ("status", "find Ромашка", "queue", "new"):
        stranger.ephemerals.clear()
        await stranger.command("/handover", text, support)
        told = await firm.told("stranger", "приглаш")
        assert "Ромашка" not in told
        assert not stranger.has_view
    stranger.ephemerals.clear()
    await firm.press("stranger", support, "Взять", INTAKE)
    await firm.told("stranger", "приглаш")
    await stranger.open_home()
    assert "/handover link КОД" in await firm.until(lambda: stranger.home.plain)


async def test_who_opens_no_cases_finds_no_button_for_one_on_the_home_tab(firm: Firm) -> None:
    gleb, anna = await firm.joins("gleb", "anna")

    await gleb.open_home()
    await anna.open_home()

    assert "Новое дело" in (await firm.until(lambda: anna.home)).labels
    assert "Новое дело" not in (await firm.until(lambda: gleb.home)).labels


async def test_a_channel_is_bound_where_it_is(firm: Firm) -> None:
    (timur,) = await firm.joins("timur")

    await timur.command("/handover", "bind продажи", timur.dm)

    assert "канал" in await firm.told("timur", "/handover bind")


async def test_an_account_is_linked_by_a_code_that_works_once(firm: Firm) -> None:
    code = await firm.code_for("anna")
    anna, other = firm.server.user("Аня", "a@x.example"), firm.server.user("Другая", "b@x.example")
    firm.people |= {"anna": anna, "other": other}

    await anna.command("/handover", f"link {code}", anna.dm)
    await firm.told("anna", "Вы — Анна Соколова")
    await other.command("/handover", f"link {code}", other.dm)
    await firm.told("other", "использовано")

    accounts = await firm.app.queries.accounts()
    assert [(a.platform, a.account, a.person, a.chat) for a in accounts] == [
        ("slack", anna.id, PersonId("anna"), f"slack:{anna.dm.id}")
    ]


async def test_an_account_is_linked_by_its_e_mail_once_its_owner_says_so(firm: Firm) -> None:
    anna = firm.people["anna"] = firm.server.user("Аня", "A.Sokolova@inplat.example")

    await anna.command("/handover", "my", anna.dm)
    question = await firm.until(lambda: [m for m in anna.ephemerals if "Это вы?" in m.plain][-1])
    assert "Анна Соколова" in question.plain
    assert await firm.app.queries.accounts() == []
    await anna.press(question, "Да, это я")

    await firm.until(lambda: firm.app.chats.directory.person_of("slack", anna.id) == "anna")
    await anna.command("/handover", "my", anna.dm)
    await firm.told("anna", "У вас сейчас нет задач")


async def test_somebody_unlinks_their_account(firm: Firm) -> None:
    (gleb,) = await firm.joins("gleb")

    await gleb.command("/handover", "link", gleb.dm)
    offer = await firm.until(lambda: [m for m in gleb.ephemerals if any("Отвязать: Slack" in x for x in m.labels)][-1])
    await gleb.press(offer, next(label for label in offer.labels if "Отвязать: Slack" in label))
    question = await firm.until(lambda: [m for m in gleb.ephemerals if "Да, отвязать" in m.labels][-1])
    await gleb.press(question, "Да, отвязать")

    await firm.told("gleb", "Учётная запись отвязана")
    assert await firm.app.queries.accounts() == []


@pytest.mark.parametrize(("teams", "is_ours"), [((TEAM_ID, "T0OTHER"), True), (("T0OTHER",), False)])
async def test_on_enterprise_grid_somebody_is_believed_who_is_in_our_workspace_among_others(
    firm: Firm, teams: tuple[str, ...], is_ours: bool
) -> None:
    anna = firm.people["anna"] = firm.server.user("Аня", "a.sokolova@inplat.example")
    anna.profile.grid_teams = teams

    await anna.command("/handover", "my", anna.dm)

    await firm.told("anna", "Это вы?" if is_ours else "приглаш")


@pytest.mark.parametrize(
    ("name", "email"), [("Аня", "a.sokolova@inplat.example"), ("Анна Соколова", "other@inplat.example")]
)
async def test_somebody_who_is_mentioned_is_invited(firm: Firm, name: str, email: str) -> None:
    (timur,) = await firm.joins("timur")
    mentioned = firm.server.user(name, email)

    await timur.command("/handover", f"invite {mentioned.mention}", timur.dm)

    assert "/handover link" in await firm.told("timur", "Приглашение: Анна Соколова")


async def test_a_guest_is_not_believed_whatever_the_e_mail(firm: Firm) -> None:
    guest = firm.people["guest"] = firm.server.user("Гость", "a.sokolova@inplat.example")
    guest.profile.is_bot = True

    await guest.command("/handover", "my", guest.dm)

    await firm.told("guest", "приглаш")
    assert not any("Это вы?" in message.plain for message in guest.ephemerals)


async def test_somebody_of_another_workspace_is_not_believed_whatever_the_e_mail(firm: Firm) -> None:
    guest = firm.people["guest"] = firm.server.user("Гость", "a.sokolova@inplat.example")
    guest.profile.team_id = "T0ELSEWHERE"

    await guest.command("/handover", "my", guest.dm)

    await firm.told("guest", "приглаш")
    assert not any("Это вы?" in message.plain for message in guest.ephemerals)


async def test_answers_to_commands_are_seen_by_the_asker_alone_unless_they_are_shared(firm: Firm) -> None:
    support = await with_a_case(firm)
    before = len(support.messages)

    await firm.people["gleb"].command("/handover", "status ONB-1", support)
    await firm.told("gleb", ROMASHKA)
    assert len(support.messages) == before
    await firm.people["gleb"].command("/handover", "status ONB-1 share", support)

    await firm.until(lambda: len(support.messages) == before + 1)
    assert ROMASHKA in support.messages[-1].plain


async def test_words_in_the_direct_message_are_understood_as_commands(firm: Firm) -> None:
    await with_a_case(firm)
    gleb = firm.people["gleb"]

    await gleb.post(gleb.dm, "status Ромашка")
    await firm.until(lambda: ROMASHKA in gleb.dm.messages[-1].plain)
    await gleb.post(gleb.dm, "что-то ещё")

    await firm.until(lambda: "/handover queue" in gleb.dm.messages[-1].plain)


async def test_what_somebody_says_of_themselves_by_me_is_read_like_all_they_say(firm: Firm) -> None:
    support = await with_a_case(firm)
    gleb = firm.people["gleb"]

    await gleb.say_of_oneself(support, "думает о Ромашке")
    await gleb.say_of_oneself(gleb.dm, "status Ромашка")

    await firm.until(lambda: ROMASHKA in gleb.dm.messages[-1].plain)
    history = await firm.app.queries.history((await firm.case("ONB-1")).id)
    assert not [event for event in history if isinstance(event, CommentAdded)]


async def test_the_language_is_chosen_by_a_button_and_the_windows_follow(firm: Firm) -> None:
    await with_a_case(firm)
    vera = firm.people["vera"]

    await vera.command("/handover", "lang", vera.dm)
    menu = await firm.until(lambda: [m for m in vera.ephemerals if "English" in m.labels][-1])
    await vera.press(menu, "English")
    await firm.until(lambda: "From now on" in menu.plain or "From now on" in vera.ephemerals[-1].plain)
    await vera.command("/handover", "new", vera.dm)

    await firm.until(lambda: vera.view.input("Client"))


async def test_a_chosen_language_is_spoken_after_a_restart_as_soon_as_the_database_tells_it(
    one_channel: OneChannel,
) -> None:
    anna = one_channel.server.user("Анна")
    chat = address_of(anna.dm.id)
    account = Account(
        platform="slack",
        account=anna.id,
        person=PersonId("anna"),
        chat=chat,
        linked_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    await one_channel.memory.transact(lambda unit: unit.link_account(account))
    await one_channel.memory.transact(lambda unit: unit.set_language(PersonId("anna"), Language.EN))
    one_channel.memory.is_reachable = False
    slack = slack_of(one_channel)
    running = asyncio.create_task(slack.run())
    await asyncio.wait_for(slack.is_listening.wait(), 5)
    assert slack.chat.languages(chat) == (Language.RU,)

    one_channel.memory.is_reachable = True
    await one_channel.server.wait_for(lambda: slack.chat.languages(chat) == (Language.EN,))

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_fault_in_what_is_learnt_at_the_start_is_told_and_stops_nothing(
    one_channel: OneChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_platform: str) -> None:
        raise KeyError("a row of another kind")

    slack = slack_of(one_channel)
    monkeypatch.setattr(one_channel.memory, "languages_chosen", broken)
    with capture_logs() as logs:
        running = asyncio.create_task(slack.run())
        await asyncio.wait_for(slack.is_listening.wait(), 5)
        await one_channel.server.wait_for(lambda: [line for line in logs if line["action"] == "chore_failed"])

    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_shortcut_opens_the_form_of_a_case(firm: Firm) -> None:
    await firm.joins("anna")

    await firm.people["anna"].shortcut("new_case")

    await firm.until(lambda: firm.people["anna"].view.input("Клиент"))


async def test_a_case_is_made_from_a_message_and_links_back_to_it(firm: Firm) -> None:
    await firm.joins("anna")
    anna = firm.people["anna"]
    sales = firm.server.channel("sales", members=(anna,))
    message = await anna.post(sales, "Ромашка & Ко просит подключить СБП")

    await anna.message_shortcut("case_from_message", message)

    comment = await firm.until(lambda: anna.view.value("Комментарий"))
    words, link = comment.split("\n")
    assert words == "Ромашка & Ко просит подключить СБП"
    assert link.endswith(f"/archives/{sales.id}/p{message.ts.replace('.', '')}")


async def test_the_home_tab_shows_what_is_mine_and_what_waits_and_can_be_worked_from(firm: Firm) -> None:
    await with_a_case(firm)
    gleb = firm.people["gleb"]

    await gleb.open_home()
    await firm.until(lambda: "Взять ONB-1 · ООО «Ромашка»" in gleb.home.labels)
    await gleb.press(gleb.home, "Взять ONB-1 · ООО «Ромашка»")
    await firm.until(lambda: "Открыть ONB-1 · ООО «Ромашка»" in gleb.home.labels)
    await firm.told("gleb", "теперь у вас")
    await gleb.close()
    await gleb.press(gleb.home, "Открыть ONB-1 · ООО «Ромашка»")

    await firm.window("gleb", INTAKE)


async def test_an_invitation_tells_the_way_into_slack(firm: Firm) -> None:
    await firm.joins("timur")
    timur = firm.people["timur"]

    await timur.command("/handover", "invite gleb", timur.dm)

    told = await firm.told("timur", "Slack: ")
    assert told.count("/handover link ") == 1
    assert "Веб-чат: " in told
