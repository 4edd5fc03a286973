"""Transactions on PostgreSQL: a few writers run the waiting transaction functions and commit them in groups.

A function that comes alone is run alone at once; while the writers are busy others gather, and a group shares its
connection, its commit, and the cases it has locked. After the first function a group never waits for a lock while it
holds others: it commits what it has, and what was locked elsewhere comes first in the next group. A function that
raises has sent nothing, so the others go on; after an error of the database they are replayed one by one.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import Connection, Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only

from storage.batch import Conflict
from storage.statements import Statements
from storage.tables import metadata
from storage.unit_of_work import Busy, SqlUnitOfWork
from workflows.domain.case import Case
from workflows.domain.ids import CaseId
from workflows.ports.unit_of_work import AlreadyReceived, StorageUnavailable, UnitOfWork

MAX_REPLAYS = 5
MAX_GROUP = 64
WRITERS = 8
"""Connections that write: while one waits for its answer the others keep the server busy."""

_REPLAYED = frozenset({"40001", "40P01"})
"""serialization_failure, deadlock_detected: PostgreSQL asks to try the transaction again."""
_ENDED = frozenset({"57P01", "57P02", "57P03"})
"""admin_shutdown, crash_shutdown, cannot_connect_now: the connection is about to close."""
_UNIQUE_VIOLATION = "23505"


class _ConnectionLost(Exception):
    """The connection broke before the commit was sent: surely nothing was written."""


class _Stalled(Exception):
    """The server has not answered a statement in time: the connection is of no use any more, nor is its transaction."""


class _Unavailable(StorageUnavailable):
    """Nobody of the group can be served now, or nobody knows whether the group was committed."""


@dataclass(slots=True)
class _Job:
    """A transaction function that waits for its turn, and what became of it."""

    work: Callable[[UnitOfWork], Any]
    done: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class _Cursor:
    """The driver's connection as a cursor: SQLAlchemy's own spends more on a statement than the driver does."""

    rowcount = -1

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()

    def execute(self, operation: str, parameters: Sequence[Any] = (), /) -> None:
        self._rows = _answered(self._connection.fetch(operation, *parameters))

    def executemany(self, operation: str, parameters: Sequence[Sequence[Any]], /) -> None:
        _answered(self._connection.executemany(operation, parameters))

    def fetchall(self) -> Sequence[Any]:
        return self._rows


class PostgresWriter:
    """Runs transaction functions, WRITERS groups at a time; *close* it when done."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiting: deque[_Job] = deque()
        self._idle = WRITERS
        self._at_work: set[asyncio.Task[None]] = set()
        self._patient = Statements(engine.dialect)
        self._hasty = Statements(engine.dialect, hasty=True)
        self._tables: Mapping[str, Table] = metadata.tables

    async def transact(self, work: Callable[[UnitOfWork], Any]) -> Any:
        """Run one transaction function; see `Storage.transact`."""
        job = _Job(work, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        if self._idle:
            self._idle -= 1
            writer = asyncio.create_task(self._write(), name="postgres writer")
            self._at_work.add(writer)
            writer.add_done_callback(self._at_work.discard)
        return await job.done

    async def close(self) -> None:
        """Finish what waits."""
        await asyncio.gather(*self._at_work, return_exceptions=True)

    async def _write(self) -> None:
        """Take one group after the other until nothing waits."""
        try:
            while self._waiting:
                group = [self._waiting.popleft() for _ in range(min(MAX_GROUP, len(self._waiting)))]
                await self._commit(group)
        finally:
            self._idle += 1

    async def _commit(self, group: Sequence[_Job]) -> None:
        """Commit a group and answer everybody in it, but for those that go back to the head of the queue."""
        try:
            ran = await self._attempt(group)
        except _Unavailable as error:
            _answer_all(group, error)
        except Exception as error:
            if len(group) == 1:
                await self._replay(group[0], error)
                return
            for job in group:
                await self._commit([job])
        else:
            for job in group[:ran]:
                _answer(job)
            self._waiting.extendleft(reversed(group[ran:]))

    async def _replay(self, job: _Job, error: Exception) -> None:
        """Run a function that is alone again while PostgreSQL asks for that."""
        for _ in range(MAX_REPLAYS - 1):
            if not isinstance(error, Conflict | _ConnectionLost):
                break
            try:
                await self._attempt([job])
            except Exception as again:
                error = again
            else:
                _answer(job)
                return
        if isinstance(error, Conflict | _ConnectionLost):
            error = StorageUnavailable(f"replayed too often: {type(error).__name__}")
        _answer_all([job], error)

    async def _attempt(self, group: Sequence[_Job]) -> int:
        """Run a group in one transaction; answers how many of it are done, at least one."""
        is_connected = False
        try:
            async with self._engine.connect() as connection:
                is_connected = True
                return await connection.run_sync(self._run, group)
        except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if is_connected:
                raise
            raise _Unavailable(type(error).__name__) from error

    def _run(self, connection: Connection, group: Sequence[_Job]) -> int:
        driver: Any = connection.connection.driver_connection
        is_committing = False
        try:
            _answered(driver.execute("BEGIN"))
            ran = self._run_all(driver, group)
            is_committing = True
            _answered(driver.execute("COMMIT"))
        except BaseException as error:
            is_lost = isinstance(error, _Stalled) or driver.is_closed() or _state_of(error) in _ENDED
            if is_lost:
                connection.invalidate(error)
            elif driver.is_in_transaction():
                await_only(driver.execute("ROLLBACK"))
            if is_lost and _is_of_driver(error):
                if is_committing:
                    raise _Unavailable("the connection broke while committing") from error
                raise _ConnectionLost from error
            if isinstance(error, _Stalled):
                raise _Unavailable("the server has not answered in time") from error
            meaning = _meaning(error)
            if meaning is error:
                raise
            raise meaning from error
        return ran

    def _run_all(self, driver: Any, group: Sequence[_Job]) -> int:
        held: dict[CaseId, Case] = {}
        for place, job in enumerate(group):
            job.result = job.error = None
            unit = SqlUnitOfWork(_Cursor(driver), self._hasty if place else self._patient, held)
            try:
                job.result = job.work(unit)
            except Busy:
                return place
            except StopIteration as error:
                # No future takes one: it would end whoever waits as if all were well.
                job.error = RuntimeError("a transaction function raised StopIteration")
                job.error.__cause__ = error
            except Exception as error:
                if driver.is_closed() or isinstance(error, Conflict | _Stalled) or _state_of(error) is not None:
                    raise
                job.error = error
            else:
                unit.finish().send_to_postgresql(_Cursor(driver), self._tables)
                held.update(unit.saved)
        return len(group)


def _answered(asked: Awaitable[Any]) -> Any:
    """Wait for the driver; raises _Stalled when its time is over, so that no function's own TimeoutError looks so."""
    try:
        return await_only(asked)
    except TimeoutError as error:
        raise _Stalled from error


def _answer(job: _Job) -> None:
    if job.done.done():
        return
    if job.error is not None:
        job.done.set_exception(job.error)
    else:
        job.done.set_result(job.result)


def _answer_all(group: Sequence[_Job], error: Exception) -> None:
    for job in group:
        job.error = error
        _answer(job)


def _is_of_driver(error: BaseException) -> bool:
    """Tell a lost connection from what a function raised itself; sockets fail with OSError."""
    return isinstance(error, OSError) or type(error).__module__.startswith("asyncpg")


def _state_of(error: BaseException) -> str | None:
    """Answer the SQLSTATE of a driver's error."""
    state = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else None


def _meaning(error: BaseException) -> BaseException:
    """Say what an error means when the connection is well; what the function raised itself stays as it is."""
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
