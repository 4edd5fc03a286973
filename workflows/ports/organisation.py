"""What is stored of the organisation: every change of it, and the register as its file last described it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from workflows.domain.ids import PersonId
from workflows.domain.organising.changes import Change
from workflows.domain.organising.register import Attributes, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChange:
    """A change as it is kept: its place among all of them (from 1), when, by whom (None: the file), and why."""

    number: int
    at: datetime
    by: PersonId | None
    why: str
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """People and departments as the file of the company had them when it was last read."""

    people: Mapping[str, Attributes]
    departments: Mapping[str, Attributes]


class OrganisationWrites(Protocol):
    """The part of a unit of work about the organisation."""

    def organisation_revision(self) -> int:
        """Return the number of the last change; nobody else adds one unnoticed until the transaction ends."""
        ...

    def add_organisation_changes(
        self, changes: Iterable[Change], now: datetime, *, by: PersonId | None, why: str
    ) -> None:
        """Keep changes of the organisation, made at once."""
        ...

    def keep_organisation_file(self, state: FileState, now: datetime) -> None:
        """Store what the file of the company describes now."""
        ...


class OrganisationQueries(Protocol):
    """The part of the read side about the organisation."""

    async def organisation_changes(self, after: int = 0) -> Sequence[KeptChange]:
        """Return the changes made after that of a number, in their order."""
        ...

    async def organisation_changes_of(self, subject: Subject, name: str) -> Sequence[KeptChange]:
        """Return the changes of one person or department, in their order."""
        ...

    async def organisation_file(self) -> FileState | None:
        """Return what the file of the company described when it was last read; None before it was."""
        ...
