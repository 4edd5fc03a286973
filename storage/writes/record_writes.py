"""The part of the unit of work about records: what is changed of one is written once, when the function returns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from storage.rows.mapping import to_json, to_moment
from storage.rows.record_mapping import RECORD_COLUMNS, change_row, read_record
from storage.rows.tables import can_be_id
from storage.writes import record_statements as statements
from storage.writes.batch import Batch
from storage.writes.statement import Statement
from storage.writes.statements import Statements
from workflows.domain.clients import Recorded, key_of, possible_keys
from workflows.domain.definition import FieldType
from workflows.domain.ids import CaseId, FieldName, PersonId, RecordId
from workflows.domain.records import RETIRED, Index, Record, RecordChange, RecordKind, changed, index_of

RETIRED_AT = RECORD_COLUMNS.index("retired_at")


@dataclass(slots=True)
class Kept:
    """A record during a transaction: as it was read (None: it is new), its present state, and what it is found by."""

    kind: RecordKind
    now: Record
    row: dict[str, Any]
    read: Record | None = None
    keys: frozenset[tuple[str, str]] = frozenset()
    digits: str = ""
    folded: str = ""
    has_changed: bool = False
    retired_at: int | None = None


class _Unit(Protocol):
    """What this part needs of the unit of work."""

    batch: Batch
    _locks: bool
    _records: dict[RecordId, Kept]

    @property
    def known(self) -> Statements: ...
    def run(self, statement: Statement, **values: object) -> Sequence[Any]: ...
    def _next(self, counter: str) -> int: ...
    def _kept_record(self, kind: RecordKind, record_id: RecordId) -> Kept | None: ...
    def _change_record(self, kept: Kept, after: Record, change: RecordChange) -> None: ...


class SqlRecordWrites:
    """Implements `workflows.ports.records.RecordWrites`."""

    _records: dict[RecordId, Kept]

    def records_like(self: _Unit, kind: RecordKind, name: str, inn: str | None) -> Sequence[Recorded[Record]]:
        keys = possible_keys(name, inn)
        rows = self.run(self.known.records.like, keys=to_json(keys), inn=inn, kind=kind.id)
        size = len(RECORD_COLUMNS)
        found = [Recorded(row[size], row[size + 1], read_record(row)) for row in rows]
        added = [
            Recorded(kept.row["folded"], _inn_of(kept.kind, kept.now), kept.now)
            for kept in self._records.values()
            if kept.read is None and kept.kind.id == kind.id
        ]
        return [*found, *(each for each in added if each.key in keys or (inn and each.inn == inn))]

    def record(self: _Unit, kind: RecordKind, record_id: RecordId) -> Record | None:
        kept = self._kept_record(kind, record_id)
        return None if kept is None else kept.now

    def _kept_record(self: _Unit, kind: RecordKind, record_id: RecordId) -> Kept | None:
        if record_id not in self._records and can_be_id(record_id):
            read = self.known.records.locked_record if self._locks else self.known.records.record
            rows = self.run(read, record_id=record_id)
            if rows:
                record = read_record(rows[0])
                keys = frozenset((row[0], row[1]) for row in self.run(self.known.records.keys, record_id=record_id))
                digits, folded = rows[0][len(RECORD_COLUMNS) :]
                kept = Kept(kind, record, {}, record, keys, digits, folded, retired_at=rows[0][RETIRED_AT])
                self._records[record_id] = kept
        found = self._records.get(record_id)
        return None if found is None or found.kind.id != kind.id or found.now.kind != kind.id else found

    def add_record(
        self: _Unit,
        kind: RecordKind,
        name: str,
        now: datetime,
        *,
        key: str | None = None,
        owner: PersonId | None = None,
    ) -> Record:
        record_id = RecordId(self._next("record"))
        number = f"{kind.number}-{self._next(f'record:{kind.id}')}" if kind.number else ""
        record = Record(
            id=record_id,
            kind=kind.id,
            name=name,
            values={},
            number=number,
            owner=owner if kind.has_owner else None,
        )
        row = {
            "id": record.id,
            "kind": kind.id,
            "name": name,
            "folded": key or key_of(name),
            "number": number or None,
            "owner": record.owner,
            "merged_into": None,
            "retired_at": None,
            "created_at": to_moment(now),
            "revision": 1,
        }
        self._records[record.id] = Kept(kind, record, row, has_changed=True)
        self.batch.add(statements.NEW_RECORD, row)
        return record

    def update_record(
        self: _Unit,
        kind: RecordKind,
        record_id: RecordId,
        values: Mapping[FieldName, object],
        now: datetime,
        *,
        by: PersonId | None = None,
        case_id: CaseId | None = None,
    ) -> None:
        kept = self._kept_record(kind, record_id)
        if kept is None:
            return
        after = {name: value for name, value in {**kept.now.values, **values}.items() if value is not None}
        change = RecordChange(at=now, by=by, case_id=case_id, changes=changed(kept.now.values, after))
        self._change_record(kept, replace(kept.now, values=after), change)

    def retire_record(
        self: _Unit,
        kind: RecordKind,
        record_id: RecordId,
        now: datetime,
        *,
        by: PersonId | None = None,
        into: RecordId | None = None,
    ) -> None:
        kept = self._kept_record(kind, record_id)
        if kept is None or kept.now.retired:
            return
        changes: dict[FieldName, tuple[object, object]] = {RETIRED: (None, into or True)}
        change = RecordChange(at=now, by=by, case_id=None, changes=changes)
        self._change_record(kept, replace(kept.now, retired=True, merged_into=into), change)
        # One that is offered no more leaves its name to others.
        kept.retired_at, kept.folded = to_moment(now), f"{kept.folded}\n\n\n{record_id}"
        for row in self.run(self.known.records.merged, record_id=record_id) if into else ():
            merged = self._kept_record(kind, row[0])
            if merged is not None:
                merged.now, merged.has_changed = replace(merged.now, merged_into=into), True

    def _change_record(self: _Unit, kept: Kept, after: Record, change: RecordChange) -> None:
        if not change.changes:
            return
        kept.now, kept.has_changed = after, True
        if kept.read is not None:
            self.batch.add(statements.CHANGE, change_row(after.id, change))

    def link_records(self: _Unit, case_id: CaseId, records: Iterable[RecordId], now: datetime) -> None:
        for record_id in dict.fromkeys(records):
            row = {"record_id": record_id, "case_id": case_id, "at": to_moment(now)}
            self.batch.add(statements.OF_CASE, row)


def write_records(batch: Batch, records: Mapping[RecordId, Kept]) -> None:
    """Write the records that a function has added or changed, with what they are found by."""
    for record_id, kept in records.items():
        if not kept.has_changed:
            continue
        record = kept.now
        index = index_of(kept.kind, record)
        written = {
            "attributes": to_json(record.values),
            "searched": index.searched,
            # A case is found by the number that its client had when it was opened.
            "digits": " ".join(dict.fromkeys((*kept.digits.split(), *index.digits))),
        }
        if kept.read is None:
            kept.row |= written
        else:
            batch.add(statements.RECORD, written | _changes_of(record, kept))
        _write_keys(batch, record_id, kept, index)


def _changes_of(record: Record, kept: Kept) -> dict[str, Any]:
    read = kept.read
    revision = 0 if read is None else read.revision
    return {
        "id": record.id,
        "folded": kept.folded,
        "owner": record.owner,
        "merged_into": record.merged_into,
        "retired_at": kept.retired_at,
        "revision": revision + 1,
        "guard_revision": revision,
    }


def _write_keys(batch: Batch, record_id: RecordId, kept: Kept, index: Index) -> None:
    for key, value in sorted(kept.keys - index.keys):
        batch.add(statements.DROP_KEY, {"record_id": record_id, "key": key, "value": value})
    for key, value in sorted(index.keys - kept.keys):
        row = {"record_id": record_id, "key": key, "value": value, "kind": kept.kind.id}
        batch.add(statements.KEY, row)


def _inn_of(kind: RecordKind, record: Record) -> str | None:
    found = (record.values.get(each.name) for each in kind.fields if each.type is FieldType.INN)
    return next((str(value) for value in found if value is not None), None)
