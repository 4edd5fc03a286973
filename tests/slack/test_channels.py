"""Channels of departments: bound, renamed, archived, made private, left, and back again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest

from bot.slack.api.client import JSON
from storage.database import Database
from tests.scenarios.inplat import BEGIN, CLIENT, INTAKE
from tests.slack.firm import Firm
from tests.slack.forms import fill, send
from tests.slack.server import Channel
from workflows.ports.unit_of_work import StorageUnavailable, UnitOfWork

T = TypeVar("T")


async def bound(firm: Firm) -> Channel:
    """Bind a channel of tech support; its head and the administrator are there."""
    await firm.joins("timur", "vera", "nikolay", "gleb")
    return await firm.channel_of("tech_support", "nikolay", "gleb")


async def opens_a_case(firm: Firm) -> None:
    """Have Vera open a case."""
    vera = firm.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await firm.window("vera", "Подключение клиента")
    await fill(firm, "vera", CLIENT)
    await send(firm, "vera", BEGIN)


async def test_only_the_head_and_administrators_bind_a_channel(firm: Firm) -> None:
    await firm.joins("gleb", "nikolay")
    channel = firm.server.channel("support", members=tuple(firm.people.values()))

    await firm.people["gleb"].command("/handover", "bind tech_support", channel)
    await firm.told("gleb", "Николай Громов")
    assert firm.app.chats.directory.bindings() == ()
    await firm.people["nikolay"].command("/handover", "bind tech_support", channel)

    await firm.until(firm.app.chats.directory.bindings)
    assert firm.app.chats.directory.bindings()[0].title == "support"


async def test_a_department_can_be_chosen_by_a_button(firm: Firm) -> None:
    await firm.joins("timur")
    channel = firm.server.channel("support", members=(firm.people["timur"],))

    await firm.people["timur"].command("/handover", "bind", channel)
    menu = await firm.until(lambda: [m for m in firm.people["timur"].ephemerals if "Отдел продаж" in m.labels][-1])
    await firm.people["timur"].press(menu, "Отдел тех. поддержки")

    await firm.until(firm.app.chats.directory.bindings)
    assert firm.app.chats.directory.bindings()[0].department == "tech_support"


@pytest.mark.parametrize(
    "connect",
    [
        {"is_shared": True, "is_ext_shared": True},
        {"is_pending_ext_shared": True},
        {"is_shared": True},
    ],
)
async def test_a_channel_that_another_company_reads_is_bound_only_when_somebody_says_so_again(
    firm: Firm, connect: JSON
) -> None:
    await firm.joins("timur")
    timur = firm.people["timur"]
    channel = firm.server.channel("support", members=(timur,), bot=False)
    channel.connect = connect

    await timur.command("/handover", "bind tech_support", channel)
    question = await firm.until(lambda: [m for m in timur.ephemerals if "Всё равно привязать" in m.labels][-1])
    assert "Этот чат читает другая компания" in question.plain
    assert (firm.app.chats.directory.bindings(), firm.server.bot_user_id in channel.members) == ((), False)
    await timur.press(question, "Всё равно привязать")

    await firm.until(firm.app.chats.directory.bindings)
    await firm.until(lambda: firm.server.bot_user_id in channel.members)


async def test_a_channel_of_several_workspaces_of_one_company_is_bound_at_once(firm: Firm) -> None:
    await firm.joins("timur")
    channel = firm.server.channel("support", members=(firm.people["timur"],))
    channel.connect = {"is_shared": True, "is_org_shared": True}

    await firm.bind(channel, "tech_support")

    assert [binding.title for binding in firm.app.chats.directory.bindings()] == ["support"]


async def test_whoever_may_not_bind_a_channel_is_not_asked_about_other_companies(firm: Firm) -> None:
    await firm.joins("gleb")
    channel = firm.server.channel("support", members=(firm.people["gleb"],))
    channel.connect = {"is_ext_shared": True}

    await firm.people["gleb"].command("/handover", "bind tech_support", channel)

    await firm.told("gleb", "Николай Громов")


async def test_a_public_channel_is_entered_when_it_is_bound(firm: Firm) -> None:
    await firm.joins("timur", "vera")
    channel = firm.server.channel("support", members=(firm.people["timur"],), bot=False)

    await firm.bind(channel, "tech_support")
    await opens_a_case(firm)

    await firm.card(channel, "Взять", INTAKE)


async def test_of_a_private_channel_an_invitation_is_asked_for_and_the_cards_wait_for_it(firm: Firm) -> None:
    await firm.joins("timur", "vera")
    channel = firm.server.channel("support", private=True, members=(firm.people["timur"],), bot=False)

    await firm.bind(channel, "tech_support")
    await firm.told("timur", "/invite, затем выберите Handover")
    await opens_a_case(firm)
    await firm.told("timur", "чат для меня закрыт")
    assert channel.messages == []
    firm.server.invite_bot(channel)

    await firm.card(channel, "Взять", INTAKE)


async def test_a_private_channel_is_called_by_its_name(firm: Firm) -> None:
    await firm.joins("timur")
    channel = firm.server.channel("support-leads", private=True, members=(firm.people["timur"],))

    await firm.bind(channel, "tech_support")

    assert [binding.title for binding in firm.app.chats.directory.bindings()] == ["support-leads"]


async def test_the_name_of_a_private_channel_is_learnt_when_we_are_invited(firm: Firm) -> None:
    await firm.joins("timur")
    channel = firm.server.channel("support-leads", private=True, members=(firm.people["timur"],), bot=False)
    await firm.bind(channel, "tech_support")
    assert firm.app.chats.directory.bindings()[0].title == channel.id

    firm.server.invite_bot(channel)

    await firm.until(lambda: firm.app.chats.directory.bindings()[0].title == "support-leads")


@pytest.mark.parametrize("is_member", [True, False])
async def test_a_channel_that_is_brought_back_from_the_archive_gets_its_cards_at_once(
    firm: Firm, is_member: bool
) -> None:
    channel = await bound(firm)
    firm.server.archive(channel)
    await firm.told("timur", "чат для меня закрыт")
    await opens_a_case(firm)
    await firm.until(lambda: any(call.error == "is_archived" for call in firm.server.calls))
    if not is_member:
        channel.members.remove(firm.server.bot_user_id)

    firm.server.unarchive(channel)

    await firm.card(channel, "Взять", INTAKE)


@pytest.mark.parametrize("what", ["removed", "archived"])
async def test_a_channel_that_is_closed_to_us_is_told_and_its_cards_wait_until_we_are_back(
    firm: Firm, what: str
) -> None:
    channel = await bound(firm)

    if what == "removed":
        firm.server.remove_bot(channel)
    else:
        firm.server.archive(channel)
    for person in ("nikolay", "timur"):
        told = await firm.told(person, "чат для меня закрыт")
        assert what == "removed" or "/handover bind" in told
    await opens_a_case(firm)
    assert channel.messages == []
    if what == "archived":
        firm.server.unarchive(channel)
    else:
        firm.server.invite_bot(channel)

    await firm.card(channel, "Взять", INTAKE)
    assert len(channel.messages) == 1


async def test_a_new_name_is_told_and_known_from_then_on(firm: Firm) -> None:
    channel = await bound(firm)

    firm.server.rename(channel, "helpdesk")

    assert "helpdesk" in await firm.told("nikolay", "переименован")
    await firm.told("timur", "переименован")
    assert firm.app.chats.directory.bindings()[0].title == "helpdesk"
    await opens_a_case(firm)
    await firm.card(channel, "Взять", INTAKE)


async def test_a_channel_that_is_made_private_is_told_and_goes_on(firm: Firm) -> None:
    channel = await bound(firm)

    firm.server.convert_to_private(channel)

    await firm.told("nikolay", "сделали закрытым")
    await opens_a_case(firm)
    await firm.card(channel, "Взять", INTAKE)


async def test_nobody_is_told_of_channels_that_are_bound_to_nothing(firm: Firm) -> None:
    await bound(firm)
    other = firm.server.channel("lunch")
    before = [len(person.dm.messages) for person in firm.people.values()]

    firm.server.rename(other, "dinner")
    firm.server.archive(other)
    await firm.server.settled()
    await firm.slack.inbox.wait_until_idle()
    await firm.app.delivery.deliver_due()

    assert [len(person.dm.messages) for person in firm.people.values()] == before


@pytest.mark.parametrize("what", ["renamed", "made private"])
async def test_what_happens_to_a_channel_while_the_database_is_away_is_told_when_it_is_back(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    channel = await bound(firm)
    is_back = asyncio.Event()
    transact = Database.transact

    async def away(self: Database, work: Callable[[UnitOfWork], T]) -> T:
        if not is_back.is_set():
            raise StorageUnavailable("the database is away")
        return await transact(self, work)

    monkeypatch.setattr(Database, "transact", away)
    if what == "renamed":
        firm.server.rename(channel, "helpdesk")
    else:
        firm.server.convert_to_private(channel)
    await firm.server.settled()
    is_back.set()

    words = "переименован" if what == "renamed" else "сделали закрытым"
    for person in ("nikolay", "timur"):
        await firm.told(person, words)


async def test_what_happened_to_channels_while_the_program_was_away_is_seen_when_it_begins(firm: Firm) -> None:
    channel = await bound(firm)
    archived = await firm.channel_of("accounts", "nikolay")

    async def meanwhile() -> None:
        # Changed without an event: Slack gives up sending events to an app that it does not reach.
        channel.name, archived.is_archived = "helpdesk", True

    await firm.restart(meanwhile)

    assert "helpdesk" in await firm.told("nikolay", "переименован")
    await firm.told("timur", "чат для меня закрыт")
    assert {b.title for b in firm.app.chats.directory.bindings()} == {"helpdesk", "accounts"}


async def test_a_channel_that_was_opened_again_while_the_program_was_away_gets_its_cards_at_once(firm: Firm) -> None:
    channel = await bound(firm)
    firm.server.remove_bot(channel)
    await firm.told("timur", "чат для меня закрыт")
    await opens_a_case(firm)

    async def meanwhile() -> None:
        channel.members.append(firm.server.bot_user_id)

    await firm.restart(meanwhile)

    await firm.card(channel, "Взять", INTAKE)


async def test_a_channel_of_which_slack_only_tells_that_we_are_no_member_is_closed(firm: Firm) -> None:
    channel = await bound(firm)

    firm.server.workspace.emit(
        {"type": "member_left_channel", "user": firm.server.bot_user_id, "channel": channel.id, "channel_type": "C"}
    )

    await firm.told("nikolay", "закрыт")


async def test_a_channel_that_gets_another_id_keeps_its_cards_coming(firm: Firm) -> None:
    channel = await bound(firm)
    shared = firm.server.channel("support-shared")

    firm.server.workspace.emit(
        {"type": "channel_id_changed", "old_channel_id": channel.id, "new_channel_id": shared.id}
    )
    await firm.until(lambda: firm.app.chats.directory.bindings()[0].chat == f"slack:{shared.id}")
    await opens_a_case(firm)

    await firm.card(shared, "Взять", INTAKE)
