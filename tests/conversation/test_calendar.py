"""The calendar of buttons."""

from datetime import date

import pytest

from bot.conversation.interview.screens.calendar import NO_DAY, calendar_buttons
from bot.conversation.interview.steps.moves import Move
from workflows.domain.text import Language
from workflows.ports.chat import Button

MARCH = date(2026, 3, 12)


def button(label: str, move: Move, argument: str) -> Button:
    return Button(label=label, action=f"{move} {argument}")


def rows(month: str, language: Language = Language.RU) -> list[list[tuple[str, str]]]:
    drawn = calendar_buttons(month, MARCH, language, button)
    return [[(button.label, button.action or "") for button in row] for row in drawn]


@pytest.mark.parametrize("month", ["2026-02", "2026-03", "2026-11", "2027-01", "2028-02"])
def test_days_stand_under_their_days_of_the_week(month: str) -> None:
    _, names, *weeks, _ = rows(month)

    assert [label for label, _ in names] == ["пн", "вт", "ср", "чт", "пт", "сб", "вс"]
    assert {len(week) for week in weeks} == {7}
    for week in weeks:
        for column, (label, action) in enumerate(week):
            if label == NO_DAY:
                assert action == f"month {month}"
            else:
                assert date.fromisoformat(action.removeprefix("day ")).weekday() == column


def test_months_are_turned_and_days_around_today_are_at_hand() -> None:
    turning, *_, near = rows("2026-12")

    assert turning == [("‹", "month 2026-11"), ("12.2026", "month 2026-03"), ("›", "month 2027-01")]
    assert near == [("Вчера", "day 2026-03-11"), ("Сегодня", "day 2026-03-12"), ("Завтра", "day 2026-03-13")]


def test_today_is_marked() -> None:
    assert ("·12·", "day 2026-03-12") in [button for row in rows("2026-03") for button in row]
    assert rows("2026-03", Language.EN)[1][0][0] == "Mo"
