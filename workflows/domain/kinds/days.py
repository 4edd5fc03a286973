"""Days, kept as ISO text."""

from datetime import date

from workflows.domain.definition import Field, FieldType
from workflows.domain.kinds.kind import Gives, Kind, unreadable, written_in
from workflows.domain.reading import day_in
from workflows.domain.text import written


def read_date(raw: object) -> date:
    """Return the day of an answer; raises Unreadable."""
    day = day_in(written_in(raw))
    if day is None:
        raise unreadable("not_a_date")
    return day


def _date(_field: Field, raw: object) -> object:
    return read_date(raw).isoformat()


def _told(_field: Field, raw: object, today: date | None) -> object | None:
    day = day_in(written(raw), today) if isinstance(raw, str) else None
    return None if day is None else day.isoformat()


def _typed(_field: Field, value: object) -> object:
    return date.fromisoformat(str(value))


DATE = Kind(read=_date, gives=Gives.DAY, typed=_typed, told=_told, answered_by=frozenset({FieldType.DATE}))
