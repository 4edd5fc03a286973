"""Late, duplicate and stale timers do no harm, and none blocks the others."""

from dataclasses import replace

from tests.delivery.post_room import SUPPORT_CHAT, PostRoom
from tests.fakes.hand_time import in_hand_time
from tests.onboarding import STEPAN
from workflows.domain.ids import CaseId
from workflows.domain.timers import TimerKind
from workflows.usecases.fire_timers import TimerFiring


def firing_in(room: PostRoom) -> TimerFiring:
    """Make what fires the timers of a post room."""
    return TimerFiring(handler=room.handler, storage=room.memory, queries=room.memory, clock=room.clock)


def reminded(room: PostRoom) -> list[tuple[CaseId | None, str]]:
    """Return which notices wait in the outbox: case and chat."""
    waiting = (row.announcement for row in room.memory.rows.outbox.values())
    return [(said.case_id, said.chat) for said in waiting if said.notice == "unclaimed_reminder"]


@in_hand_time
async def test_a_timer_that_cannot_be_fired_does_not_hold_back_the_others() -> None:
    room = PostRoom()
    await room.opens_case("Romashka")
    await room.opens_case("Landysh")
    # The version of the process that the first case follows can no longer be read.
    cases = room.memory.rows.cases
    cases[CaseId(1)] = replace(cases[CaseId(1)], version="lost")
    await room.let_pass(minutes=31)

    await firing_in(room).fire_due()

    assert reminded(room) == [(2, SUPPORT_CHAT)]


@in_hand_time
async def test_a_timer_of_a_task_that_was_claimed_meanwhile_is_forgotten_without_a_word() -> None:
    room = PostRoom()
    task = await room.opens_case()
    armed = dict(room.memory.rows.timers)
    await room.claims(task, STEPAN)
    # It is fired at the very moment of the claim, which has cancelled it already.
    room.memory.rows.timers.update(armed)
    await room.let_pass(hours=3)

    assert await firing_in(room).fire_due() == len(armed) - 1

    assert reminded(room) == []
    assert (task, TimerKind.REMIND) not in room.memory.rows.timers
