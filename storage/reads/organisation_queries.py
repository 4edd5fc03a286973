"""The part of the read side about the organisation."""

from collections.abc import Sequence

from sqlalchemy import select

from storage.reads.reading import SqlReader
from storage.rows import organisation_tables as o
from storage.rows import tables as t
from storage.rows.organisation_mapping import FILE_NOTE, read_change, read_file
from workflows.domain.organising.register import Subject
from workflows.ports.organisation import FileState, KeptChange


class SqlOrganisationQueries(SqlReader):
    """Implements `workflows.ports.organisation.OrganisationQueries`."""

    async def organisation_changes(self, after: int = 0) -> Sequence[KeptChange]:
        c = o.organisation_changes.c
        rows = await self._rows(select(*o.organisation_changes.columns).where(c.number > after).order_by(c.number))
        return [read_change(row) for row in rows]

    async def organisation_changes_of(self, subject: Subject, name: str) -> Sequence[KeptChange]:
        c = o.organisation_changes.c
        of = (c.subject == subject.value, c.subject_id == name)
        rows = await self._rows(select(*o.organisation_changes.columns).where(*of).order_by(c.number))
        return [read_change(row) for row in rows]

    async def organisation_file(self) -> FileState | None:
        row = await self._first(select(t.notes.c.value).where(t.notes.c.key == FILE_NOTE))
        return None if row is None else read_file(row[0])
