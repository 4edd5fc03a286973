"""The part of the unit of work about the organisation."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from storage.rows import organisation_tables as o
from storage.rows.organisation_mapping import change_row, file_note
from storage.writes import batch, statements
from storage.writes.batch import Batch
from workflows.domain.ids import PersonId
from workflows.domain.organising.changes import Change
from workflows.ports.organisation import FileState

CHANGE = batch.insert(o.organisation_changes)
COUNTER = "organisation"


class _Unit(Protocol):
    """What this part needs of the unit of work."""

    batch: Batch

    def _next(self, counter: str) -> int: ...
    def _last(self, counter: str) -> int: ...


class SqlOrganisationWrites:
    """Implements `workflows.ports.organisation.OrganisationWrites`."""

    def organisation_revision(self: _Unit) -> int:
        return self._last(COUNTER)

    def add_organisation_changes(
        self: _Unit, changes: Iterable[Change], now: datetime, *, by: PersonId | None, why: str
    ) -> None:
        for change in changes:
            self.batch.add(CHANGE, change_row(self._next(COUNTER), change, now, by, why))

    def keep_organisation_file(self: _Unit, state: FileState, now: datetime) -> None:
        self.batch.add(statements.NOTE, file_note(state, now))
