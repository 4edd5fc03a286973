"""Rows of records to values."""

from collections.abc import Sequence
from typing import Any

from storage.rows.mapping import from_json, from_moment, to_json, to_moment
from workflows.domain.ids import RecordId
from workflows.domain.records import Record, RecordChange

RECORD_COLUMNS = ("id", "kind", "name", "attributes", "number", "owner", "merged_into", "retired_at", "revision")
CHANGE_COLUMNS = ("at", "by", "case_id", "data")


def read_record(row: Sequence[Any]) -> Record:
    """Read a record from a row that begins with RECORD_COLUMNS."""
    record_id, kind, name, attributes, number, owner, merged_into, retired_at, revision = row[: len(RECORD_COLUMNS)]
    return Record(
        id=record_id,
        kind=kind,
        name=name,
        values=from_json(attributes),
        number=number or "",
        owner=owner,
        revision=revision,
        merged_into=merged_into,
        retired=retired_at is not None,
    )


def change_row(record_id: RecordId, change: RecordChange) -> dict[str, Any]:
    """Return the row of a change of a record."""
    data = to_json({name: list(both) for name, both in change.changes.items()})
    return {
        "record_id": record_id,
        "at": to_moment(change.at),
        "by": change.by,
        "case_id": change.case_id,
        "data": data,
    }


def read_change(row: Sequence[Any]) -> RecordChange:
    """Read a change of a record from a row of CHANGE_COLUMNS."""
    at, by, case_id, data = row
    changes = {name: (before, after) for name, (before, after) in from_json(data).items()}
    return RecordChange(at=from_moment(at), by=by, case_id=case_id, changes=changes)
