"""Notes in a table of their own."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from sqlalchemy import bindparam, select

from storage.database import Database
from storage.reads.reading import SqlReader
from storage.rows import tables as t
from storage.rows.mapping import from_json, to_json, to_moment
from storage.writes import statements
from storage.writes.unit_of_work import SqlUnitOfWork
from workflows.ports.notes import Json


class SqlNotes(SqlReader):
    """Implements `workflows.ports.notes.Notes`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine)
        self._database = database

    async def read(self, key: str) -> Json:
        row = await self._first(_NOTE, key=key)
        note: Json = None if row is None else from_json(row[0])
        return note

    async def keep(self, key: str, value: Json, now: datetime) -> None:
        row = {"key": key, "value": to_json(value), "kept_at": to_moment(now)}
        await self._write(lambda unit: unit.batch.add(statements.NOTE, row))

    async def drop(self, key: str) -> None:
        await self._write(lambda unit: unit.batch.add(statements.DROP_NOTE, {"key": key}))

    async def _write(self, work: Callable[[SqlUnitOfWork], None]) -> None:
        # Notes are not part of the core's unit of work.
        await self._database.transact(lambda unit: work(cast(SqlUnitOfWork, unit)))


_NOTE = select(t.notes.c.value).where(t.notes.c.key == bindparam("key"))
