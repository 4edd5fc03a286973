"""Updates that take long, kept in the database so that the platform may forget them."""

from collections.abc import Iterable, Sequence

from aiogram.types import Update

from workflows.domain.ids import FieldName
from workflows.ports.clock import Clock
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import Storage

KEY = "telegram:parked"
_UPDATES = FieldName("updates")


class ParkedUpdates:
    """One list of updates, as the platform sent them; every method raises StorageUnavailable."""

    def __init__(self, *, storage: Storage, queries: Queries, clock: Clock) -> None:
        self._storage = storage
        self._queries = queries
        self._clock = clock

    async def load(self) -> Sequence[object]:
        """Return what an earlier process did not finish."""
        kept = (await self._queries.draft(KEY) or {}).get(_UPDATES)
        return kept if isinstance(kept, list) else []

    async def keep(self, updates: Iterable[Update]) -> None:
        """Keep these instead of those kept before."""
        raw = [update.model_dump(mode="json", by_alias=True, exclude_unset=True) for update in updates]
        now = self._clock.now()
        if raw:
            await self._storage.transact(lambda unit: unit.save_draft(KEY, {_UPDATES: raw}, now))
        else:
            await self._storage.transact(lambda unit: unit.drop_draft(KEY))
