"""The part of the read side about records."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, union

from storage.reads.reading import SqlReader
from storage.rows import tables as t
from storage.rows.record_mapping import CHANGE_COLUMNS, RECORD_COLUMNS, read_change, read_record
from storage.writes.record_statements import INN_OF, RECORD_ROW
from storage.writes.statement import escaped
from workflows.domain.clients import Recorded, possible_keys
from workflows.domain.ids import CaseId, KindId, RecordId
from workflows.domain.reading.search import Searched, pieces_of, resembles, searched_in
from workflows.domain.records import Record, RecordChange
from workflows.domain.text import storable

MOST_SIMILAR = 500
"""How many records that share a piece of every word are compared with what was typed."""


class SqlRecordQueries(SqlReader):
    """Implements `workflows.ports.records.RecordQueries`."""

    async def records(self, kind: KindId | None, words: str, limit: int) -> Sequence[Record]:
        meant = searched_in(words)
        if meant is None and words:
            return []
        offered = _OFFERED if kind is None else _OFFERED.where(t.records.c.kind == kind)
        in_order = offered.order_by(t.records.c.searched, t.records.c.id)
        if meant is None:
            return [read_record(row) for row in await self._rows(in_order.limit(limit))]
        rows = await self._rows(in_order.where(or_(has_words(meant), has_digits(meant))).limit(limit))
        if rows:
            return [read_record(row) for row in rows]
        similar = in_order.add_columns(t.records.c.searched).where(_has_pieces(meant)).limit(MOST_SIMILAR)
        found = [row for row in await self._rows(similar) if resembles(meant, row.searched)]
        return [read_record(row) for row in found[:limit]]

    async def records_like(self, kind: KindId, name: str, inn: str | None) -> Sequence[Recorded[Record]]:
        r, k = t.records.c, t.record_keys.c
        named = select(*RECORD_ROW, r.folded, k.value.label("inn")).outerjoin_from(t.records, t.record_keys, INN_OF)
        of_name = named.where(r.kind == kind, r.folded.in_(possible_keys(name, inn)))
        of_inn = named.where(k.kind == kind, k.value == inn)
        rows = await self._rows(select(of_name.union(of_inn).subquery()).order_by("id"))
        size = len(RECORD_COLUMNS)
        return [Recorded(row[size], row[size + 1], read_record(row)) for row in rows]

    async def records_with(self, kind: KindId, keys: Iterable[tuple[str, str]], limit: int) -> Sequence[Record]:
        k, wanted = t.record_keys.c, list(keys)
        if not wanted:
            return []
        # One query for each key: SQLite reads the whole table for pairs.
        having = union(*(select(k.record_id).where(k.kind == kind, k.key == a, k.value == b) for a, b in wanted))
        query = select(*RECORD_ROW).where(t.records.c.id.in_(having)).order_by(t.records.c.id).limit(limit)
        return [read_record(row) for row in await self._rows(query)]

    async def record(self, record_id: RecordId) -> Record | None:
        if not t.can_be_id(record_id):
            return None
        row = await self._first(_RECORD, record_id=record_id)
        return None if row is None else read_record(row)

    async def record_numbered(self, number: str) -> Record | None:
        row = await self._first(select(*RECORD_ROW).where(t.records.c.number == storable(number).upper()))
        return None if row is None else read_record(row)

    async def record_changes(self, record_id: RecordId, limit: int) -> Sequence[RecordChange]:
        c = t.record_changes.c
        query = select(*(c[name] for name in CHANGE_COLUMNS)).where(c.record_id == record_id)
        return [read_change(row) for row in await self._rows(query.order_by(c.id.desc()).limit(limit))]

    async def cases_of_record(self, record_id: RecordId, limit: int) -> Sequence[CaseId]:
        same = select(t.records.c.id).where(or_(t.records.c.id == record_id, t.records.c.merged_into == record_id))
        of_client = select(t.cases.c.id).where(t.cases.c.client_id.in_(same))
        linked = select(t.case_records.c.case_id).where(t.case_records.c.record_id.in_(same))
        found = union(of_client, linked).subquery("found")
        rows = await self._rows(select(found.c.id).order_by(found.c.id.desc()).limit(limit))
        return [CaseId(row[0]) for row in rows]


_OFFERED = select(*RECORD_ROW).where(t.records.c.retired_at.is_(None))
_RECORD = select(*RECORD_ROW).where(t.records.c.id == bindparam("record_id"))


def has_words(meant: Searched) -> ColumnElement[bool]:
    """Whether a record is found by every word."""
    return and_(*(t.records.c.searched.like(f"%{escaped(word)}%", escape="\\") for word in meant.words))


def has_digits(meant: Searched) -> ColumnElement[bool]:
    """Whether a number of a record has the digits."""
    return t.records.c.digits.like(f"%{meant.digits}%") if meant.digits else t.records.c.id < 0


def _has_pieces(meant: Searched) -> ColumnElement[bool]:
    """Whether a record has a piece of every word: one wrong letter leaves one of two halves as it was."""
    ways = [
        or_(*(t.records.c.searched.like(f"%{escaped(piece)}%", escape="\\") for piece in pieces))
        for pieces in map(pieces_of, meant.words)
        if pieces
    ]
    return and_(*ways) if ways else t.records.c.id < 0
