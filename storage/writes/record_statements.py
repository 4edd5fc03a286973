"""What transaction functions read of records, and the kinds of their writes."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, Text, and_, bindparam, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement

from storage.rows import tables as t
from storage.rows.record_mapping import RECORD_COLUMNS
from storage.writes import batch, statement
from storage.writes.statement import Statement

NEW_RECORD = batch.insert(t.records)
RECORD = batch.update(
    t.records,
    "attributes",
    "searched",
    "digits",
    "folded",
    "owner",
    "merged_into",
    "retired_at",
    "revision",
    guard="revision",
)
KEY = batch.upsert(t.record_keys)
DROP_KEY = batch.delete(t.record_keys, "record_id", "key", "value")
CHANGE = batch.insert(t.record_changes, without=("id",))
OF_CASE = batch.upsert(t.case_records)

RECORD_ROW = tuple(t.records.c[name] for name in RECORD_COLUMNS)
INN_OF = and_(t.record_keys.c.record_id == t.records.c.id, t.record_keys.c.key == "inn")


class RecordStatements:
    """The statements of one dialect."""

    def __init__(
        self,
        dialect: Dialect,
        compiled: Callable[[ClauseElement], Statement],
        locking: Callable[[Select[*tuple[Any, ...]]], Statement],
    ) -> None:
        r, k = t.records.c, t.record_keys.c
        columns = (*RECORD_ROW, r.folded, k.value.label("inn"))
        of_kind = r.kind == bindparam("kind")
        named = select(*columns).outerjoin_from(t.records, t.record_keys, INN_OF)
        of_name = named.where(of_kind, statement.among(r.folded, "keys", dialect))
        of_inn = (
            select(*columns)
            .join_from(t.record_keys, t.records, k.record_id == r.id)
            .where(k.kind == bindparam("kind"), k.key == "inn", k.value == bindparam("inn", type_=Text))
        )
        # Not one condition with `or`: SQLite would read the whole table.
        self.like = compiled(of_name.union(of_inn).order_by("id"))
        record = select(*RECORD_ROW, r.digits, r.folded).where(r.id == bindparam("record_id"))
        self.record = compiled(record)
        self.locked_record = locking(record)
        self.keys = compiled(select(k.key, k.value).where(k.record_id == bindparam("record_id")))
        self.merged = compiled(select(r.id).where(r.merged_into == bindparam("record_id")))
