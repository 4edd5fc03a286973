"""Records in dictionaries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from workflows.domain.clients import Recorded, key_of, possible_keys
from workflows.domain.definition import FieldType
from workflows.domain.ids import CaseId, FieldName, KindId, PersonId, RecordId
from workflows.domain.reading.search import Searched, resembles, searched_in
from workflows.domain.records import RETIRED, Index, Record, RecordChange, RecordKind, changed, index_of
from workflows.domain.text import storable

NOTHING = Index(searched="", digits=(), keys=frozenset())


@dataclass(slots=True, kw_only=True)
class RecordRows:
    """The stored records, what they are found by, and what they are told apart by."""

    records: dict[RecordId, Record] = field(default_factory=dict)
    indexes: dict[RecordId, Index] = field(default_factory=dict)
    keys: dict[RecordId, str] = field(default_factory=dict)
    numbers: dict[KindId, int] = field(default_factory=dict)
    changes: dict[RecordId, list[RecordChange]] = field(default_factory=dict)
    of_cases: dict[RecordId, list[CaseId]] = field(default_factory=dict)

    def like(self, kind: KindId, name: str, inn: str | None) -> list[Recorded[Record]]:
        """Return the records of that name or that INN."""
        every = [
            Recorded(self.keys[each.id], self._inn(each.id), each)
            for each in self.records.values()
            if each.kind == kind
        ]
        return [each for each in every if each.key in possible_keys(name, inn) or (inn and each.inn == inn)]

    def _inn(self, record_id: RecordId) -> str | None:
        keys = self.indexes[record_id].keys
        return next((value for key, value in sorted(keys) if key == FieldType.INN), None)

    def is_found(self, record_id: RecordId, meant: Searched) -> bool:
        """Whether a record has the words or the digits looked for."""
        index = self.indexes[record_id]
        has_words = all(word in index.searched for word in meant.words)
        return has_words or (bool(meant.digits) and any(meant.digits in each for each in index.digits))


class MemoryRecordWrites:
    """Implements `workflows.ports.records.RecordWrites` on copies, which are written together."""

    _new: RecordRows
    _stored: dict[RecordId, int]
    _writes: list[Callable[[], None]]

    def begin_records(self, rows: RecordRows) -> None:
        """Take copies of what is stored."""
        self._stored = {each.id: each.revision for each in rows.records.values()}
        self._new = RecordRows(
            records={**rows.records},
            indexes={**rows.indexes},
            keys={**rows.keys},
            numbers={**rows.numbers},
            changes={number: [*kept] for number, kept in rows.changes.items()},
            of_cases={number: [*kept] for number, kept in rows.of_cases.items()},
        )

    def records_like(self, kind: RecordKind, name: str, inn: str | None) -> Sequence[Recorded[Record]]:
        return self._new.like(kind.id, name, inn)

    def record(self, kind: RecordKind, record_id: RecordId) -> Record | None:
        found = self._new.records.get(record_id)
        return found if found is not None and found.kind == kind.id else None

    def add_record(
        self, kind: RecordKind, name: str, now: datetime, *, key: str | None = None, owner: PersonId | None = None
    ) -> Record:
        record_id = RecordId(len(self._new.records) + 1)
        self._new.numbers[kind.id] = self._new.numbers.get(kind.id, 0) + 1
        number = f"{kind.number}-{self._new.numbers[kind.id]}" if kind.number else ""
        owner = owner if kind.has_owner else None
        record = Record(id=record_id, kind=kind.id, name=name, values={}, number=number, owner=owner)
        self._new.records[record_id] = record
        self._new.keys[record_id] = key or key_of(name)
        self._new.indexes[record_id] = index_of(kind, record)
        return record

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
        record = self.record(kind, record_id)
        if record is None:
            return
        after = {name: value for name, value in {**record.values, **values}.items() if value is not None}
        changes = changed(record.values, after)
        if not changes:
            return
        change = RecordChange(at=now, by=by, case_id=case_id, changes=changes)
        self._change(kind, replace(record, values=after), change)

    def retire_record(
        self,
        kind: RecordKind,
        record_id: RecordId,
        now: datetime,
        *,
        by: PersonId | None = None,
        into: RecordId | None = None,
    ) -> None:
        record = self.record(kind, record_id)
        if record is None or record.retired:
            return
        change = RecordChange(at=now, by=by, case_id=None, changes={RETIRED: (None, into or True)})
        self._change(kind, replace(record, retired=True, merged_into=into), change)
        self._new.keys[record_id] += f"\n\n\n{record_id}"
        for each in [each for each in self._new.records.values() if into and each.merged_into == record_id]:
            self._new.records[each.id] = replace(each, merged_into=into)

    def _change(self, kind: RecordKind, after: Record, change: RecordChange) -> None:
        self._new.records[after.id] = replace(after, revision=self._stored.get(after.id, 0) + 1)
        index = index_of(kind, after)
        before = self._new.indexes[after.id].digits
        self._new.indexes[after.id] = replace(index, digits=tuple(dict.fromkeys((*before, *index.digits))))
        if after.id in self._stored:
            self._new.changes.setdefault(after.id, []).append(change)

    def link_records(self, case_id: CaseId, records: Iterable[RecordId], now: datetime) -> None:
        for record_id in records:
            linked = self._new.of_cases.setdefault(record_id, [])
            if case_id not in linked:
                linked.append(case_id)


class MemoryRecordQueries:
    """Implements `workflows.ports.records.RecordQueries`."""

    def _records(self) -> RecordRows:
        raise NotImplementedError

    async def records(self, kind: KindId | None, words: str, limit: int) -> Sequence[Record]:
        rows, meant = self._records(), searched_in(words)
        if meant is None and words:
            return ()
        offered = [each for each in rows.records.values() if kind in (None, each.kind) and not each.retired]
        offered.sort(key=lambda each: (rows.indexes[each.id].searched, each.id))
        if meant is None:
            return offered[:limit]
        found = [each for each in offered if rows.is_found(each.id, meant)]
        found = found or [each for each in offered if resembles(meant, rows.indexes[each.id].searched)]
        return found[:limit]

    async def records_like(self, kind: KindId, name: str, inn: str | None) -> Sequence[Recorded[Record]]:
        return self._records().like(kind, name, inn)

    async def records_with(self, kind: KindId, keys: Iterable[tuple[str, str]], limit: int) -> Sequence[Record]:
        rows, wanted = self._records(), set(keys)
        found = [each for each in rows.records.values() if each.kind == kind and rows.indexes[each.id].keys & wanted]
        return found[:limit]

    async def record(self, record_id: RecordId) -> Record | None:
        return self._records().records.get(record_id)

    async def record_numbered(self, number: str) -> Record | None:
        wanted = storable(number).upper()
        return next((each for each in self._records().records.values() if each.number == wanted != ""), None)

    async def record_changes(self, record_id: RecordId, limit: int) -> Sequence[RecordChange]:
        return self._records().changes.get(record_id, [])[::-1][:limit]
