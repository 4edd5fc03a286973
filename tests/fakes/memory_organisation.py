"""Changes of the organisation in a list."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from workflows.domain.ids import PersonId
from workflows.domain.organising.changes import Change
from workflows.domain.organising.register import Subject
from workflows.ports.organisation import FileState, KeptChange


@dataclass(slots=True, kw_only=True)
class OrganisationRows:
    """What is stored of the organisation."""

    changes: list[KeptChange] = field(default_factory=list)
    file: FileState | None = None


class _Rows(Protocol):
    organisation: OrganisationRows


class _Unit(Protocol):
    _writes: list[Callable[[], None]]

    @property
    def _rows(self) -> _Rows: ...


class MemoryOrganisationWrites:
    """Implements `workflows.ports.organisation.OrganisationWrites`."""

    def organisation_revision(self: _Unit) -> int:
        return len(self._rows.organisation.changes)

    def add_organisation_changes(
        self: _Unit, changes: Iterable[Change], now: datetime, *, by: PersonId | None, why: str
    ) -> None:
        kept, made = self._rows.organisation.changes, tuple(changes)

        def write() -> None:
            for change in made:
                kept.append(KeptChange(number=len(kept) + 1, at=now, by=by, why=why, change=change))

        self._writes.append(write)

    def keep_organisation_file(self: _Unit, state: FileState, now: datetime) -> None:
        def write() -> None:
            self._rows.organisation.file = state

        self._writes.append(write)


class MemoryOrganisationQueries:
    """Implements `workflows.ports.organisation.OrganisationQueries`."""

    def _organisation(self) -> OrganisationRows:
        raise NotImplementedError

    async def organisation_changes(self, after: int = 0) -> Sequence[KeptChange]:
        return tuple(self._organisation().changes[after:])

    async def organisation_changes_of(self, subject: Subject, name: str) -> Sequence[KeptChange]:
        return [
            kept for kept in self._organisation().changes if kept.change.subject is subject and kept.change.id == name
        ]

    async def organisation_file(self) -> FileState | None:
        return self._organisation().file
