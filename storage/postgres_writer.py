"""Transactions on PostgreSQL: each function on a connection of its own, in as few round trips as can be.

A function reads without locking, and what it writes goes as one statement, which is a transaction by itself and checks
that what the function leaned on is as it was read. Whoever was overtaken meanwhile runs again, the third time with
locks, so that nobody is overtaken for ever. A block of several statements (BEGIN … COMMIT) is opened only where
something has to be locked, or where there are writes that do not go with the others.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import asyncpg
from sqlalchemy import Connection, Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only

from storage.batch import Conflict
from storage.statements import Statements
from storage.tables import metadata
from storage.unit_of_work import SqlUnitOfWork
from workflows.ports.unit_of_work import AlreadyReceived, StorageUnavailable, UnitOfWork

MAX_REPLAYS = 5
LOCKS_FROM = 2
"""Who was overtaken once mostly finds that there is nothing left to do; who was overtaken twice locks what it reads."""
WRITERS = 10
"""Connections that write: more of them only wait for each other on few cores."""

_REPLAYED = frozenset({"40001", "40P01"})
"""serialization_failure, deadlock_detected: PostgreSQL asks to try the transaction again."""
_ENDED = frozenset({"57P01", "57P02", "57P03"})
"""admin_shutdown, crash_shutdown, cannot_connect_now: the connection is about to close."""
_UNIQUE_VIOLATION = "23505"


class _ConnectionLost(Exception):
    """The connection broke before anything was sent that commits: surely nothing was written."""


class _Stalled(Exception):
    """The server has not answered a statement in time: the connection is of no use any more, nor is its transaction."""


class _Transaction:
    """One run of a function on a driver's connection, which is also its cursor.

    SQLAlchemy's own cursor spends more on a statement than the driver does.
    """

    rowcount = -1

    def __init__(self, driver: Any, tables: Mapping[str, Table]) -> None:
        self._driver = driver
        self._tables = tables
        self._rows: Sequence[Any] = ()
        self._is_block = False
        self.is_committing = False

    def execute(self, operation: str, parameters: Sequence[Any] = (), /) -> None:
        self._rows = _answered(self._driver.fetch(operation, *parameters))

    def executemany(self, operation: str, parameters: Sequence[Sequence[Any]], /) -> None:
        _answered(self._driver.executemany(operation, parameters))

    def fetchall(self) -> Sequence[Any]:
        return self._rows

    def begin(self) -> None:
        """Open a block, unless one is open."""
        if not self._is_block:
            self._is_block = True
            _answered(self._driver.execute("BEGIN"))

    def run(self, work: Callable[[UnitOfWork], Any], known: Statements, *, locks: bool) -> Any:
        """Run a function and commit what it writes."""
        unit = SqlUnitOfWork(self, known, locks=locks, begin=self.begin)
        result = work(unit)
        batch = unit.finish()
        if batch.others:
            self.begin()
        self.is_committing = not self._is_block
        batch.send_to_postgresql(self, self._tables)
        if self._is_block:
            self.is_committing = True
            _answered(self._driver.execute("COMMIT"))
        return result


class PostgresWriter:
    """Runs transaction functions, WRITERS at a time; *close* it when done."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._places = asyncio.Semaphore(WRITERS)
        self._at_work: set[asyncio.Task[Any]] = set()
        self._statements = Statements(engine.dialect)
        self._tables: Mapping[str, Table] = metadata.tables

    async def transact(self, work: Callable[[UnitOfWork], Any]) -> Any:
        """Run one transaction function; see `Storage.transact`."""
        # In a task of its own: a caller who goes away leaves nothing half done.
        task = asyncio.create_task(self._run(work), name="postgres transaction")
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Finish what is at work."""
        await asyncio.gather(*self._at_work, return_exceptions=True)

    async def _run(self, work: Callable[[UnitOfWork], Any]) -> Any:
        reason = ""
        for attempt in range(MAX_REPLAYS):
            try:
                async with self._places:
                    return await self._attempt(work, locks=attempt >= LOCKS_FROM)
            except (Conflict, _ConnectionLost) as error:
                reason = type(error).__name__
        raise StorageUnavailable(f"replayed too often: {reason}")

    async def _attempt(self, work: Callable[[UnitOfWork], Any], *, locks: bool) -> Any:
        is_connected = False
        try:
            async with self._engine.connect() as connection:
                is_connected = True
                return await connection.run_sync(self._on_connection, work, locks)
        except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if is_connected:
                raise
            raise StorageUnavailable(type(error).__name__) from error

    def _on_connection(self, connection: Connection, work: Callable[[UnitOfWork], Any], locks: bool) -> Any:
        driver: Any = connection.connection.driver_connection
        transaction = _Transaction(driver, self._tables)
        try:
            return transaction.run(work, self._statements, locks=locks)
        except BaseException as error:
            is_lost = isinstance(error, _Stalled) or driver.is_closed() or _state_of(error) in _ENDED
            if is_lost:
                connection.invalidate(error)
            elif driver.is_in_transaction():
                await_only(driver.execute("ROLLBACK"))
            meaning = _meaning(error, is_lost=is_lost, is_committing=transaction.is_committing)
            if meaning is error:
                raise
            raise meaning from error


def _answered(asked: Awaitable[Any]) -> Any:
    """Wait for the driver; raises _Stalled when its time is over, so that no function's own TimeoutError looks so."""
    try:
        return await_only(asked)
    except TimeoutError as error:
        raise _Stalled from error


def _is_of_driver(error: BaseException) -> bool:
    """Tell a lost connection from what a function raised itself; sockets fail with OSError."""
    return isinstance(error, OSError) or type(error).__module__.startswith("asyncpg")


def _state_of(error: BaseException) -> str | None:
    """Answer the SQLSTATE of a driver's error."""
    state = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else None


def _meaning(error: BaseException, *, is_lost: bool, is_committing: bool) -> BaseException:
    """Say what an error means to whoever waits; what the function raised itself stays as it is."""
    if is_lost and _is_of_driver(error):
        if is_committing:
            return StorageUnavailable("the connection broke while committing")
        return _ConnectionLost()
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
