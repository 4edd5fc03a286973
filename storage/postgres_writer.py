"""Transactions on PostgreSQL: each function on a connection of its own, in as few round trips as possible.

A function reads without locks, and its writes are sent as one statement, which is a transaction by itself and checks
that the rows the function relies on are as they were read. A function that was overtaken runs again, the third time
with locks, so that none is overtaken for ever. Within the process the functions for one case take turns, and one that
waited continues from the state that the one before has committed. A later function starts from the state that this
process last committed, without reading it: its result counts only when something is written, since the write checks
that state; otherwise the function runs again and reads. A block of several statements (BEGIN … COMMIT) is opened only
where something has to be locked, or where some writes cannot travel in the one statement.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import await_only, greenlet_spawn

from storage.batch import Batch, Conflict
from storage.known_cases import KnownCases, ReadCase
from storage.statements import Statements
from storage.tables import metadata
from storage.unit_of_work import SqlUnitOfWork
from workflows.domain.ids import CaseId
from workflows.ports.unit_of_work import AlreadyReceived, StorageUnavailable, UnitOfWork

MAX_REPLAYS = 5
LOCKS_FROM = 2
"""After one conflict there is mostly nothing left to do; after two a function locks what it reads."""
WRITERS = 10
"""How many connections write: on few cores more of them would only wait for each other."""

_REPLAYED = frozenset({"40001", "40P01"})
"""serialization_failure, deadlock_detected: PostgreSQL asks the client to retry the transaction."""
_ENDED = frozenset({"57P01", "57P02", "57P03"})
"""admin_shutdown, crash_shutdown, cannot_connect_now: the connection is about to close."""
_UNIQUE_VIOLATION = "23505"
_NO_CONNECTION = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)


class _ConnectionLost(Exception):
    """The connection broke before anything was sent that commits: certainly nothing was written."""


_WHATEVER_IS_KNOWN = (_ConnectionLost, StorageUnavailable, AlreadyReceived)
"""Errors that do not depend on whether the remembered state of the case is current."""


class _OutOfDate(Exception):
    """The function used the remembered state of a case, which may be out of date: it has to run again and read."""


class _Stalled(Exception):
    """The server did not respond to a statement in time: neither the connection nor its transaction is usable."""


@dataclass(slots=True, weakref_slot=True)
class _Turn:
    """The lock of a case within the process, and the state last committed under it, with the time of that."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    left: ReadCase | None = None
    left_at: float = 0.0


class _Transaction:
    """One run of a function: a driver's connection from the first statement on, and its cursor.

    SQLAlchemy's own connection and cursor take more time for a statement than the driver does.
    """

    rowcount = -1

    def __init__(
        self,
        connections: "_Connections",
        turns: WeakValueDictionary[CaseId, _Turn],
        known: KnownCases,
        *,
        recalls: bool,
    ) -> None:
        self._known = known
        self._recalls = recalls
        self._has_recalled = False
        self._case_id: CaseId | None = None
        self._connections = connections
        self._turns = turns
        self._turn: _Turn | None = None
        self._held: PoolProxiedConnection | None = None
        self._rows: Sequence[Any] = ()
        self._is_block = False
        self._is_committing = False

    def execute(self, operation: str, parameters: Sequence[Any] = (), /) -> None:
        self._rows = _answered(self._driver.fetch(operation, *parameters))

    def executemany(self, operation: str, parameters: Sequence[Sequence[Any]], /) -> None:
        _answered(self._driver.executemany(operation, parameters))

    def fetchall(self) -> Sequence[Any]:
        return self._rows

    def begin(self) -> None:
        """See `Order.begin`."""
        if not self._is_block:
            self._is_block = True
            _answered(self._driver.execute("BEGIN"))

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

    def run(self, work: Callable[[UnitOfWork], Any], known: Statements, *, locks: bool) -> Any:
        """Run a function, commit its writes and return its result."""
        try:
            unit = SqlUnitOfWork(self, known, locks=locks, order=self)
            result = work(unit)
            batch = unit.finish()
            if self._has_recalled and not batch.rows:
                raise _OutOfDate
            self._commit(batch)
            self._leave(unit.saved)
        except BaseException as error:
            meaning = self._undo(error)
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
                if self._held is not None:
                    self._connections.give_back(self._held)
            finally:
                if self._turn is not None:
                    self._turn.lock.release()
        return result

    @property
    def _driver(self) -> Any:
        if self._held is None:
            self._held = self._connections.take()
        return self._held.driver_connection

    def _commit(self, batch: Batch) -> None:
        if len(batch.others) + bool(batch.rows) > 1:
            self.begin()
        self._is_committing = not self._is_block
        batch.send_to_postgresql(self, metadata.tables)
        if self._is_block:
            self._is_committing = True
            _answered(self._driver.execute("COMMIT"))

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
        is_lost = isinstance(error, _Stalled) or driver.is_closed() or _state_of(error) in _ENDED
        if is_lost:
            self._held.invalidate(error)
        else:
            self._roll_back(driver)
        if is_lost and _is_of_driver(error):
            return StorageUnavailable("broke while committing") if self._is_committing else _ConnectionLost()
        return _meaning(error)

    def _roll_back(self, driver: Any) -> None:
        try:
            if driver.is_in_transaction():
                await_only(driver.execute("ROLLBACK"))
        except Exception as error:
            # The first error is the one to raise; a connection that cannot even roll back must not be reused.
            assert self._held is not None
            self._held.invalidate(error)


class _Connections:
    """WRITERS connections of an engine's pool; used within a greenlet of SQLAlchemy's."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.sync_engine
        self._places = asyncio.Semaphore(WRITERS)

    def take(self) -> PoolProxiedConnection:
        """Wait for a connection; raises StorageUnavailable."""
        await_only(self._places.acquire())
        try:
            return self._engine.raw_connection()
        except BaseException as error:
            self._places.release()
            if isinstance(error, _NO_CONNECTION):
                raise StorageUnavailable(type(error).__name__) from error
            raise

    def give_back(self, connection: PoolProxiedConnection) -> None:
        """Return the connection to the pool."""
        try:
            connection.close()
        finally:
            self._places.release()


class PostgresWriter:
    """Runs transaction functions, WRITERS of them writing at a time; *close* it when done."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._connections = _Connections(engine)
        self._turns: WeakValueDictionary[CaseId, _Turn] = WeakValueDictionary()
        self._statements = Statements(engine.dialect)
        self._known = KnownCases()
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

    async def _run(self, work: Callable[[UnitOfWork], Any]) -> Any:
        reason, overtaken = "", 0
        recalls = True
        for _ in range(MAX_REPLAYS):
            transaction = _Transaction(self._connections, self._turns, self._known, recalls=recalls)
            try:
                return await greenlet_spawn(transaction.run, work, self._statements, locks=overtaken >= LOCKS_FROM)
            except _OutOfDate:
                recalls = False
            except (Conflict, _ConnectionLost) as error:
                recalls = False
                reason = type(error).__name__
                overtaken += isinstance(error, Conflict)
        raise StorageUnavailable(f"replayed too often: {reason}")


def _answered(asked: Awaitable[Any]) -> Any:
    """Wait for the driver; raises _Stalled on its timeout, to tell it from a TimeoutError of the function itself."""
    try:
        return await_only(asked)
    except TimeoutError as error:
        raise _Stalled from error


def _is_of_driver(error: BaseException) -> bool:
    """Whether the driver raised an error, not the transaction function itself; sockets fail with OSError."""
    return isinstance(error, OSError) or type(error).__module__.startswith("asyncpg")


def _state_of(error: BaseException) -> str | None:
    """Return the SQLSTATE of a driver's error."""
    state = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else None


def _meaning(error: BaseException) -> BaseException:
    """Return the error to raise while the connection is usable; an error of the function itself is left as it is."""
    if isinstance(error, _Stalled):
        return StorageUnavailable("the server has not answered in time")
    state = _state_of(error)
    if state is None:
        return error
    if state == _UNIQUE_VIOLATION:
        return AlreadyReceived() if "received_updates" in str(error) else Conflict()
    if state in _REPLAYED:
        return Conflict()
    if state[:2] in {"08", "53", "57", "58"}:
        return StorageUnavailable(type(error).__name__)
    return error
