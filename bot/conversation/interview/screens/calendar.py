"""A calendar of buttons: a month with its days under the days of the week, and the months before and after."""

import calendar
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from babel.dates import get_day_names

from bot.conversation.interview.steps.moves import Move
from bot.rendering.language.filters import LOCALES
from bot.rendering.language.i18n import words_in
from workflows.domain.text import Language
from workflows.ports.chat import Button

NO_DAY = "·"
"""The label of a day of another month; every week has seven buttons, or the columns would not line up."""


def month_of(day: date) -> str:
    """Return the month of a day: `2026-03`."""
    return f"{day:%Y-%m}"


def calendar_buttons(
    month: str, today: date, language: Language, button: Callable[[str, Move, str], Button]
) -> Iterator[tuple[Button, ...]]:
    """Yield rows of buttons, each made by *button*: the month between its neighbours, the days, those around today."""
    year, number = (int(part) for part in month.split("-"))
    first = date(year, number, 1)
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    yield (
        button("‹", Move.MONTH, month_of(before)),
        button(f"{number:02d}.{year}", Move.MONTH, month_of(today)),
        button("›", Move.MONTH, month_of(after)),
    )
    names = get_day_names("short", locale=LOCALES[language])
    yield tuple(button(names[day], Move.MONTH, month) for day in range(7))
    for week in calendar.Calendar().monthdatescalendar(year, number):
        yield tuple(
            button(f"·{day.day}·" if day == today else str(day.day), Move.DAY, day.isoformat())
            if day.month == number
            else button(NO_DAY, Move.MONTH, month)
            for day in week
        )
    words = words_in(language)
    near = ((words.gettext("Yesterday"), -1), (words.gettext("Today"), 0), (words.gettext("Tomorrow"), 1))
    yield tuple(button(label, Move.DAY, (today + timedelta(days=days)).isoformat()) for label, days in near)
