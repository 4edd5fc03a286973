"""Transactions on PostgreSQL, in as few round trips as possible.

A function reads without locks, and its writes are sent as one statement, which is a transaction by itself and checks
that the rows the function relies on are as they were read. What several functions have written meanwhile goes into one
statement together. A function that was overtaken runs again, the third time with locks, so that none is overtaken for
ever. Within the process the functions for one case take turns, and one that waited continues from the state that the
one before has committed. A later function starts from the state that this process last committed, without reading it:
its result counts only when something is written, since the write checks that state; otherwise the function runs again
and reads. Counters are remembered and checked in the same way. A block of several statements (BEGIN … COMMIT), on a
connection of the function's own, is opened only where something has to be locked, or where some writes cannot travel in
the one statement.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import await_only, greenlet_spawn

from storage.engines.postgres_connections import Connections, answered, is_lost, is_of_driver, meaning_of
from storage.engines.postgres_lane import WriteLane
from storage.rows.tables import metadata
from storage.writes.batch import Batch, Conflict
from storage.writes.known_cases import KnownCases, ReadCase
from storage.writes.statements import Statements
from storage.writes.unit_of_work import SqlUnitOfWork
from workflows.domain.ids import CaseId
from workflows.ports.unit_of_work import AlreadyReceived, StorageUnavailable, UnitOfWork

MAX_REPLAYS = 5
LOCKS_FROM = 2
"""After one conflict there is mostly nothing left to do; after two a function locks what it reads."""
LARGE = 100
"""More rows than these are written by themselves: presses do not wait for a batch of deliveries."""


class _ConnectionLost(Exception):
    """The connection broke before anything was sent that commits: certainly nothing was written."""


_WHATEVER_IS_KNOWN = (_ConnectionLost, StorageUnavailable, AlreadyReceived)
"""Errors that do not depend on whether the remembered state of the case is current."""


class _OutOfDate(Exception):
    """The function used the remembered state of a case, which may be out of date: it has to run again and read."""


@dataclass(slots=True, weakref_slot=True)
class _Turn:
    """The lock of a case within the process, and the state last committed under it, with the time of that."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    left: ReadCase | None = None
    left_at: float = 0.0


@dataclass(slots=True)
class _Counters:
    """The last values of counters once everything is written that waits to be written, as far as they are known."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    last: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the transactions of a process share."""

    connections: Connections
    lane: WriteLane
    turns: WeakValueDictionary[CaseId, _Turn] = field(default_factory=WeakValueDictionary)
    known: KnownCases = field(default_factory=KnownCases)
    counters: _Counters = field(default_factory=_Counters)


class _Transaction:
    """One run of a function and its cursor; each statement takes a connection, a block of them keeps it.

    SQLAlchemy's own connection and cursor take more time for a statement than the driver does.
    """

    rowcount = -1

    def __init__(self, shared: _Shared, *, recalls: bool) -> None:
        self._known = shared.known
        self._recalls = recalls
        self._has_recalled = False
        self._case_id: CaseId | None = None
        self._connections = shared.connections
        self._lane = shared.lane
        self._counters = shared.counters
        self._is_counting = False
        self._turns = shared.turns
        self._turn: _Turn | None = None
        self._held: PoolProxiedConnection | None = None
        self._rows: Sequence[Any] = ()
        self._is_block = False
        self._is_committing = False

    def execute(self, operation: str, parameters: Sequence[Any] = (), /) -> None:
        self._rows = answered(self._driver.fetch(operation, *parameters))
        if not self._is_block:
            self._let_go()

    def executemany(self, operation: str, parameters: Sequence[Sequence[Any]], /) -> None:
        answered(self._driver.executemany(operation, parameters))
        if not self._is_block:
            self._let_go()

    def fetchall(self) -> Sequence[Any]:
        return self._rows

    def begin(self) -> None:
        """See `Order.begin`."""
        if not self._is_block:
            self._is_block = True
            answered(self._driver.execute("BEGIN"))

    def take_turn(self, case_id: CaseId) -> ReadCase | None:
        """See `Order.take_turn`; a holder of a connection or of another turn never waits: others may wait for it."""
        if self._turn is not None or self._held is not None:
            return None
        came_at = time.monotonic()
        turn = self._turns.setdefault(case_id, _Turn())
        await_only(turn.lock.acquire())
        self._turn, self._case_id = turn, case_id
        # A state committed before we came may be outdated: other processes write too.
        if turn.left_at > came_at:
            return turn.left
        recalled = self._known.get(case_id) if self._recalls else None
        self._has_recalled = recalled is not None
        return recalled

    def last_count(self, counter: str) -> int | None:
        """See `Order.last_count`; a holder of locked rows never waits: others may wait for it."""
        if self._is_block:
            return None
        if not self._is_counting:
            await_only(self._counters.lock.acquire())
            self._is_counting = True
        return self._counters.last.get(counter)

    def run(self, work: Callable[[UnitOfWork], Any], known: Statements, *, locks: bool) -> Any:
        """Run a function, commit its writes and return its result."""
        try:
            unit = SqlUnitOfWork(self, known, locks=locks, order=self)
            result = work(unit)
            batch = unit.finish()
            if self._has_recalled and not batch.rows:
                raise _OutOfDate
            self._commit(batch, unit.counted)
            self._leave(unit.saved)
        except BaseException as error:
            meaning = self._undo(error)
            if isinstance(meaning, Conflict | StorageUnavailable):
                self._counters.last.clear()
                if self._case_id is not None:
                    self._known.forget(self._case_id)
            if self._has_recalled and isinstance(meaning, Exception) and not isinstance(meaning, _WHATEVER_IS_KNOWN):
                # The cause may be what somebody else has changed since.
                raise _OutOfDate from error
            if self._turn is not None and isinstance(meaning, Conflict | StorageUnavailable):
                # Somebody else has changed the case, or may have: the next function reads it again.
                self._turn.left = None
            if meaning is error:
                raise
            raise meaning from error
        finally:
            try:
                self._let_go()
            finally:
                self._stop_counting()
                if self._turn is not None:
                    self._turn.lock.release()
        return result

    @property
    def _driver(self) -> Any:
        if self._held is None:
            self._held = self._connections.take()
        return self._held.driver_connection

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            self._connections.give_back(held)

    def _stop_counting(self) -> None:
        if self._is_counting:
            self._is_counting = False
            self._counters.lock.release()

    def _commit(self, batch: Batch, counted: Mapping[str, int]) -> None:
        if not self._is_block and not batch.others and (counted or batch.size <= LARGE):
            if batch.rows:
                sent = self._lane.send(batch)
                # From here on the writes of others who count come after these.
                self._counters.last.update(counted)
                self._stop_counting()
                await_only(sent)
            return
        if counted:
            # What others write may overtake this.
            self._counters.last.clear()
        if len(batch.others) + bool(batch.rows) > 1:
            self.begin()
        self._is_committing = not self._is_block
        batch.send_to_postgresql(self, metadata.tables)
        if self._is_block:
            self._is_committing = True
            answered(self._driver.execute("COMMIT"))

    def _leave(self, saved: Mapping[CaseId, ReadCase]) -> None:
        self._known.leave(saved)
        for case_id, state in saved.items():
            if self._turn is not None and self._turn is self._turns.get(case_id):
                self._turn.left, self._turn.left_at = state, time.monotonic()

    def _undo(self, error: BaseException) -> BaseException:
        """Roll back, or invalidate a lost connection; returns the error to raise to the caller."""
        if self._held is None:
            return error
        driver = self._driver
        has_gone = is_lost(error, driver)
        if has_gone:
            self._held.invalidate(error)
        else:
            self._roll_back(driver)
        if has_gone and is_of_driver(error):
            return StorageUnavailable("broke while committing") if self._is_committing else _ConnectionLost()
        return meaning_of(error)

    def _roll_back(self, driver: Any) -> None:
        try:
            if driver.is_in_transaction():
                await_only(driver.execute("ROLLBACK"))
        except Exception as error:
            # The first error is the one to raise; a connection that cannot even roll back must not be reused.
            assert self._held is not None
            self._held.invalidate(error)


class PostgresWriter:
    """Runs transaction functions; *close* it when done."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._connections = Connections(engine)
        self._shared = _Shared(self._connections, WriteLane(self._connections))
        self._statements = Statements(engine.dialect)
        self._at_work: set[asyncio.Task[Any]] = set()

    async def transact(self, work: Callable[[UnitOfWork], Any]) -> Any:
        """Run one transaction function; see `Storage.transact`."""
        # In a task of its own: cancelling the caller does not interrupt a transaction.
        task = asyncio.create_task(self._run(work), name="postgres transaction")
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Wait for the running transactions."""
        await asyncio.gather(*self._at_work, return_exceptions=True)
        await greenlet_spawn(self._connections.close)

    async def _run(self, work: Callable[[UnitOfWork], Any]) -> Any:
        reason, overtaken = "", 0
        recalls = True
        for _ in range(MAX_REPLAYS):
            transaction = _Transaction(self._shared, recalls=recalls)
            try:
                return await greenlet_spawn(transaction.run, work, self._statements, locks=overtaken >= LOCKS_FROM)
            except _OutOfDate:
                recalls = False
            except (Conflict, _ConnectionLost) as error:
                recalls = False
                reason = type(error).__name__
                overtaken += isinstance(error, Conflict)
        raise StorageUnavailable(f"replayed too often: {reason}")
