"""Updates that take long, kept in the database so that Telegram may forget them."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from aiogram.types import Update

from workflows.ports.clock import Clock
from workflows.ports.notes import Notes

KEY = "telegram:parked"


class Parking(Protocol):
    """Where updates are kept that are confirmed before they are handled; see `ParkedUpdates`."""

    async def load(self) -> Sequence[object]:
        """Return the updates that an earlier process did not finish; raises StorageUnavailable."""
        ...

    async def keep(self, updates: Iterable[Update]) -> None:
        """Replace the kept updates by these; raises StorageUnavailable."""
        ...


class ParkedUpdates:
    """One list of updates, as the platform sent them; every method raises StorageUnavailable."""

    def __init__(self, *, notes: Notes, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock

    async def load(self) -> Sequence[object]:
        """Return the updates that an earlier process did not finish."""
        kept = await self._notes.read(KEY)
        return kept if isinstance(kept, list) else []

    async def keep(self, updates: Iterable[Update]) -> None:
        """Replace the kept updates by these."""
        raw = [update.model_dump(mode="json", by_alias=True, exclude_unset=True) for update in updates]
        if raw:
            await self._notes.keep(KEY, raw, self._clock.now())
        else:
            await self._notes.drop(KEY)
