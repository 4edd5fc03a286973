"""One writer for SQLite: a thread runs the waiting transaction functions and commits them together.

SQLite allows one connection to write at a time; several would only wait for each other's locks. One commit for many
functions shares the cost of making it durable. A function that raises has sent nothing, so the others go on; after any
other error the whole group is rolled back and retried one by one. When another process holds the lock for longer than
the busy time, the whole group fails with StorageUnavailable at once: one by one each would wait for the lock again.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from storage.writes.batch import Conflict
from storage.writes.known_cases import KnownCases, ReadCase
from storage.writes.statements import Statements
from storage.writes.unit_of_work import SqlUnitOfWork
from workflows.domain.ids import CaseId
from workflows.ports.unit_of_work import AlreadyReceived, StorageUnavailable, UnitOfWork

MAX_GROUP = 64
BUSY_SECONDS = 5.0

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
)


@dataclass(slots=True)
class _Job:
    """A transaction function that waits for its turn, and its result or error."""

    work: Callable[[UnitOfWork], Any]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = field(default=None)


@cache
def _statements() -> Statements:
    """Return the statements, compiled once: they do not depend on the file."""
    return Statements(SQLiteDialect_pysqlite())


class SqliteWriter:
    """Runs transaction functions on one thread; *open* before use, *close* when done."""

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS) -> None:
        self._path = path
        self._busy_seconds = busy_seconds
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._statements = _statements()
        self._known = KnownCases()
        self._data_version: int | None = None

    def open(self) -> None:
        """Start the thread; raises StorageUnavailable when the file cannot be opened."""
        try:
            connection = self._connect()
        except sqlite3.Error as error:
            raise StorageUnavailable(str(error)) from error
        self._thread = threading.Thread(target=self._run, args=(connection,), name="sqlite-writer", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        """Run the waiting functions, then stop the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
            await asyncio.to_thread(thread.join)

    async def transact(self, work: Callable[[UnitOfWork], Any]) -> Any:
        """Run one transaction function; see `Storage.transact`."""
        if self._thread is None:
            raise StorageUnavailable("the database is closed")
        loop = asyncio.get_running_loop()
        job = _Job(work, loop, loop.create_future())
        self._jobs.put(job)
        return await job.done

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=self._busy_seconds,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            for pragma in PRAGMAS:
                connection.execute(pragma)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _run(self, connection: sqlite3.Connection) -> None:
        cursor = connection.cursor()
        while (first := self._jobs.get()) is not None:
            group = [first]
            stop = False
            while len(group) < MAX_GROUP:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    stop = True
                    break
                group.append(job)
            self._commit_together(cursor, group)
            _answer(group)
            if stop:
                break
        connection.close()

    def _commit_together(self, cursor: sqlite3.Cursor, group: Sequence[_Job]) -> None:
        try:
            cursor.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            for job in group:
                job.error = StorageUnavailable(str(error))
            return
        try:
            self._forget_what_others_changed(cursor)
            saved: dict[CaseId, ReadCase] = {}
            for job in group:
                self._run_one(cursor, job, saved)
            cursor.execute("COMMIT")
            self._known.leave(saved)
        except Exception as error:
            _roll_back(cursor)
            if len(group) == 1:
                group[0].error = _meaning(error)
                return
            for job in group:
                job.error = job.result = None
                self._commit_together(cursor, [job])

    def _forget_what_others_changed(self, cursor: sqlite3.Cursor) -> None:
        """Drop the known cases when another connection has written, which SQLite reports as its data version."""
        cursor.execute("PRAGMA data_version")
        version: int = cursor.fetchall()[0][0]
        if version != self._data_version:
            self._known.forget_all()
            self._data_version = version

    def _run_one(self, cursor: sqlite3.Cursor, job: _Job, saved: dict[CaseId, ReadCase]) -> None:
        unit = SqlUnitOfWork(
            cursor, self._statements, known_case=lambda case_id: saved.get(case_id) or self._known.get(case_id)
        )
        try:
            job.result = job.work(unit)
        except (sqlite3.Error, Conflict):
            raise
        except StopIteration as error:
            # A future cannot carry StopIteration: raised in a coroutine it would end the caller as if all were well.
            job.error = RuntimeError("a transaction function raised StopIteration")
            job.error.__cause__ = error
            return
        except Exception as error:
            job.error = error
            return
        unit.finish().send_to_sqlite(cursor)
        saved.update(unit.saved)


def _meaning(error: Exception) -> Exception:
    """Return the error to raise to the caller of the only function that was running."""
    match error:
        case sqlite3.IntegrityError() if "received_updates" in str(error):
            return AlreadyReceived()
        case sqlite3.IntegrityError() | sqlite3.ProgrammingError():
            return error
        case sqlite3.Error() | Conflict():
            return StorageUnavailable(str(error))
    return error


def _roll_back(cursor: sqlite3.Cursor) -> None:
    if cursor.connection.in_transaction:
        cursor.execute("ROLLBACK")


def _answer(group: Sequence[_Job]) -> None:
    """Set the results of a group, with one call for each event loop."""
    loops = {job.loop for job in group}
    for loop in loops:
        jobs = [job for job in group if job.loop is loop]
        with suppress(RuntimeError):  # the loop is closed: nobody waits there
            loop.call_soon_threadsafe(_set_results, jobs)


def _set_results(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        if job.done.cancelled():
            continue
        if job.error is not None:
            job.done.set_exception(job.error)
        else:
            job.done.set_result(job.result)
