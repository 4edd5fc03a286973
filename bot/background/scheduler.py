"""Time: one date job fires at the next due timer, cron jobs do the recurring housekeeping. No state is kept here."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger

from workflows.domain.decision import Decision
from workflows.domain.timers import ArmTimer
from workflows.ports.clock import Clock
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.fire_timers import TimerFiring
from workflows.usecases.received_updates import ReceivedUpdates

RETRY = timedelta(seconds=5)
LOOK = timedelta(minutes=1)
"""The longest sleep: another process may have armed a timer, and the machine's clock may be set."""

log = structlog.get_logger(__name__)


class Scheduler:
    """Started and stopped with the program."""

    def __init__(
        self,
        *,
        firing: TimerFiring,
        updates: ReceivedUpdates,
        queries: Queries,
        clock: Clock,
        zone: ZoneInfo,
        look: timedelta = LOOK,
    ) -> None:
        self._firing = firing
        self._updates = updates
        self._queries = queries
        self._clock = clock
        self._look = look
        self._jobs = AsyncIOScheduler(timezone=zone, job_defaults={"misfire_grace_time": None, "coalesce": True})
        self._next: datetime | None = None
        self._firing_now = asyncio.Lock()

    async def start(self) -> None:
        """Start the jobs and fire at once what came due while the program was down."""
        self._jobs.add_job(self._forget_received, CronTrigger(hour=4, minute=15), id="forget_received")
        self._jobs.start()
        await self._fire()

    def stop(self) -> None:
        """Stop the jobs; the timers stay in the database."""
        self._jobs.shutdown(wait=False)

    def on_commit(self, decision: Decision | None) -> None:
        """Wake earlier when a decision armed a timer that is due before the scheduled moment."""
        if decision is None:
            return
        armed = [change.due_at for change in decision.timers if isinstance(change, ArmTimer)]
        if armed and (self._next is None or min(armed) < self._next):
            self._stand_at(min(armed))

    def _stand_at(self, moment: datetime) -> None:
        self._next = moment
        # APScheduler drops a moment that comes while the job is running unless a second instance may wait for it.
        trigger = DateTrigger(run_date=moment)
        self._jobs.add_job(self._fire, trigger, id="fire_timers", replace_existing=True, max_instances=2)

    async def _fire(self) -> None:
        async with self._firing_now:
            # A timer armed from here on counts, even if the query for the next moment does not see it yet.
            self._next = None
            try:
                fired = await self._firing.fire_due()
                if fired:
                    log.info("Timers fired.", action="timers_fired", count=fired)
                due = await self._queries.next_timer_due()
                look = self._clock.now() + self._look
                self._stand_at(min(moment for moment in (due, self._next, look) if moment is not None))
            except StorageUnavailable as problem:
                log.warning("The timers cannot be read.", action="timers_unreadable", reason=str(problem))
                self._stand_at(self._clock.now() + RETRY)
            except Exception:
                # The outermost guard: time must not stop because one timer could not be fired.
                log.exception("A timer could not be fired.", action="timer_failed")
                self._stand_at(self._clock.now() + self._look)

    async def _forget_received(self) -> None:
        try:
            await self._updates.forget_old()
        except StorageUnavailable as problem:
            log.warning(
                "Old received updates could not be deleted.", action="forget_received_failed", reason=str(problem)
            )
