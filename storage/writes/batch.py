"""Writes collected while a transaction function runs, sent together when it returns.

SQLite runs one prepared statement for each kind of write, PostgreSQL one statement in all: the rows travel as JSON and
data-modifying common table expressions write them to their tables, so that a command costs one round trip.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import orjson
from sqlalchemy import BigInteger, Integer, Table


class Conflict(Exception):
    """A guarded row had changed since it was read."""


class Cursor(Protocol):
    """The part of a cursor that both drivers share."""

    @property
    def rowcount(self) -> Any: ...
    def execute(self, operation: str, parameters: Any = ..., /) -> Any: ...
    def executemany(self, operation: str, parameters: Any, /) -> Any: ...
    def fetchall(self) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """One kind of write to one table: made once, and compared by identity.

    `verb` is insert, upsert, update, delete or check (which writes nothing); `keys` find the row (they and `guard` are
    compared, `guard` under the name `guard_<column>` with what was read before); `columns` are written. With a guard
    every row must be found. `stays_alone` is true when the keys do not tell which rows are touched.
    """

    verb: str
    table: str
    columns: tuple[str, ...]
    keys: tuple[str, ...] = ()
    guard: str | None = None
    stays_alone: bool = False


def insert(table: Table, *, without: tuple[str, ...] = ()) -> Write:
    """Return the write that inserts whole rows (without the columns that the database fills)."""
    keys = tuple(c.name for c in table.primary_key if c.name not in without)
    return Write("insert", table.name, tuple(c.name for c in table.columns if c.name not in without), keys)


def upsert(table: Table) -> Write:
    """Return the write that inserts whole rows, or replaces those with the same primary key."""
    keys = tuple(c.name for c in table.primary_key)
    return Write("upsert", table.name, tuple(c.name for c in table.columns), keys)


def update(table: Table, *columns: str, guard: str | None = None) -> Write:
    """Return the write of some columns by primary key; with a *guard*, all rows must be as they were read."""
    return Write("update", table.name, columns, tuple(c.name for c in table.primary_key), guard)


def delete(table: Table, *keys: str, guard: str | None = None) -> Write:
    """Return the write that deletes rows by *keys*; with a *guard*, all of them must exist as they were read."""
    stays_alone = keys[0] != table.primary_key.columns[0].name
    return Write("delete", table.name, (), keys, guard, stays_alone=stays_alone)


def check(table: Table, guard: str) -> Write:
    """Return the write that writes nothing, but fails the whole batch unless its rows are as they were read."""
    return Write("check", table.name, (), tuple(c.name for c in table.primary_key), guard)


@dataclass(slots=True)
class Batch:
    """The writes of one transaction function, by kind, in the order in which the kinds were first added.

    `others` are statements with their arguments that cannot travel as JSON; they come last.
    """

    rows: dict[Write, list[Mapping[str, Any]]] = field(default_factory=dict)
    others: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)
    _upserted: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _touched: dict[tuple[str, Any], tuple[Write, Mapping[str, Any]]] = field(default_factory=dict)
    _is_alone: bool = False

    def add(self, write: Write, row: Mapping[str, Any]) -> None:
        """Add one row; of several upserts of one key the last one counts."""
        rows = self.rows.setdefault(write, [])
        if write.verb == "upsert":
            # PostgreSQL refuses to touch a row twice in one statement.
            place = self._upserted.setdefault((write, *(row[key] for key in write.keys)), len(rows))
            rows[place : place + 1] = [row]
        else:
            rows.append(row)

    @property
    def size(self) -> int:
        """Return the number of rows."""
        return sum(map(len, self.rows.values()))

    def join(self, later: "Batch") -> bool:
        """Add the writes of a later function, to be sent together; False when they touch the same rows.

        An update may follow one that is here already when it was made from what that one writes. Nothing may have been
        added to this batch in another way.
        """
        if self.rows and (self._is_alone or any(write.stays_alone for write in later.rows)):
            return False
        touched = {
            (write.table, row[write.keys[0]]): (write, row)
            for write, rows in later.rows.items()
            if write.keys
            for row in rows
        }
        both = self._touched.keys() & touched.keys()
        if not all(_follows(self._touched[at], touched[at]) for at in both):
            return False
        for write, rows in later.rows.items():
            self.rows.setdefault(write, []).extend(rows)
        for at in both:
            (write, earlier), (_, row) = self._touched[at], touched[at]
            guard = f"guard_{write.guard}"
            touched[at] = write, {**row, guard: earlier[guard]}
            self.rows[write] = [other for other in self.rows[write] if other is not earlier and other is not row]
            self.rows[write].append(touched[at][1])
        self._touched |= touched
        self._is_alone = any(write.stays_alone for write in later.rows)
        return True

    def send_to_sqlite(self, cursor: Cursor) -> None:
        """Run the writes one kind after the other; raises Conflict. Checks hold: nobody else writes meanwhile."""
        for write, rows in self.rows.items():
            if write.verb == "check":
                continue
            sql, names = _sqlite(write)
            if len(rows) == 1:
                cursor.execute(sql, [rows[0][name] for name in names])
            else:
                cursor.executemany(sql, [[row[name] for name in names] for row in rows])
            if write.guard is not None and cursor.rowcount != len(rows):
                raise Conflict
        for other, arguments in self.others:
            cursor.execute(other, arguments)

    def send_to_postgresql(self, cursor: Cursor, types: Mapping[str, Table]) -> None:
        """Run all writes as one statement (and the others each by itself); raises Conflict, having written nothing."""
        if self.rows:
            # In one order and with one limit: there are few statements, and the server has most of them planned.
            kinds = tuple(sorted(self.rows, key=_place_of))
            at_most = _at_most(max(map(len, self.rows.values())))
            sql = _postgresql(kinds, at_most, tuple(_columns_of(types[write.table], write) for write in kinds))
            cursor.execute(sql, tuple(orjson.dumps(self.rows[write]).decode() for write in kinds))
            if not cursor.fetchall()[0][0]:
                raise Conflict
        for other, arguments in self.others:
            cursor.execute(other, arguments)


def _follows(earlier: tuple[Write, Mapping[str, Any]], later: tuple[Write, Mapping[str, Any]]) -> bool:
    """Whether a later update was made from what the earlier one writes to the same row."""
    (write, written), (same, row) = earlier, later
    if same is not write or write.verb != "update" or write.guard is None or len(write.keys) > 1:
        return False
    return bool(row[f"guard_{write.guard}"] == written[write.guard])


def _place_of(write: Write) -> tuple[bool, str, str, tuple[str, ...], tuple[str, ...], str]:
    """Return the place of a kind of write in a statement; counters are locked first, as functions lock them."""
    return write.table != "counters", write.table, write.verb, write.columns, write.keys, write.guard or ""


def _names(write: Write) -> tuple[str, ...]:
    """Return the names of a row's values, in the order of the SQLite statement."""
    keys = () if write.verb in ("insert", "upsert") else write.keys
    guard = () if write.guard is None else (f"guard_{write.guard}",)
    return (*write.columns, *keys, *guard)


@cache
def _sqlite(write: Write) -> tuple[str, tuple[str, ...]]:
    table, columns = f'"{write.table}"', ", ".join(f'"{c}"' for c in write.columns)
    where = " AND ".join(f'"{k}" = ?' for k in write.keys)
    if write.guard is not None:
        where += f' AND "{write.guard}" = ?'
    match write.verb:
        case "insert" | "upsert":
            sql = f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' for _ in write.columns)})"
            if write.verb == "upsert":
                sql += f" ON CONFLICT ({', '.join(write.keys)}) DO UPDATE SET {_excluded(write)}"
        case "update":
            changes = ", ".join(f'"{c}" = ?' for c in write.columns)
            sql = f"UPDATE {table} SET {changes} WHERE {where}"
        case _:
            sql = f"DELETE FROM {table} WHERE {where}"
    return sql, _names(write)


def _excluded(write: Write) -> str:
    return ", ".join(f'"{c}" = excluded."{c}"' for c in write.columns if c not in write.keys)


@cache
def _columns_of(table: Table, write: Write) -> tuple[str, ...]:
    """Return the declarations of the columns of the JSON rows: `"name" type`."""
    return tuple(f'"{name}" {_type(table, name.removeprefix("guard_"))}' for name in _names(write))


def _type(table: Table, column: str) -> str:
    kind = table.columns[column].type
    if isinstance(kind, BigInteger):
        return "bigint"
    return "integer" if isinstance(kind, Integer) else "text"


def _at_most(rows: int) -> int:
    """Return the largest number of rows of each kind: a power of four, so that there are few statements."""
    return 1 << 2 * (((rows - 1).bit_length() + 1) // 2)


@cache
def _postgresql(kinds: tuple[Write, ...], at_most: int, declared: tuple[tuple[str, ...], ...]) -> str:
    """Return one statement for these kinds of writes and the largest number of rows of each.

    It first locks and compares the guarded rows, writes nothing when one has changed, and selects whether all of them
    were as they were read.
    """
    locked, steps, conditions = [], [], ["true"]
    for number, (write, columns) in enumerate(zip(kinds, declared, strict=True), start=1):
        given = f"jsonb_to_recordset(CAST(${number}::text AS jsonb)) AS given({', '.join(columns)})"
        # Without LIMIT the planner expects a hundred rows from a function, and scans a whole table for one command.
        rows = f"(SELECT * FROM {given} LIMIT {at_most}) AS r"
        if write.verb != "check":
            steps.append(f"w{number} AS ({_step(write, rows)})")
        if write.guard is not None:
            table = f'"{write.table}"'
            # In one order, or two processes that lock the same rows would wait for each other.
            in_order = ", ".join(f'{table}."{key}"' for key in write.keys)
            locked.append(
                f"g{number} AS (SELECT 1 FROM {table}, {rows} WHERE {_found(write)} "
                f"ORDER BY {in_order} FOR UPDATE OF {table})"
            )
            conditions.append(f"(SELECT count(*) FROM g{number}) = jsonb_array_length(CAST(${number}::text AS jsonb))")
    as_read = f"as_read AS MATERIALIZED (SELECT {' AND '.join(conditions)} AS holds)"
    return f"WITH {', '.join([*locked, as_read, *steps])} SELECT holds FROM as_read"


_AS_READ = "(SELECT holds FROM as_read)"


def _found(write: Write) -> str:
    """Return the condition that a table's row is the given one: equal keys, and an equal guard."""
    table = f'"{write.table}"'
    found = [f'{table}."{key}" = r."{key}"' for key in write.keys]
    if write.guard is not None:
        found.append(f'{table}."{write.guard}" = r."guard_{write.guard}"')
    return " AND ".join(found)


def _step(write: Write, rows: str) -> str:
    table, columns = f'"{write.table}"', ", ".join(f'"{c}"' for c in write.columns)
    match write.verb:
        case "insert":
            return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {rows} WHERE {_AS_READ}"
        case "upsert":
            return (
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {rows} WHERE {_AS_READ} "
                f"ON CONFLICT ({', '.join(write.keys)}) DO UPDATE SET {_excluded(write)}"
            )
        case "update":
            changes = ", ".join(f'"{c}" = r."{c}"' for c in write.columns)
            return f"UPDATE {table} SET {changes} FROM {rows} WHERE {_found(write)} AND {_AS_READ}"
        case _:
            return f"DELETE FROM {table} USING {rows} WHERE {_found(write)} AND {_AS_READ}"
