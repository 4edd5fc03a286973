"""Reads through the async engine: one statement at a time, each of which sees one moment."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Row, Select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from workflows.ports.unit_of_work import StorageUnavailable

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]
T = TypeVar("T")

READINGS = 3


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a connection for reads; raises StorageUnavailable when the database cannot be reached or fails."""
    try:
        async with engine.connect() as connection:
            yield connection
    except (OSError, TimeoutError, SQLAlchemyError) as error:
        raise StorageUnavailable(type(error).__name__) from error
    except Exception as error:
        if type(error).__module__.startswith("asyncpg"):
            raise StorageUnavailable(type(error).__name__) from error
        raise


async def read(engine: AsyncEngine, ask: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """Return what *ask* reads; retries, which is safe for reads, when the connection had been lost unnoticed."""
    for _ in range(READINGS):
        try:
            async with reading(engine) as connection:
                return await ask(connection)
        except StorageUnavailable as error:
            unavailable = error
            if not isinstance(error.__cause__, DBAPIError):
                break
    raise unavailable


class SqlReader:
    """The base of every part of the read side."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def _rows(self, query: AnySelect, **values: object) -> Sequence[AnyRow]:
        async def ask(connection: AsyncConnection) -> Sequence[AnyRow]:
            return (await connection.execute(query, values)).all()

        return await read(self._engine, ask)

    async def _first(self, query: AnySelect, **values: object) -> AnyRow | None:
        async def ask(connection: AsyncConnection) -> AnyRow | None:
            return (await connection.execute(query, values)).first()

        return await read(self._engine, ask)
