"""The updates of platforms that were handled, known so that a redelivery changes nothing."""

from dataclasses import dataclass
from datetime import timedelta

from workflows.ports.clock import Clock
from workflows.ports.unit_of_work import Storage

KEPT = timedelta(days=7)
"""For how long an update is known: platforms redeliver for hours, not weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedUpdates:
    """Forgets what no platform redelivers any more."""

    storage: Storage
    clock: Clock

    async def forget_old(self) -> None:
        """Forget the updates that were received long ago; raises StorageUnavailable."""
        before = self.clock.now() - KEPT
        await self.storage.transact(lambda unit: unit.forget_received(before))
