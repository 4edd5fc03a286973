"""Chats and accounts that are changed while the database becomes unreachable, or by another process."""

from collections.abc import Callable
from typing import TypeVar

import pytest

from bot.web.addresses import ADDRESSES
from tests.fakes.clock import MONDAY_MORNING, HandClock
from tests.fakes.memory import Memory
from tests.onboarding import ANNA, NIKOLAY, PAVEL, SALES, SUPPORT, an_organisation
from workflows.domain import errors
from workflows.domain.decision import Decision
from workflows.domain.ids import CaseId, TaskId
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.platforms import Account
from workflows.ports.unit_of_work import Announcement, OutboxKind, ShownCard, UnitOfWork
from workflows.usecases.chats import Chats
from workflows.usecases.commits import Commits
from workflows.usecases.directory import Directory
from workflows.usecases.organising import CurrentOrganisation

T = TypeVar("T")

ROOM = ChatAddress("telegram:-1001")
LINKED = Account(
    platform="telegram", account="11", person=ANNA, chat=ChatAddress("telegram:11"), linked_at=MONDAY_MORNING
)


class Fleeting(Memory):
    """A database that may become unreachable just after a change."""

    goes_away = False

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        result = await super().transact(work)
        self.is_reachable = not self.goes_away
        return result


class Process:
    """One of several processes on a database; `woken` counts how often its delivery was woken."""

    def __init__(self, memory: Memory) -> None:
        self.woken = 0
        organisation, commits = CurrentOrganisation(an_organisation()), Commits()
        commits.subscribe(self._committed)
        self.directory = Directory(organisation, ADDRESSES)
        self.chats = Chats(
            storage=memory,
            queries=memory,
            organisation=organisation,
            directory=self.directory,
            clock=HandClock(),
            commits=commits,
        )

    def _committed(self, _decision: Decision | None) -> None:
        self.woken += 1


async def test_a_change_that_was_committed_stands_although_it_cannot_be_read_back() -> None:
    memory = Fleeting()
    here = Process(memory)
    memory.goes_away = True

    await here.chats.link(LINKED)

    assert here.woken == 1
    memory.is_reachable = True
    await here.chats.refresh()
    assert here.directory.person_of("telegram", "11") == ANNA


async def test_a_chat_that_another_process_has_unbound_is_not_bound_anew_by_its_new_name() -> None:
    memory = Memory()
    here, elsewhere = Process(memory), Process(memory)
    await here.chats.bind(SALES, ROOM, "Sales", by=PAVEL)
    await elsewhere.chats.refresh()
    await elsewhere.chats.unbind(ROOM, by=PAVEL)

    await here.chats.mark_changed(ROOM, "renamed", "Selling")

    assert memory.rows.platforms.bindings == {}
    assert memory.rows.outbox == {}


async def test_a_chat_that_another_process_has_bound_is_unbound_by_its_head_only() -> None:
    memory = Memory()
    here, elsewhere = Process(memory), Process(memory)
    await elsewhere.chats.bind(SUPPORT, ROOM, "Support", by=NIKOLAY)

    with pytest.raises(errors.NotTheHead):
        await here.chats.unbind(ROOM, by=PAVEL)

    assert [binding.department for binding in memory.rows.platforms.bindings.values()] == [SUPPORT]


async def test_a_channel_that_was_never_bound_keeps_its_cards_and_messages_whoever_unbinds_it() -> None:
    memory, channel = Memory(), ChatAddress(f"web:#{SALES}")
    here = Process(memory)
    card = ShownCard(task_id=TaskId("1.1"), chat=channel, message_id=MessageId("7"), revision=1)
    waiting = Announcement(chat=channel, kind=OutboxKind.CARD, case_id=CaseId(1), task_id=TaskId("1.1"))
    memory.rows.cards[card.task_id, channel] = card
    await memory.transact(lambda unit: unit.announce([waiting], HandClock().now()))

    for person in (PAVEL, NIKOLAY):
        assert await here.chats.unbind(channel, by=person) == ()

    assert memory.rows.cards == {(card.task_id, channel): card}
    assert [row.announcement for row in memory.rows.outbox.values()] == [waiting]
    assert here.woken == 0


async def test_the_title_of_a_bound_chat_turns_no_line_round() -> None:
    process = Process(Memory())

    await process.chats.bind(SUPPORT, ROOM, " Под\u202eдержка\u200b ", by=NIKOLAY)

    assert [binding.title for binding in process.directory.bindings()] == ["Поддержка"]
