"""The database of one process: opened, used for transactions and reads, closed."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.engines.sqlite_writer import BUSY_SECONDS, SqliteWriter
from workflows.ports.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from storage.engines.postgres_writer import PostgresWriter

    Writer = SqliteWriter | PostgresWriter

T = TypeVar("T")

READERS = 4
CONNECT_SECONDS = 5
COMMAND_SECONDS = 30
"""The timeout of a statement: a server that hangs would otherwise keep people waiting for ever."""


class Database:
    """Implements `workflows.ports.unit_of_work.Storage`; `engine` is for reads.

    *url* is `sqlite+aiosqlite:///path` or `postgresql+asyncpg://...`; the tables must exist
    (`storage.migrations.upgrade`).
    """

    def __init__(self, url: str, *, command_seconds: float = COMMAND_SECONDS) -> None:
        address = make_url(url)
        self._writer: Writer
        if address.get_backend_name() == "sqlite":
            self._writer = SqliteWriter(Path(address.database or ""))
            self.engine = _reading_sqlite(url)
        else:
            # The driver takes a tenth of a second to import, which SQLite does not need.
            from storage.engines.postgres_connections import WRITERS
            from storage.engines.postgres_writer import PostgresWriter

            self.engine = _postgres(url, connections=WRITERS + READERS, command_seconds=command_seconds)
            self._writer = PostgresWriter(self.engine)

    async def __aenter__(self) -> Self:
        if isinstance(self._writer, SqliteWriter):
            self._writer.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._writer.close()
        await self.engine.dispose()

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run one transaction function; see `Storage.transact`."""
        result: T = await self._writer.transact(work)
        return result


def _postgres(url: str, *, connections: int, command_seconds: float) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        pool_timeout=5,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": command_seconds,
            # The statement of a transaction's writes may be long.
            "max_cacheable_statement_size": 0,
        },
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def replace_stale(connection: Any, _record: Any, _proxy: Any) -> None:
        # After a restart of the server every pooled connection is closed, which the driver knows without a round trip.
        if connection.driver_connection.is_closed():
            raise InvalidatePoolError

    return engine


def _reading_sqlite(url: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=READERS,
        max_overflow=0,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        connect_args={"timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    return engine
