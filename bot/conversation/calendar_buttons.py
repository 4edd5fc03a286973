"""A small calendar of buttons: a month with its days, and the months before and after."""

import calendar
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from bot.rendering.i18n import words_in
from workflows.domain.text import Language
from workflows.ports.chat import Button


def month_of(day: date) -> str:
    """Name the month of a day: `2026-03`."""
    return f"{day:%Y-%m}"


def calendar_buttons(
    month: str, today: date, language: Language, action: Callable[[str, str], str]
) -> Iterator[tuple[Button, ...]]:
    """Yield rows of buttons: the month between its neighbours, the days (verb `day`), today and tomorrow."""
    year, number = (int(part) for part in month.split("-"))
    first = date(year, number, 1)
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    yield (
        Button(label="‹", action=action("month", month_of(before))),
        Button(label=f"{number:02d}.{year}", action=action("month", month_of(today))),
        Button(label="›", action=action("month", month_of(after))),
    )
    for week in calendar.Calendar().monthdatescalendar(year, number):
        yield tuple(
            Button(label=f"·{day.day}·" if day == today else str(day.day), action=action("day", day.isoformat()))
            for day in week
            if day.month == number
        )
    words = words_in(language)
    tomorrow = today + timedelta(days=1)
    yield (
        Button(label=words.gettext("Today"), action=action("day", today.isoformat())),
        Button(label=words.gettext("Tomorrow"), action=action("day", tomorrow.isoformat())),
    )
