"""Times of day as people write them, and moments: a day and a time, in the time zone of the company.

A moment is a wall clock's: `2026-12-01T14:30`. The zone is the company's, and a change of its law leaves the
appointment where people made it.
"""

import re
from datetime import date, datetime, time
from enum import Enum

from workflows.domain.reading.contacts_and_amounts import day_in
from workflows.domain.text import folded

MOST_LETTERS = 80
_NOON = {"полдень": time(12), "noon": time(12), "midday": time(12)}
_CLOCK = re.compile(r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::00)?(?: ?(?P<half>am|pm|a\.m\.|p\.m\.))?", re.ASCII)
_HOURS = re.compile(
    r"(?P<hour>\d{1,2})(?: ?(?P<half>am|pm|a\.m\.|p\.m\.|утра|дня|вечера|ночи)| ?(?:ч|час|часа|часов)\.?"
    r"(?: ?(?P<minute>\d{1,2}) ?(?:м|мин|минут[аы]?)\.?)?)?",
    re.ASCII,
)
_MORNING = frozenset({"am", "a.m.", "утра", "ночи"})
_FROM_NOON = frozenset({"pm", "p.m.", "дня", "вечера"})
_ISO = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})[t ](?P<time>\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?", re.ASCII)


class UnclearTime(Enum):
    """That a number is an hour of the morning or of the evening."""

    HALF = "unclear_time"


def time_in(words: str) -> time | UnclearTime | None:
    """Return the time in a text, or None: `14:30`, `14.30`, `2:30 pm`, `14 ч 30 мин`, `9 утра`, `14`."""
    said = re.sub(r"^(?:в|at) ", "", folded(words)[:MOST_LETTERS])
    if said in _NOON:
        return _NOON[said]
    found = _CLOCK.fullmatch(said) or _HOURS.fullmatch(said)
    if found is None:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in _FROM_NOON else 0)
    elif found.re is _HOURS and said.isdecimal() and hour <= 12:
        return UnclearTime.HALF
    return time(hour, minute) if hour < 24 and minute < 60 else None


def moment_in(words: str, today: date | None = None) -> datetime | UnclearTime | None:
    """Return the moment in a text, or None: a day as `day_in` reads it with a time after or before it."""
    said = folded(words)
    if len(said) > MOST_LETTERS:
        return None
    if (found := _ISO.fullmatch(said)) is not None:
        return _joined(found["day"], found["time"], None)
    for cut in _cuts(said):
        if (moment := _joined(*cut, today)) is not None:
            return moment
    return None


def day_and_time(words: str) -> tuple[str, str] | None:
    """Return the words of the day and those of the time, where a time is among them."""
    return next((cut for cut in _cuts(folded(words)) if time_in(cut[1]) is not None), None)


def _cuts(said: str) -> list[tuple[str, str]]:
    """Return the ways to cut a text between words into those of a day and those of a time."""
    parts = said.replace(",", " ").split()
    after = [(" ".join(parts[:at]), " ".join(parts[at:])) for at in range(1, len(parts))]
    before = [(" ".join(parts[at:]), " ".join(parts[:at])) for at in range(1, len(parts))]
    return [(_without_preposition(day), clock) for day, clock in (*after, *before)]


def _without_preposition(day: str) -> str:
    return re.sub(r" (?:в|at)$", "", day)


def _joined(day: str, clock: str, today: date | None) -> datetime | UnclearTime | None:
    at = time_in(clock)
    if at is None or (on := day_in(day, today)) is None:
        return None
    return at if isinstance(at, UnclearTime) else datetime.combine(on, at)
