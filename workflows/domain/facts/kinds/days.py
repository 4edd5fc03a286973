"""Days, times of day and moments, kept as ISO text; a moment is one of the clock of the company."""

from datetime import date, datetime, time

from workflows.domain.definition import Field, FieldType
from workflows.domain.facts.kinds.kind import Gives, Kind, unreadable, written_in
from workflows.domain.reading.contacts_and_amounts import day_in
from workflows.domain.reading.times import UnclearTime, day_and_time, moment_in, time_in
from workflows.domain.reading.told_days import is_unclear
from workflows.domain.text import written


def read_date(raw: object) -> date:
    """Return the day of an answer; raises Unreadable."""
    words = written_in(raw)
    day = day_in(words)
    if day is None:
        raise unreadable("unclear_day") if is_unclear(words) else unreadable("not_a_date")
    return day


def _date(_field: Field, raw: object) -> object:
    return read_date(raw).isoformat()


def _time(_field: Field, raw: object) -> object:
    read = time_in(written_in(raw))
    if read is None:
        raise unreadable("not_a_time")
    if isinstance(read, UnclearTime):
        raise unreadable("unclear_time")
    return f"{read:%H:%M}"


def read_moment(raw: object) -> datetime:
    """Return the moment of an answer; raises Unreadable."""
    words = written_in(raw)
    read = moment_in(words)
    if isinstance(read, UnclearTime):
        raise unreadable("unclear_time")
    if read is None:
        told = day_and_time(words)
        raise unreadable("unclear_day") if told is not None and is_unclear(told[0]) else unreadable("not_a_moment")
    return read


def _moment(_field: Field, raw: object) -> object:
    return f"{read_moment(raw):%Y-%m-%dT%H:%M}"


def _told_date(_field: Field, raw: object, today: date | None) -> object | None:
    day = day_in(written(raw), today) if isinstance(raw, str) else None
    return None if day is None else day.isoformat()


def _told_moment(_field: Field, raw: object, today: date | None) -> object | None:
    moment = moment_in(written(raw), today) if isinstance(raw, str) else None
    return f"{moment:%Y-%m-%dT%H:%M}" if isinstance(moment, datetime) else None


DATE = Kind(
    read=_date,
    gives=Gives.DAY,
    typed=lambda _field, value: date.fromisoformat(str(value)),
    told=_told_date,
    answered_by=frozenset({FieldType.DATE}),
)
TIME = Kind(
    read=_time,
    gives=Gives.TIME,
    typed=lambda _field, value: time.fromisoformat(str(value)),
    answered_by=frozenset({FieldType.TIME}),
)
MOMENT = Kind(
    read=_moment,
    gives=Gives.MOMENT,
    typed=lambda _field, value: datetime.fromisoformat(str(value)),
    told=_told_moment,
    answered_by=frozenset({FieldType.MOMENT}),
)
