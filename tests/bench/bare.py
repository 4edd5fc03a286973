"""The same rows by hand: what a command would write, written with the bare driver, one commit each."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg

from storage.database import Database
from storage.writes.batch import Batch, Write
from storage.writes.unit_of_work import SqlUnitOfWork
from workflows.ports.unit_of_work import UnitOfWork

CONNECTIONS = 10
"""As many as pay on few cores: more of them only wait for each other."""

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Script:
    """Everything one command writes: statements with their rows, in order; `changed` counts the rows."""

    steps: tuple[tuple[Write, Rows], ...]


@dataclass(frozen=True, slots=True)
class Timing:
    """How long everything took, each transaction, and the processor time of this process, in seconds."""

    total: float
    cpu: float
    each: Sequence[float]


class _Rehearsed(Exception):
    """Carries out of a transaction what it would have written; the transaction writes nothing."""

    def __init__(self, result: Any, batch: Batch) -> None:
        super().__init__()
        self.result, self.batch = result, batch


class Rehearsal:
    """A Storage that runs transaction functions on the database, notes what they would write, and writes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.scripts: list[Script] = []

    async def transact(self, work: Callable[[UnitOfWork], Any]) -> Any:
        """Run *work* and keep its writes as a script."""

        def rehearse(unit: UnitOfWork) -> None:
            assert isinstance(unit, SqlUnitOfWork)
            raise _Rehearsed(work(unit), unit.finish())

        try:
            await self._database.transact(rehearse)
        except _Rehearsed as rehearsed:
            self.scripts.append(_script(rehearsed.batch.rows))
            return rehearsed.result
        raise AssertionError("a rehearsal always ends with its exception")


def _script(rows: Mapping[Write, Sequence[Mapping[str, Any]]]) -> Script:
    written = ((write, of_kind) for write, of_kind in rows.items() if write.verb != "check")
    return Script(tuple((write, [_values(write, row) for row in of_kind]) for write, of_kind in written))


def _values(write: Write, row: Mapping[str, Any]) -> tuple[Any, ...]:
    if write.verb in ("insert", "upsert"):
        return tuple(row[column] for column in write.columns)
    return tuple(row[name] for name in (*write.columns, *_conditions(write)))


def _conditions(write: Write) -> dict[str, str]:
    """Return the columns that find a row, by the name of the value they are compared with."""
    found = {key: key for key in write.keys}
    return found if write.guard is None else found | {f"guard_{write.guard}": write.guard}


def sql_of(write: Write, placeholder: Callable[[int], str]) -> str:
    """Write the statement as one would by hand; *placeholder* spells the n-th argument, from 1."""
    columns = ", ".join(f'"{column}"' for column in write.columns)
    if write.verb in ("insert", "upsert"):
        values = ", ".join(placeholder(n) for n, _ in enumerate(write.columns, 1))
        changes = ", ".join(f'"{c}" = excluded."{c}"' for c in write.columns if c not in write.keys)
        conflict = f" ON CONFLICT ({', '.join(write.keys)}) DO UPDATE SET {changes}" if write.verb == "upsert" else ""
        return f"INSERT INTO {write.table} ({columns}) VALUES ({values}){conflict}"
    found = enumerate(_conditions(write).values(), 1 + len(write.columns))
    where = " AND ".join(f'"{column}" = {placeholder(n)}' for n, column in found)
    if write.verb == "delete":
        return f"DELETE FROM {write.table} WHERE {where}"
    changes = ", ".join(f'"{column}" = {placeholder(n)}' for n, column in enumerate(write.columns, 1))
    return f"UPDATE {write.table} SET {changes} WHERE {where}"


async def write_by_hand(url: str, scripts: Sequence[Script], people: int) -> Timing:
    """Write the scripts, *people* of them in flight; SQLite takes one after the other, on one thread."""
    if url.startswith("sqlite"):
        return await asyncio.to_thread(_write_sqlite, url.partition("///")[2], scripts)
    return await _write_postgresql(url, scripts, min(people, CONNECTIONS))


def _write_sqlite(path: str, scripts: Sequence[Script]) -> Timing:
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    try:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        plans = [[(sql_of(write, lambda _: "?"), rows) for write, rows in script.steps] for script in scripts]
        each, began, cpu = [], time.perf_counter(), time.process_time()
        for plan in plans:
            start = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            for sql, rows in plan:
                if len(rows) == 1:
                    connection.execute(sql, rows[0])
                else:
                    connection.executemany(sql, rows)
            connection.execute("COMMIT")
            each.append(time.perf_counter() - start)
        return Timing(time.perf_counter() - began, time.process_time() - cpu, each)
    finally:
        connection.close()


async def _write_postgresql(url: str, scripts: Sequence[Script], count: int) -> Timing:
    plans = iter([[(sql_of(write, lambda n: f"${n}"), rows) for write, rows in script.steps] for script in scripts])
    connections = [await connect(url) for _ in range(count)]
    each: list[float] = []
    try:
        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(_write_on(connection, plans, each) for connection in connections))
        return Timing(time.perf_counter() - began, time.process_time() - cpu, each)
    finally:
        for connection in connections:
            await connection.close()


async def _write_on(connection: asyncpg.Connection, plans: Iterator[list[tuple[str, Rows]]], each: list[float]) -> None:
    for plan in plans:
        start = time.perf_counter()
        async with connection.transaction():
            for sql, rows in plan:
                if len(rows) == 1:
                    await connection.execute(sql, *rows[0])
                else:
                    await connection.executemany(sql, rows)
        each.append(time.perf_counter() - start)


async def connect(url: str) -> asyncpg.Connection:
    """Open a connection of the bare driver to an address as DATABASE_URL spells it."""
    parts = urlsplit(url)
    [host] = parse_qs(parts.query)["host"]
    return await asyncpg.connect(host=host, user="postgres", database=parts.path.removeprefix("/"))
