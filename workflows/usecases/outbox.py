"""What becomes of outbox rows that could not be delivered."""

from collections.abc import Callable
from dataclasses import dataclass

from workflows.domain.ids import PersonId
from workflows.domain.people import Organisation
from workflows.domain.permissions import check_may_retry
from workflows.ports.clock import Clock
from workflows.ports.unit_of_work import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Every method raises StorageUnavailable; `wake` has delivery look at the outbox."""

    storage: Storage
    organisation: Organisation
    clock: Clock
    wake: Callable[[], None]

    async def retry(self, row_id: int, *, by: PersonId) -> None:
        """Put a row that was given up back into the outbox; raises MayNotRetry."""
        check_may_retry(self.organisation, by)
        now = self.clock.now()
        await self.storage.transact(lambda unit: unit.retry_dead(row_id, now))
        self.wake()
