"""The timers fire when they come due: those of a program that was down, those just armed, those armed meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.background.scheduler import LOOK, Scheduler
from bot.host.clock import SystemClock
from tests.fakes.directory import NamedChats
from tests.fakes.letters import PlainLetters
from tests.fakes.memory import Memory
from tests.fakes.silent_chat import silent_chats
from tests.onboarding import an_organisation, onboarding
from workflows.domain.case import Case, CaseStatus
from workflows.domain.decision import Decision
from workflows.domain.ids import CaseId, PersonId, ProcessId, TaskId
from workflows.domain.timers import ArmTimer, TimerKind
from workflows.ports.unit_of_work import DueTimer
from workflows.usecases.commits import Commits
from workflows.usecases.fire_timers import TimerFiring
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.organising import CurrentOrganisation
from workflows.usecases.received_updates import ReceivedUpdates
from workflows.usecases.running_processes import Definitions

PATIENCE = 30
"""Seconds after which a timer that has not fired never will."""


class WatchedMemory(Memory):
    """Counts the reads of due timers; `meanwhile` runs while the next moment is being read."""

    def __init__(self) -> None:
        super().__init__()
        self.looked = 0
        self.meanwhile: Callable[[], None] | None = None
        self._changed = asyncio.Condition()

    async def due_timers(self, now: datetime, limit: int) -> Sequence[DueTimer]:
        self.looked += 1
        async with self._changed:
            self._changed.notify_all()
        return await super().due_timers(now, limit)

    async def next_timer_due(self) -> datetime | None:
        due = await super().next_timer_due()
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            happens()
        return due

    async def is_looked_at(self, times: int) -> None:
        """Wait until the due timers were read that often."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self.looked >= times)


def armed(due_at: datetime) -> Decision:
    """Make a decision that arms a timer."""
    case = Case(
        id=CaseId(1),
        number="ONB-1",
        process=ProcessId("onboarding"),
        version="1",
        status=CaseStatus.ACTIVE,
        opened_by=PersonId("anna"),
        opened_at=due_at,
        client=None,
    )
    timer = ArmTimer(task_id=TaskId("1.2"), kind=TimerKind.REMIND, generation=1, due_at=due_at)
    return Decision(case=case, events=(), timers=(timer,), notices=(), letters=())


@asynccontextmanager
async def scheduler_over(memory: WatchedMemory, look: timedelta = LOOK) -> AsyncIterator[Scheduler]:
    """Run a scheduler until the block ends."""
    clock = SystemClock()
    handler = CommandHandler(
        storage=memory,
        queries=memory,
        organisation=CurrentOrganisation(an_organisation()),
        definitions=Definitions([onboarding()]),
        letters=PlainLetters(),
        directory=NamedChats(),
        platforms=silent_chats(),
        clock=clock,
        commits=Commits(),
    )
    firing = TimerFiring(handler=handler, storage=memory, queries=memory, clock=clock)
    zone = ZoneInfo("Europe/Moscow")
    scheduler = Scheduler(
        firing=firing,
        updates=ReceivedUpdates(storage=memory, clock=clock),
        queries=memory,
        clock=clock,
        zone=zone,
        look=look,
    )
    await scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.stop()


async def test_what_came_due_while_the_program_was_down_fires_at_the_start() -> None:
    memory = WatchedMemory()
    overdue = datetime(2026, 3, 2, tzinfo=UTC)
    memory.rows.timers[TaskId("1.2"), TimerKind.REMIND] = (1, overdue)

    async with scheduler_over(memory):
        # The case is not there any more, so firing it means forgetting it.
        assert memory.rows.timers == {}


async def test_a_timer_that_is_due_before_the_one_waited_for_fires_in_its_own_time() -> None:
    memory = WatchedMemory()
    later = datetime.now(UTC) + timedelta(days=1)
    memory.rows.timers[TaskId("9.9"), TimerKind.REMIND] = (1, later)

    async with scheduler_over(memory) as scheduler:
        before = memory.looked
        scheduler.on_commit(armed(datetime.now(UTC)))

        await memory.is_looked_at(before + 1)


async def test_a_timer_armed_while_the_next_moment_is_read_is_not_missed() -> None:
    memory = WatchedMemory()

    async with scheduler_over(memory) as scheduler:
        before = memory.looked
        memory.meanwhile = lambda: scheduler.on_commit(armed(datetime.now(UTC)))
        scheduler.on_commit(armed(datetime.now(UTC)))

        await memory.is_looked_at(before + 2)


async def test_a_timer_that_another_process_has_armed_is_seen_at_the_next_look() -> None:
    memory = WatchedMemory()

    async with scheduler_over(memory, look=timedelta(milliseconds=20)):
        memory.rows.timers[TaskId("1.2"), TimerKind.REMIND] = (1, datetime(2026, 3, 2, tzinfo=UTC))

        await memory.is_looked_at(memory.looked + 3)

    assert memory.rows.timers == {}


async def test_a_database_that_is_away_does_not_stop_the_time() -> None:
    memory = WatchedMemory()
    memory.is_reachable = False

    async with scheduler_over(memory) as scheduler:
        memory.is_reachable = True
        before = memory.looked
        scheduler.on_commit(armed(datetime.now(UTC)))

        await memory.is_looked_at(before + 1)
