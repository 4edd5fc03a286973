"""Outbox rows that could not be delivered: retried, set aside, put back by a person."""

from dataclasses import dataclass
from datetime import timedelta

from workflows.domain.ids import PersonId
from workflows.domain.permissions import check_may_retry
from workflows.ports.clock import Clock
from workflows.ports.unit_of_work import OutboxRow, Storage
from workflows.usecases.commits import Commits
from workflows.usecases.organising import CurrentOrganisation

RETRY_DELAYS = tuple(timedelta(seconds=s) for s in (1, 2, 5, 15, 30, 60, 120, 300, 600, 1800))
"""How long to wait before each retry; the last delay repeats until the row is given up."""
MAX_ATTEMPTS = 24
"""After about eight hours of retries a row is set aside for a person to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Every method raises StorageUnavailable."""

    storage: Storage
    organisation: CurrentOrganisation
    clock: Clock
    commits: Commits

    async def postpone(self, row: OutboxRow, delay: timedelta, code: str) -> None:
        """Retry a row after a delay, without counting a failed attempt."""
        await self._postpone(row, delay, code, has_failed=False)

    async def fail(self, row: OutboxRow, code: str) -> bool:
        """Retry a row later, with growing delays; returns True when it was given up instead."""
        if row.attempts + 1 >= MAX_ATTEMPTS:
            await self.give_up(row, code)
            return True
        await self._postpone(row, RETRY_DELAYS[min(row.attempts, len(RETRY_DELAYS) - 1)], code, has_failed=True)
        return False

    async def give_up(self, row: OutboxRow, code: str) -> None:
        """Set a row aside as undeliverable."""
        await self.storage.transact(lambda unit: unit.give_up(row.id, code))

    async def retry(self, row_id: int, *, by: PersonId) -> None:
        """Put a row that was given up back into the outbox; raises MayNotRetry."""
        check_may_retry(self.organisation.now, by)
        now = self.clock.now()
        await self.storage.transact(lambda unit: unit.retry_dead(row_id, now))
        self.commits.announce()

    async def _postpone(self, row: OutboxRow, delay: timedelta, code: str, *, has_failed: bool) -> None:
        due_at = self.clock.now() + delay
        await self.storage.transact(lambda unit: unit.postpone(row.id, due_at, code, has_failed=has_failed))
