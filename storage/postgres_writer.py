"""Transactions on PostgreSQL: each function runs on a pooled connection through `AsyncConnection.run_sync`."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

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
_UNIQUE_VIOLATION = "23505"


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
            for attempt in range(1, MAX_REPLAYS + 1):
                try:
                    return await self._attempt(work)
                except Conflict:
                    if attempt == MAX_REPLAYS:
                        raise StorageUnavailable("too many conflicts") from None
        raise AssertionError("unreachable")

    async def _attempt(self, work: Callable[[UnitOfWork], Any]) -> Any:
        try:
            async with self._engine.connect() as connection:
                return await connection.run_sync(self._run, work)
        except (Conflict, AlreadyReceived):
            raise
        except (OSError, SQLAlchemyError, TimeoutError) as error:
            raise _meaning(error) from error
        except Exception as error:
            if _is_of_driver(error):
                raise _meaning(error) from error
            raise

    def _run(self, connection: Connection, work: Callable[[UnitOfWork], Any]) -> Any:
        dbapi: Any = connection.connection.dbapi_connection
        cursor = dbapi.cursor()
        try:
            unit = SqlUnitOfWork(cursor, self._statements)
            result = work(unit)
            unit.finish().send_to_postgresql(cursor, self._tables)
            dbapi.commit()
        except BaseException as error:
            if _is_of_driver(error) and _state_of(error) is None:
                connection.invalidate()
            else:
                dbapi.rollback()
            raise
        finally:
            cursor.close()
        return result


def _is_of_driver(error: BaseException) -> bool:
    return _state_of(error) is not None or type(error).__module__.startswith(("sqlalchemy", "asyncpg"))


def _state_of(error: BaseException) -> str | None:
    """Answer the SQLSTATE of a driver's error, looking through what SQLAlchemy wraps around it."""
    inner = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    state = getattr(inner, "sqlstate", None)
    return state if isinstance(state, str) else None


def _meaning(error: Exception) -> Exception:
    state = _state_of(error)
    if state == _UNIQUE_VIOLATION:
        return AlreadyReceived() if "received_updates" in str(error) else Conflict()
    if state in _REPLAYED:
        return Conflict()
    if state is None or state[:2] in {"08", "53", "57", "58"}:
        return StorageUnavailable(type(error).__name__)
    return error
