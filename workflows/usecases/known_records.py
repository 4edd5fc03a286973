"""Records put into the base outside any case, by their names alone."""

from workflows.domain.clients import recognised
from workflows.domain.records import RecordKind
from workflows.ports.clock import Clock
from workflows.ports.unit_of_work import Storage, UnitOfWork


async def make_known(storage: Storage, clock: Clock, kind: RecordKind, name: str) -> None:
    """Add a record of that name unless the base has one; raises StorageUnavailable."""
    now = clock.now()

    def add(unit: UnitOfWork) -> None:
        if recognised(name, None, unit.records_like(kind, name, None)) is None:
            unit.add_record(kind, name, now)

    await storage.transact(add)
