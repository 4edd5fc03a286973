"""Days as people tell them from today on are read, or asked about where two can be meant."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.walk import a_field
from workflows.domain.definition import FieldType
from workflows.domain.facts.values import canonical, problem_of
from workflows.domain.reading.contacts_and_amounts import day_in
from workflows.domain.reading.times import moment_in

MONDAY = date(2026, 11, 30)
DATE, MOMENT = a_field("day", FieldType.DATE), a_field("moment", FieldType.MOMENT)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        *((w, (2026, 12, 1)) for w in ("завтра", "Завтра.", "tomorrow", "через 1 день", "in a day", "во вторник")),
        *((w, (2026, 12, 3)) for w in ("через 3 дня", "in 3 days", "через три дня", "Thursday", "в этот четверг")),
        *((w, (2026, 12, 4)) for w in ("в пятницу", "к пятнице", "до пятницы", "пт", "on Friday", "this Friday")),
        *((w, (2026, 12, 11)) for w in ("next Friday", "в следующую пятницу")),
        *((w, (2026, 12, 7)) for w in ("через неделю", "in a week")),
        ("через две недели", (2026, 12, 14)),
        *((w, (2026, 12, 5)) for w in ("5 декабря", "до 5 декабря", "к 5 декабря", "5-го", "5 числа", "05.12", "5/12")),
        *((w, (2026, 11, 30)) for w in ("сегодня", "до конца месяца", "end of the month", "к концу месяца")),
        *((w, (2026, 12, 31)) for w in ("до конца года", "до конца квартала", "конец следующего месяца")),
        ("через месяц", (2026, 12, 30)),
        ("неделю назад", (2026, 11, 23)),
        ("31 января", (2027, 1, 31)),
    ],
)
def test_a_day_is_told_from_today_on(words: str, day: tuple[int, int, int]) -> None:
    assert day_in(words, MONDAY) == date(*day)
    assert day_in(words) is None
    assert canonical(DATE, words, MONDAY) == date(*day).isoformat()


@pytest.mark.parametrize("words", ["в понедельник", "monday", "до конца недели", "end of week", "через день"])
def test_of_two_days_that_can_be_meant_neither_is_taken(words: str) -> None:
    kept = canonical(DATE, words, MONDAY)

    assert kept == words
    problem = problem_of(DATE, kept)
    assert problem is not None
    assert problem.code == "unclear_day"


@pytest.mark.parametrize(
    "words", ["май", "12", "1.2", "пять", "через полтора месяца", "через 3 рабочих дня", "32 числа"]
)
def test_nothing_is_guessed(words: str) -> None:
    kept = canonical(DATE, words, MONDAY)

    problem = problem_of(DATE, kept)
    assert problem is not None
    assert problem.code == "not_a_date"


def test_a_month_without_that_day_ends_earlier() -> None:
    assert day_in("через месяц", date(2027, 1, 31)) == date(2027, 2, 28)
    assert day_in("31 числа", date(2027, 2, 1)) is None


@pytest.mark.parametrize(
    "words", ["завтра в 14:30", "14:30 завтра", "завтра, 14.30", "tomorrow at 2:30 pm", "1 декабря в 14 ч 30 мин"]
)
def test_a_moment_is_told_from_today_on(words: str) -> None:
    assert canonical(MOMENT, words, MONDAY) == "2026-12-01T14:30"


@given(words=st.text(max_size=80), today=st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_whatever_is_typed_is_kept_or_read_as_a_day_of_the_calendar(words: str, today: date) -> None:
    for field in (DATE, MOMENT):
        kept = canonical(field, words, today)
        assert kept == words or problem_of(field, kept) is None


@pytest.mark.parametrize("part", ["в ", "5 ", "через ", "next ", "14:30 ", "-", "декабря ", "1.", "конца "])
def test_a_long_text_is_no_day_and_is_given_up_at_once(part: str) -> None:
    assert day_in(part * 20_000, MONDAY) is None
    assert moment_in(part * 20_000, MONDAY) is None
