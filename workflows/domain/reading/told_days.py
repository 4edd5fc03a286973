"""Days as people tell them from today on: "завтра", "через 3 дня", "в пятницу", "до конца месяца", "next Friday".

`dateparser` was measured for this and not taken (decision 0028): it guesses where a form must not.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from enum import Enum

from workflows.domain.text import folded

MOST_LETTERS = 60
MOST_AWAY = 5_000
"""The greatest number of days, weeks, months or years that is read."""


class Unclear(Enum):
    """That words tell a day, but not which: two days can be meant."""

    DAY = "unclear_day"


Told = date | Unclear | None

_BEFORE = re.compile(r"(?:(?:не позднее|не позже|к|ко|до|на|в|во|by|until|till|before|on|at|the) )+")
_NEAR = {
    "позавчера": -2,
    "вчера": -1,
    "сегодня": 0,
    "завтра": 1,
    "послезавтра": 2,
    "завтрашнему дню": 1,
    "завтрашнего дня": 1,
    "конца дня": 0,
    "концу дня": 0,
    "yesterday": -1,
    "today": 0,
    "tomorrow": 1,
    "day after tomorrow": 2,
    "end of day": 0,
    "end of the day": 0,
}
_COUNTS = {
    "": 1,
    "a": 1,
    "an": 1,
    **{word: at for at, words in enumerate(
        (
            "один одну one", "два две двое пару two", "три трое three", "четыре four", "пять five", "шесть six",
            "семь seven", "восемь eight", "девять nine", "десять ten",
        ),
        start=1,
    ) for word in words.split()},
}  # fmt: skip
_UNITS = {
    "day": r"день|дня|дней|дн|days?",
    "week": r"недел[юяьи]|нед|weeks?",
    "month": r"месяц(?:а|ев)?|мес|months?",
    "year": r"год(?:а)?|лет|years?",
}
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items())
_COUNT = r"(?P<count>\d{1,4}|[a-zа-я]+)"
_LATER = re.compile(rf"(?:через|in) (?:{_COUNT} )?(?:{_UNIT})\.?")
_EARLIER = re.compile(rf"(?:{_COUNT} )?(?:{_UNIT})\.? (?:назад|ago)")
_WEEKDAYS = {
    word: at
    for at, words in enumerate(
        (
            "понедельник понедельника понедельнику пн monday mon",
            "вторник вторника вторнику вт tuesday tue",
            "среда среду среды среде ср wednesday wed",
            "четверг четверга четвергу чт thursday thu",
            "пятница пятницу пятницы пятнице пт friday fri",
            "суббота субботу субботы субботе сб saturday sat",
            "воскресенье воскресенья воскресенью вс sunday sun",
        )
    )
    for word in words.split()
}
_THIS = "эт(?:от|у|о|ой|ого|ому)|this"
_NEXT = "следующ(?:ий|ую|ее|его|ему|ей)|next"
_ON_WEEKDAY = re.compile(rf"(?:(?P<this>{_THIS}|ближайш[а-я]+) |(?P<next>{_NEXT}) )?(?P<name>[a-zа-я]{{2,12}})\.?")
_END = re.compile(
    rf"(?:кон(?:ец|це|ца|цу)|end of)(?: (?:{_THIS}|the|(?P<next>{_NEXT})))? "
    r"(?P<of>недел[иья]|week|месяца|month|квартала|quarter|года|year)"
)
_OF_MONTH = re.compile(r"(?P<day>\d{1,2})(?: числ[оау]|-?(?:го|е|ое|му)(?: числ[оау])?|st|nd|rd|th)")


def told_day(words: str, today: date) -> Told:
    """Return the day that is told from *today* on, None where the words tell none; one of two days is Unclear."""
    said = folded(words).rstrip(".! ")
    if len(said) > MOST_LETTERS:
        return None
    said = without_preposition(said)
    if said in _NEAR:
        return _shifted(today, "day", _NEAR[said])
    return next((day for reader in _READERS if (day := reader(said, today)) is not None), None)


def without_preposition(said: str) -> str:
    """Return folded words without what may stand before a day: "до 5 декабря"."""
    return _BEFORE.sub("", said, count=1) if _BEFORE.match(said) else said


def is_unclear(words: str) -> bool:
    """Whether there is a today from which the words tell one of two days."""
    monday = date(2000, 1, 3)
    return any(told_day(words, monday + timedelta(days=day)) is Unclear.DAY for day in range(7))


def _away(said: str, today: date) -> Told:
    for pattern, sign in ((_LATER, 1), (_EARLIER, -1)):
        found = pattern.fullmatch(said)
        if found is None:
            continue
        count, unit = found["count"] or "", str(found.lastgroup)
        number = int(count) if count.isdecimal() else _COUNTS.get(count)
        if number is None or number > MOST_AWAY:
            return None
        # "Через день" is tomorrow for some and the day after it for others.
        return Unclear.DAY if not count and unit == "day" and sign > 0 else _shifted(today, unit, sign * number)
    return None


def _on_weekday(said: str, today: date) -> Told:
    found = _ON_WEEKDAY.fullmatch(said)
    if found is None or found["name"] not in _WEEKDAYS:
        return None
    day = today + timedelta(days=_WEEKDAYS[found["name"]] - today.weekday())
    if found["next"]:
        return day + timedelta(days=7)
    if day == today or (day < today and re.fullmatch(_THIS, found["this"] or "")):
        return Unclear.DAY
    return day if day > today else day + timedelta(days=7)


def _end(said: str, today: date) -> Told:
    found = _END.fullmatch(said)
    if found is None:
        return None
    if found["of"].startswith(("недел", "week")):
        return Unclear.DAY  # Friday for some, Sunday for others
    if found["of"] in ("месяца", "month"):
        month = _shifted(today.replace(day=1), "month", 1 if found["next"] else 0)
    elif found["of"] in ("квартала", "quarter"):
        first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        month = _shifted(first, "month", 5 if found["next"] else 2)
    else:
        month = _shifted(today.replace(month=12, day=1), "year", 1 if found["next"] else 0)
    return None if month is None else month.replace(day=monthrange(month.year, month.month)[1])


def _of_month(said: str, today: date) -> Told:
    """Return the next day of that number: today's month while it has not passed, else the month after."""
    found = _OF_MONTH.fullmatch(said)
    if found is None:
        return None
    number, month = int(found["day"]), today if int(found["day"]) >= today.day else _shifted(today, "month", 1)
    if month is None or not 1 <= number <= monthrange(month.year, month.month)[1]:
        return None
    return month.replace(day=number)


def _shifted(day: date, unit: str, count: int) -> date | None:
    """Return the day so many units away; of a month without that day its last one; None out of the calendar."""
    try:
        if unit in ("day", "week"):
            return day + timedelta(days=count * (7 if unit == "week" else 1))
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))
    except (ValueError, OverflowError):
        return None


_READERS: tuple[Callable[[str, date], Told], ...] = (_away, _on_weekday, _end, _of_month)
