"""A small calendar of buttons: a month with its days under the days of the week, and the months before and after."""

import calendar
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from babel.dates import get_day_names

from bot.rendering.filters import LOCALES
from bot.rendering.i18n import words_in
from workflows.domain.text import Language
from workflows.ports.chat import Button

NO_DAY = "·"
"""Where a week reaches into another month; every week has seven buttons, or their columns would not stand in line."""


def month_of(day: date) -> str:
    """Name the month of a day: `2026-03`."""
    return f"{day:%Y-%m}"


def calendar_buttons(
    month: str, today: date, language: Language, action: Callable[[str, str], str]
) -> Iterator[tuple[Button, ...]]:
    """Yield rows of buttons: the month between its neighbours, the days (verb `day`), and those around today."""
    year, number = (int(part) for part in month.split("-"))
    first = date(year, number, 1)
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    stay = action("month", month)
    yield (
        Button(label="‹", action=action("month", month_of(before))),
        Button(label=f"{number:02d}.{year}", action=action("month", month_of(today))),
        Button(label="›", action=action("month", month_of(after))),
    )
    names = get_day_names("short", locale=LOCALES[language])
    yield tuple(Button(label=names[day], action=stay) for day in range(7))
    for week in calendar.Calendar().monthdatescalendar(year, number):
        yield tuple(
            Button(label=f"·{day.day}·" if day == today else str(day.day), action=action("day", day.isoformat()))
            if day.month == number
            else Button(label=NO_DAY, action=stay)
            for day in week
        )
    words = words_in(language)
    near = ((words.gettext("Yesterday"), -1), (words.gettext("Today"), 0), (words.gettext("Tomorrow"), 1))
    yield tuple(
        Button(label=label, action=action("day", (today + timedelta(days=days)).isoformat())) for label, days in near
    )
