"""Rows of the organisation to values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage.rows.mapping import from_json, from_moment, to_json, to_moment
from workflows.domain.ids import PersonId
from workflows.domain.organising.changes import Change
from workflows.domain.organising.register import Subject
from workflows.ports.organisation import FileState, KeptChange

FILE_NOTE = "organisation.yaml"
"""The key of the note that holds what the file of the company described."""


def change_row(number: int, change: Change, now: datetime, by: PersonId | None, why: str) -> dict[str, Any]:
    """Return the row of a change."""
    return {
        "number": number,
        "at": to_moment(now),
        "by": by,
        "why": why,
        "subject": change.subject.value,
        "subject_id": change.id,
        "data": to_json({str(name): list(both) for name, both in change.attributes.items()}),
    }


def read_change(row: Sequence[Any]) -> KeptChange:
    """Read a change from a row of the table."""
    number, at, by, why, subject, subject_id, data = row
    attributes = {name: (before, after) for name, (before, after) in from_json(data).items()}
    return KeptChange(
        number=number,
        at=from_moment(at),
        by=None if by is None else PersonId(by),
        why=why,
        change=Change(subject=Subject(subject), id=subject_id, attributes=attributes),
    )


def file_note(state: FileState, now: datetime) -> dict[str, Any]:
    """Return the row of the note about the file."""
    value = to_json({"people": state.people, "departments": state.departments})
    return {"key": FILE_NOTE, "value": value, "kept_at": to_moment(now)}


def read_file(value: str) -> FileState:
    """Read the note about the file."""
    found = from_json(value)
    return FileState(people=found["people"], departments=found["departments"])
