"""Connections to PostgreSQL for transactions, and the meaning of the driver's errors; used within a greenlet."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import await_only

from storage.writes.batch import Conflict
from workflows.ports.unit_of_work import AlreadyReceived, StorageUnavailable

WRITERS = 10
"""How many connections transactions use: on few cores more of them would only wait for each other."""

_REPLAYED = frozenset({"40001", "40P01"})
"""serialization_failure, deadlock_detected: PostgreSQL asks the client to retry the transaction."""
_ENDED = frozenset({"57P01", "57P02", "57P03"})
"""admin_shutdown, crash_shutdown, cannot_connect_now: the connection is about to close."""
_UNIQUE_VIOLATION = "23505"
_NO_CONNECTION = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Stalled(Exception):
    """The server did not respond to a statement in time: neither the connection nor its transaction is usable."""


class Connections:
    """WRITERS connections of an engine's pool, kept once opened; used within a greenlet of SQLAlchemy's."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.sync_engine
        self._places = asyncio.Semaphore(WRITERS)
        # The one used last is taken first: it has the statements prepared.
        self._free: list[PoolProxiedConnection] = []

    def take(self) -> PoolProxiedConnection:
        """Wait for a connection; raises StorageUnavailable."""
        await_only(self._places.acquire())
        try:
            while self._free:
                connection = self._free.pop()
                driver: Any = connection.driver_connection
                if not driver.is_closed():
                    return connection
                connection.invalidate()
                connection.close()
            return self._engine.raw_connection()
        except BaseException as error:
            self._places.release()
            if isinstance(error, _NO_CONNECTION):
                raise StorageUnavailable(type(error).__name__) from error
            raise

    def give_back(self, connection: PoolProxiedConnection) -> None:
        """Keep the connection for the next statement."""
        try:
            if connection.is_valid:
                self._free.append(connection)
            else:
                connection.close()
        finally:
            self._places.release()

    def close(self) -> None:
        """Return the free connections to the pool."""
        while self._free:
            self._free.pop().close()


class DriverCursor:
    """A cursor on a driver's connection."""

    rowcount = -1

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._rows: Sequence[Any] = ()

    def execute(self, operation: str, parameters: Sequence[Any] = (), /) -> None:
        self._rows = answered(self._driver.fetch(operation, *parameters))

    def executemany(self, operation: str, parameters: Sequence[Sequence[Any]], /) -> None:
        answered(self._driver.executemany(operation, parameters))

    def fetchall(self) -> Sequence[Any]:
        return self._rows


def answered(asked: Awaitable[Any]) -> Any:
    """Wait for the driver; raises Stalled on its timeout, to tell it from a TimeoutError of the function itself."""
    try:
        return await_only(asked)
    except TimeoutError as error:
        raise Stalled from error


def is_of_driver(error: BaseException) -> bool:
    """Whether the driver raised an error, not the transaction function itself; sockets fail with OSError."""
    return isinstance(error, OSError) or type(error).__module__.startswith("asyncpg")


def is_lost(error: BaseException, driver: Any) -> bool:
    """Whether a connection cannot be used any more after an error."""
    return isinstance(error, Stalled) or driver.is_closed() or _state_of(error) in _ENDED


def _state_of(error: BaseException) -> str | None:
    """Return the SQLSTATE of a driver's error."""
    state = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else None


def meaning_of(error: BaseException) -> BaseException:
    """Return the error to raise while the connection is usable; an error of the function itself is left as it is."""
    if isinstance(error, Stalled):
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
