"""Rows that were given up, and who may have them sent again."""

import pytest

from tests.builders import ANNA, VERA, an_organisation
from tests.fakes.clock import HandClock
from tests.fakes.memory import Memory
from workflows.domain import errors
from workflows.ports.chat import ChatAddress
from workflows.ports.unit_of_work import Announcement, OutboxKind
from workflows.usecases.outbox import Outbox


class Post:
    """An outbox with one row that was given up; `woken` counts how often delivery was woken."""

    def __init__(self) -> None:
        self.woken = 0
        self.memory = Memory()
        self.clock = HandClock()
        self.outbox = Outbox(storage=self.memory, organisation=an_organisation(), clock=self.clock, wake=self._wake)

    async def give_up_one(self) -> int:
        """Announce something, give it up and return its number."""
        now = self.clock.now()
        row = Announcement(chat=ChatAddress("web:#sales"), kind=OutboxKind.CHAT_CLOSED, case_id=None)
        await self.memory.transact(lambda unit: unit.announce([row], now))
        number = (await self.memory.outbox(now, 1))[0].id
        await self.memory.transact(lambda unit: unit.give_up(number, "rejected"))
        return number

    def _wake(self) -> None:
        self.woken += 1


async def test_an_administrator_has_a_message_that_was_given_up_sent_again() -> None:
    post = Post()
    number = await post.give_up_one()

    await post.outbox.retry(number, by=VERA)

    assert [row.id for row in await post.memory.outbox(post.clock.now(), 10)] == [number]
    assert post.woken == 1


async def test_nobody_else_does() -> None:
    post = Post()
    number = await post.give_up_one()

    with pytest.raises(errors.MayNotRetry):
        await post.outbox.retry(number, by=ANNA)

    assert [row.id for row in await post.memory.undeliverable(10)] == [number]
    assert post.woken == 0
