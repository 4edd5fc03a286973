"""Channels of departments: bound, renamed, archived, made private, left, and back again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest

from storage.database import Database
from tests.scenarios.inplat import BEGIN, CLIENT, INTAKE
from tests.slack.forms import fill, send
from tests.slack.server import Channel
from tests.slack.stage import Stage
from workflows.ports.unit_of_work import StorageUnavailable, UnitOfWork

T = TypeVar("T")


async def bound(stage: Stage) -> Channel:
    """Bind a channel of tech support; its head and the administrator are there."""
    await stage.joins("timur", "vera", "nikolay", "gleb")
    return await stage.channel_of("tech_support", "nikolay", "gleb")


async def opens_a_case(stage: Stage) -> None:
    """Have Vera open a case."""
    vera = stage.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await stage.window("vera", "Подключение клиента")
    await fill(stage, "vera", CLIENT)
    await send(stage, "vera", BEGIN)


async def test_only_the_head_and_administrators_bind_a_channel(stage: Stage) -> None:
    await stage.joins("gleb", "nikolay")
    channel = stage.server.channel("support", members=tuple(stage.people.values()))

    await stage.people["gleb"].command("/handover", "bind tech_support", channel)
    await stage.told("gleb", "Николай Громов")
    assert stage.app.chats.directory.bindings() == ()
    await stage.people["nikolay"].command("/handover", "bind tech_support", channel)

    await stage.until(stage.app.chats.directory.bindings)
    assert stage.app.chats.directory.bindings()[0].title == "support"


async def test_a_department_can_be_chosen_by_a_button(stage: Stage) -> None:
    await stage.joins("timur")
    channel = stage.server.channel("support", members=(stage.people["timur"],))

    await stage.people["timur"].command("/handover", "bind", channel)
    menu = await stage.until(lambda: [m for m in stage.people["timur"].ephemerals if "Отдел продаж" in m.labels][-1])
    await stage.people["timur"].press(menu, "Отдел тех. поддержки")

    await stage.until(stage.app.chats.directory.bindings)
    assert stage.app.chats.directory.bindings()[0].department == "tech_support"


async def test_a_public_channel_is_entered_when_it_is_bound(stage: Stage) -> None:
    await stage.joins("timur", "vera")
    channel = stage.server.channel("support", members=(stage.people["timur"],), bot=False)

    await stage.bind(channel, "tech_support")
    await opens_a_case(stage)

    await stage.card(channel, "Взять", INTAKE)


async def test_of_a_private_channel_an_invitation_is_asked_for_and_the_cards_wait_for_it(stage: Stage) -> None:
    await stage.joins("timur", "vera")
    channel = stage.server.channel("support", private=True, members=(stage.people["timur"],), bot=False)

    await stage.bind(channel, "tech_support")
    await stage.told("timur", "/invite, затем выберите Handover")
    await opens_a_case(stage)
    await stage.told("timur", "закрыт")
    assert channel.messages == []
    stage.server.invite_bot(channel)

    await stage.card(channel, "Взять", INTAKE)


async def test_a_private_channel_is_called_by_its_name(stage: Stage) -> None:
    await stage.joins("timur")
    channel = stage.server.channel("support-leads", private=True, members=(stage.people["timur"],))

    await stage.bind(channel, "tech_support")

    assert [binding.title for binding in stage.app.chats.directory.bindings()] == ["support-leads"]


async def test_the_name_of_a_private_channel_is_learnt_when_we_are_invited(stage: Stage) -> None:
    await stage.joins("timur")
    channel = stage.server.channel("support-leads", private=True, members=(stage.people["timur"],), bot=False)
    await stage.bind(channel, "tech_support")
    assert stage.app.chats.directory.bindings()[0].title == channel.id

    stage.server.invite_bot(channel)

    await stage.until(lambda: stage.app.chats.directory.bindings()[0].title == "support-leads")


@pytest.mark.parametrize("is_member", [True, False])
async def test_a_channel_that_is_brought_back_from_the_archive_gets_its_cards_at_once(
    stage: Stage, is_member: bool
) -> None:
    channel = await bound(stage)
    stage.server.archive(channel)
    await stage.told("timur", "закрыт")
    await opens_a_case(stage)
    await stage.until(lambda: any(call.error == "is_archived" for call in stage.server.calls))
    if not is_member:
        channel.members.remove(stage.server.bot_user_id)

    stage.server.unarchive(channel)

    await stage.card(channel, "Взять", INTAKE)


@pytest.mark.parametrize("what", ["removed", "archived"])
async def test_a_channel_that_is_closed_to_us_is_told_and_its_cards_wait_until_we_are_back(
    stage: Stage, what: str
) -> None:
    channel = await bound(stage)

    if what == "removed":
        stage.server.remove_bot(channel)
    else:
        stage.server.archive(channel)
    for person in ("nikolay", "timur"):
        told = await stage.told(person, "закрыт")
        assert what == "removed" or "/handover bind" in told
    await opens_a_case(stage)
    assert channel.messages == []
    if what == "archived":
        stage.server.unarchive(channel)
    else:
        stage.server.invite_bot(channel)

    await stage.card(channel, "Взять", INTAKE)
    assert len(channel.messages) == 1


async def test_a_new_name_is_told_and_known_from_then_on(stage: Stage) -> None:
    channel = await bound(stage)

    stage.server.rename(channel, "helpdesk")

    assert "helpdesk" in await stage.told("nikolay", "переименован")
    await stage.told("timur", "переименован")
    assert stage.app.chats.directory.bindings()[0].title == "helpdesk"
    await opens_a_case(stage)
    await stage.card(channel, "Взять", INTAKE)


async def test_a_channel_that_is_made_private_is_told_and_goes_on(stage: Stage) -> None:
    channel = await bound(stage)

    stage.server.convert_to_private(channel)

    await stage.told("nikolay", "сделали закрытым")
    await opens_a_case(stage)
    await stage.card(channel, "Взять", INTAKE)


async def test_nobody_is_told_of_channels_that_are_bound_to_nothing(stage: Stage) -> None:
    await bound(stage)
    other = stage.server.channel("lunch")
    before = [len(person.dm.messages) for person in stage.people.values()]

    stage.server.rename(other, "dinner")
    stage.server.archive(other)
    await stage.server.settled()
    await stage.slack.inbox.settled()
    await stage.app.delivery.deliver_due()

    assert [len(person.dm.messages) for person in stage.people.values()] == before


@pytest.mark.parametrize("what", ["renamed", "made private"])
async def test_what_happens_to_a_channel_while_the_database_is_away_is_told_when_it_is_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    channel = await bound(stage)
    is_back = asyncio.Event()
    transact = Database.transact

    async def away(self: Database, work: Callable[[UnitOfWork], T]) -> T:
        if not is_back.is_set():
            raise StorageUnavailable("the database is away")
        return await transact(self, work)

    monkeypatch.setattr(Database, "transact", away)
    if what == "renamed":
        stage.server.rename(channel, "helpdesk")
    else:
        stage.server.convert_to_private(channel)
    await stage.server.settled()
    is_back.set()

    words = "переименован" if what == "renamed" else "сделали закрытым"
    for person in ("nikolay", "timur"):
        await stage.told(person, words)


async def test_what_happened_to_channels_while_the_program_was_away_is_seen_when_it_begins(stage: Stage) -> None:
    channel = await bound(stage)
    archived = await stage.channel_of("accounts", "nikolay")

    async def meanwhile() -> None:
        # Slack gives up telling whom it does not reach.
        channel.name, archived.is_archived = "helpdesk", True

    await stage.restart(meanwhile)

    assert "helpdesk" in await stage.told("nikolay", "переименован")
    await stage.told("timur", "закрыт")
    assert {b.title for b in stage.app.chats.directory.bindings()} == {"helpdesk", "accounts"}


async def test_a_channel_that_was_opened_again_while_the_program_was_away_gets_its_cards_at_once(stage: Stage) -> None:
    channel = await bound(stage)
    stage.server.remove_bot(channel)
    await stage.told("timur", "закрыт")
    await opens_a_case(stage)

    async def meanwhile() -> None:
        channel.members.append(stage.server.bot_user_id)

    await stage.restart(meanwhile)

    await stage.card(channel, "Взять", INTAKE)


async def test_a_channel_of_which_slack_only_tells_that_we_are_no_member_is_closed(stage: Stage) -> None:
    channel = await bound(stage)

    stage.server.workspace.emit(
        {"type": "member_left_channel", "user": stage.server.bot_user_id, "channel": channel.id, "channel_type": "C"}
    )

    await stage.told("nikolay", "закрыт")


async def test_a_channel_that_gets_another_id_keeps_its_cards_coming(stage: Stage) -> None:
    channel = await bound(stage)
    shared = stage.server.channel("support-shared")

    stage.server.workspace.emit(
        {"type": "channel_id_changed", "old_channel_id": channel.id, "new_channel_id": shared.id}
    )
    await stage.until(lambda: stage.app.chats.directory.bindings()[0].chat == f"slack:{shared.id}")
    await opens_a_case(stage)

    await stage.card(shared, "Взять", INTAKE)
