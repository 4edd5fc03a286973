"""Firing what has come due. A firing is a command like any other: late, double and stale ones do no harm."""

from dataclasses import dataclass

from workflows.domain.commands import FireTimer
from workflows.domain.errors import UnknownCase, UnknownTask
from workflows.ports.clock import Clock
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import DueTimer
from workflows.usecases.handle_command import CommandHandler

AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFiring:
    """Fires due timers in the order in which they came due."""

    handler: CommandHandler
    queries: Queries
    clock: Clock

    async def fire_due(self) -> int:
        """Fire everything that is due now and answer how many timers that was."""
        fired = 0
        while due := await self.queries.due_timers(self.clock.now(), AT_ONCE):
            for timer in due:
                await self._fire(timer)
            fired += len(due)
        return fired

    async def _fire(self, timer: DueTimer) -> None:
        command = FireTimer(task_id=timer.task_id, kind=timer.kind, generation=timer.generation)
        try:
            await self.handler.handle(command, actor=None)
        except (UnknownCase, UnknownTask):
            storage = self.handler.storage
            await storage.transact(lambda unit: unit.drop_timer(timer.task_id, timer.kind, timer.generation))
