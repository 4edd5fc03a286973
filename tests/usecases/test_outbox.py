"""Rows that were given up, and who may have them sent again."""

from datetime import timedelta

import pytest

from tests.fakes.clock import HandClock
from tests.fakes.memory import Memory
from tests.onboarding import ANNA, VERA, an_organisation
from workflows.domain import errors
from workflows.domain.decision import Decision
from workflows.ports.chat import ChatAddress
from workflows.ports.unit_of_work import Announcement, OutboxKind
from workflows.usecases.commits import Commits
from workflows.usecases.delivery.outbox import MAX_ATTEMPTS, RETRY_DELAYS, Outbox
from workflows.usecases.organising import CurrentOrganisation


class Post:
    """An outbox with one row that was given up; `woken` counts how often delivery was woken."""

    def __init__(self) -> None:
        self.woken = 0
        self.memory = Memory()
        self.clock = HandClock()
        commits = Commits()
        commits.subscribe(self._wake)
        here = CurrentOrganisation(an_organisation())
        self.outbox = Outbox(storage=self.memory, organisation=here, clock=self.clock, commits=commits)

    async def give_up_one(self) -> int:
        """Announce something, give it up and return its number."""
        now = self.clock.now()
        row = Announcement(chat=ChatAddress("web:#sales"), kind=OutboxKind.CHAT_CLOSED, case_id=None)
        await self.memory.transact(lambda unit: unit.announce([row], now))
        (waiting,) = await self.memory.outbox(now, 1)
        await self.outbox.give_up(waiting, "rejected")
        return waiting.id

    def _wake(self, _decision: Decision | None) -> None:
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


async def test_a_row_that_fails_is_tried_again_more_and_more_slowly_and_given_up_at_last() -> None:
    post = Post()
    await post.outbox.retry(await post.give_up_one(), by=VERA)
    waited = []

    for attempt in range(1, MAX_ATTEMPTS + 1):
        began = post.clock.now()
        (row,) = await post.memory.outbox(began, 1)
        is_given_up = await post.outbox.fail(row, "down")
        assert is_given_up == (attempt == MAX_ATTEMPTS)
        due = await post.memory.next_outbox_due(began)
        if due is not None:
            waited.append(due - began)
            post.clock.move(seconds=waited[-1].total_seconds())

    assert waited == [*RETRY_DELAYS, *(RETRY_DELAYS[-1] for _ in range(MAX_ATTEMPTS - 1 - len(RETRY_DELAYS)))]
    (dead,) = await post.memory.undeliverable(10)
    assert (dead.attempts, dead.error) == (MAX_ATTEMPTS, "down")


async def test_a_row_that_only_has_to_wait_counts_no_attempt() -> None:
    post = Post()
    await post.outbox.retry(await post.give_up_one(), by=VERA)
    (row,) = await post.memory.outbox(post.clock.now(), 1)

    await post.outbox.postpone(row, timedelta(seconds=30), "slow_down")

    assert await post.memory.outbox(post.clock.now(), 1) == ()
    post.clock.move(seconds=30)
    assert [(row.attempts, row.error) for row in await post.memory.outbox(post.clock.now(), 1)] == [(0, "slow_down")]
