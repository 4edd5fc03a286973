"""The order in which updates are committed, confirmed and replied to."""

import asyncio
from collections.abc import Sequence

from aiogram.types import Update
from structlog.testing import capture_logs

from bot.telegram.inbound.update_queue import UpdateQueue
from bot.telegram.outbound.reply_order import UpdateOrder
from tests.fakes.hand_time import in_hand_time
from tests.telegram.hands import an_update


class Clerk:
    """Commits at once; sends its replies when they are released."""

    def __init__(self) -> None:
        self.committed: list[int] = []
        self.said: list[int] = []
        self.has_spoken = asyncio.Event()
        self.may_speak = {number: asyncio.Event() for number in range(9)}

    async def __call__(self, updates: Sequence[Update], order: UpdateOrder) -> None:
        update = updates[0]
        self.committed.append(update.update_id)
        order.mark_committed()
        await order.wait_for_earlier()
        await self.may_speak[update.update_id].wait()
        self.said.append(update.update_id)
        self.has_spoken.set()


async def test_what_is_committed_is_confirmed_before_it_is_answered_and_answers_stay_in_order() -> None:
    clerk = Clerk()
    queue = UpdateQueue(clerk)

    await asyncio.wait_for(asyncio.gather(*(queue.submit(an_update(number)) for number in (1, 2, 3))), 1)
    assert (clerk.committed, clerk.said) == ([1, 2, 3], [])

    for number in (3, 2, 1):
        clerk.may_speak[number].set()
    await queue.finish()
    assert clerk.said == [1, 2, 3]


@in_hand_time
async def test_an_update_that_is_not_answered_lets_no_later_one_overtake_the_answers_before_it() -> None:
    clerk = Clerk()

    async def handle(updates: Sequence[Update], order: UpdateOrder) -> None:
        if updates[0].update_id != 2:
            await clerk(updates, order)

    queue = UpdateQueue(handle)
    for number in (1, 2, 3):
        await asyncio.wait_for(queue.submit(an_update(number)), 1)

    for number in (3, 1):
        clerk.may_speak[number].set()
        await asyncio.sleep(1)
    await queue.finish()
    assert clerk.said == [1, 3]


async def test_an_answer_that_waits_in_one_chat_holds_up_no_answer_in_another() -> None:
    clerk = Clerk()
    queue = UpdateQueue(clerk)
    clerk.may_speak[2].set()

    await asyncio.gather(queue.submit(an_update(1, chat=-5)), queue.submit(an_update(2, chat=7)))
    await asyncio.wait_for(clerk.has_spoken.wait(), 1)

    assert clerk.said == [2]
    await queue.finish(within=0)


async def test_an_update_whose_answer_fails_is_not_handled_again() -> None:
    handled: list[int] = []

    async def handle(updates: Sequence[Update], order: UpdateOrder) -> None:
        handled.append(updates[0].update_id)
        order.mark_committed()
        raise RuntimeError

    queue = UpdateQueue(handle, retries=(0.0, 0.0))
    with capture_logs() as logs:
        await queue.submit(an_update(4))
        await queue.finish()

    assert handled == [4]
    assert [(line["action"], line["update_id"]) for line in logs] == [("telegram_reply_failed", 4)]


@in_hand_time
async def test_at_the_end_nothing_that_waited_behind_a_slow_update_is_begun() -> None:
    begun: list[int] = []

    async def handle(updates: Sequence[Update], _order: UpdateOrder) -> None:
        begun.append(updates[0].update_id)
        await asyncio.Event().wait()

    queue = UpdateQueue(handle)
    left = [queue.submit(an_update(number)) for number in (1, 2, 3)]
    await asyncio.sleep(1)

    await queue.finish(within=0)

    assert begun == [1]
    assert all(future.cancelled() for future in left)
