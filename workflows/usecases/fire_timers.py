"""Firing due timers. A firing is a command like any other: late, duplicate and stale ones do no harm."""

from dataclasses import dataclass

from workflows.domain.commands import FireTimer
from workflows.domain.errors import NothingChanges, Refusal
from workflows.ports.clock import Clock
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import DueTimer, Storage
from workflows.usecases.handle_command import CommandHandler

AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFiring:
    """Fires due timers in the order in which they came due."""

    handler: CommandHandler
    storage: Storage
    queries: Queries
    clock: Clock

    async def fire_due(self) -> int:
        """Fire everything that is due now and return how many timers that was."""
        fired = 0
        while due := await self.queries.due_timers(self.clock.now(), AT_ONCE):
            for timer in due:
                await self.fire(timer)
            fired += len(due)
        return fired

    async def fire(self, timer: DueTimer) -> None:
        """Fire one timer; one that is stale or has been fired by another process meanwhile is skipped."""
        command = FireTimer(task_id=timer.task_id, kind=timer.kind, generation=timer.generation)
        try:
            await self.handler.handle(command, actor=None)
        except NothingChanges:
            # Another process has fired it in the meantime.
            return
        except Refusal:
            # Its task, process or department is gone: it must not block the other timers for ever.
            await self.storage.transact(lambda unit: unit.drop_timer(timer.task_id, timer.kind, timer.generation))
