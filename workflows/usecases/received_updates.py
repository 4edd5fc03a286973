"""The handled updates of platforms, recorded so that a redelivery changes nothing."""

from dataclasses import dataclass
from datetime import timedelta

from workflows.ports.clock import Clock
from workflows.ports.unit_of_work import Storage

KEPT = timedelta(days=7)
"""How long an update is remembered: platforms redeliver for hours, not weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedUpdates:
    """Deletes the updates that no platform redelivers any more."""

    storage: Storage
    clock: Clock

    async def forget_old(self) -> None:
        """Delete the updates received before KEPT; raises StorageUnavailable."""
        before = self.clock.now() - KEPT
        await self.storage.transact(lambda unit: unit.forget_received(before))
