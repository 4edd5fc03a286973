"""Transactions on PostgreSQL: each function runs on a pooled connection through `AsyncConnection.run_sync`."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import asyncpg
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.batch import Conflict
from storage.statements import Statements
from storage.tables import metadata
from storage.unit_of_work import SqlUnitOfWork
from workflows.ports.unit_of_work import AlreadyReceived, StorageUnavailable, UnitOfWork

MAX_REPLAYS = 5
CONNECTIONS = 8

_REPLAYED = frozenset({"40001", "40P01"})
"""serialization_failure, deadlock_detected: PostgreSQL asks to try the transaction again."""
_ENDED = frozenset({"57P01", "57P02", "57P03"})
"""admin_shutdown, crash_shutdown, cannot_connect_now: the connection is about to close."""
_UNIQUE_VIOLATION = "23505"


class _ConnectionLost(Exception):
    """The connection broke before the commit was sent: surely nothing was written."""


class PostgresWriter:
    """Runs transaction functions, at most CONNECTIONS at a time so that reads find connections too."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turns = asyncio.Semaphore(CONNECTIONS)
        self._statements = Statements(engine.dialect)
        self._tables: Mapping[str, Table] = metadata.tables

    async def transact(self, work: Callable[[UnitOfWork], Any]) -> Any:
        """Run one transaction function; see `Storage.transact`."""
        async with self._turns:
            for _ in range(MAX_REPLAYS):
                try:
                    return await self._attempt(work)
                except (Conflict, _ConnectionLost) as error:
                    reason = type(error).__name__
        raise StorageUnavailable(f"replayed too often: {reason}")

    async def _attempt(self, work: Callable[[UnitOfWork], Any]) -> Any:
        is_connected = False
        try:
            async with self._engine.connect() as connection:
                is_connected = True
                return await connection.run_sync(self._run, work)
        except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if is_connected:
                raise
            raise StorageUnavailable(type(error).__name__) from error

    def _run(self, connection: Connection, work: Callable[[UnitOfWork], Any]) -> Any:
        dbapi: Any = connection.connection.dbapi_connection
        cursor, is_committing = dbapi.cursor(), False
        try:
            unit = SqlUnitOfWork(cursor, self._statements)
            result = work(unit)
            unit.finish().send_to_postgresql(cursor, self._tables)
            is_committing = True
            dbapi.commit()
        except BaseException as error:
            is_lost = dbapi.driver_connection.is_closed() or _state_of(error) in _ENDED
            if is_lost:
                connection.invalidate(error)
            else:
                dbapi.rollback()
            if is_lost and _is_of_driver(error):
                if is_committing:
                    raise StorageUnavailable("the connection broke while committing") from error
                raise _ConnectionLost from error
            meaning = _meaning(error)
            if meaning is error:
                raise
            raise meaning from error
        finally:
            cursor.close()
        return result


def _is_of_driver(error: BaseException) -> bool:
    """Tell a lost connection from what a function raised itself; sockets fail with OSError."""
    return isinstance(error, OSError) or type(error).__module__.startswith(("sqlalchemy", "asyncpg"))


def _state_of(error: BaseException) -> str | None:
    """Answer the SQLSTATE of a driver's error, looking through what SQLAlchemy wraps around it."""
    inner = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    state = getattr(inner, "sqlstate", None)
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
