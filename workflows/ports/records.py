"""What is stored of records, and how they are read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from workflows.domain.clients import Recorded
from workflows.domain.ids import CaseId, FieldName, KindId, PersonId, RecordId
from workflows.domain.records import Record, RecordChange, RecordKind


class RecordWrites(Protocol):
    """The part of a transaction about records."""

    def records_like(self, kind: RecordKind, name: str, inn: str | None) -> Sequence[Recorded[Record]]:
        """Return the records among which `workflows.domain.clients.recognised` chooses: of that name or that INN."""
        ...

    def record(self, kind: RecordKind, record_id: RecordId) -> Record | None:
        """Read a record of a kind; nobody else can change it unnoticed until the transaction ends. None without one."""
        ...

    def add_record(
        self, kind: RecordKind, name: str, now: datetime, *, key: str | None = None, owner: PersonId | None = None
    ) -> Record:
        """Add a record, with a number where the kind has them.

        *key* is that of the name unless another record of the kind has it (`clients.new_key_of`).
        """
        ...

    def update_record(
        self,
        kind: RecordKind,
        record_id: RecordId,
        values: Mapping[FieldName, object],
        now: datetime,
        *,
        by: PersonId | None = None,
        case_id: CaseId | None = None,
    ) -> None:
        """Change some fields of a record, None empties one; the change of a record that was there is recorded."""
        ...

    def retire_record(
        self,
        kind: RecordKind,
        record_id: RecordId,
        now: datetime,
        *,
        by: PersonId | None = None,
        into: RecordId | None = None,
    ) -> None:
        """Offer a record no more, and let another one (*into*) stand for it where there is one; its cases keep it."""
        ...

    def link_records(self, case_id: CaseId, records: Iterable[RecordId], now: datetime) -> None:
        """Store that a case is about records, besides its client."""
        ...


class RecordQueries(Protocol):
    """The read side of records."""

    async def records(self, kind: KindId | None, words: str, limit: int) -> Sequence[Record]:
        """Return records (of a kind, or of any) by parts of what is searched, in alphabetical order; all for no words.

        When nothing has these words, those that have similar ones: a letter wrong, left out or too many in each.
        """
        ...

    async def records_like(self, kind: KindId, name: str, inn: str | None) -> Sequence[Recorded[Record]]:
        """Return the records among which `workflows.domain.clients.recognised` chooses: of that name or that INN."""
        ...

    async def records_with(self, kind: KindId, keys: Iterable[tuple[str, str]], limit: int) -> Sequence[Record]:
        """Return the records that have one of these keys (`records.Index.keys`), the oldest first."""
        ...

    async def record(self, record_id: RecordId) -> Record | None:
        """Return a record of the base."""
        ...

    async def record_numbered(self, number: str) -> Record | None:
        """Return the record of a number."""
        ...

    async def record_changes(self, record_id: RecordId, limit: int) -> Sequence[RecordChange]:
        """Return what was changed of a record, the latest first."""
        ...

    async def cases_of_record(self, record_id: RecordId, limit: int) -> Sequence[CaseId]:
        """Return the cases about a record, the latest first."""
        ...
