"""Moments, durations and values of fields as people write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.rendering.language.filters import Formats, words_of
from tests.rendering.stories import MOSCOW, NOON, sample
from workflows.domain.definition import Field, FieldType, Option
from workflows.domain.ids import FieldName
from workflows.domain.text import Language, Text

RU, EN = Formats(Language.RU, MOSCOW), Formats(Language.EN, MOSCOW)


def plain(text: str) -> str:
    """Return the text with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("moment", "russian", "english"),
    [
        (NOON, "сегодня в 14:05", "today at 14:05"),
        (NOON - timedelta(days=1, hours=4, minutes=35), "вчера в 09:30", "yesterday at 09:30"),
        (NOON + timedelta(days=1), "завтра в 14:05", "tomorrow at 14:05"),
        (NOON - timedelta(days=2), "10 марта, 14:05", "10 March, 14:05"),
        (datetime(2025, 12, 31, 21, 30, tzinfo=UTC), "1 января, 00:30", "1 January, 00:30"),
        (datetime(2025, 12, 31, 20, 30, tzinfo=UTC), "31 декабря 2025 г., 23:30", "31 December 2025, 23:30"),
    ],
)
def test_moments_are_told_from_the_reader_s_day(moment: datetime, russian: str, english: str) -> None:
    assert plain(RU.moment(moment, NOON)) == russian
    assert EN.moment(moment, NOON) == english


def test_the_day_is_that_of_the_company_s_zone() -> None:
    late = datetime(2026, 3, 12, 22, 0, tzinfo=UTC)

    assert RU.moment(late, NOON) == "завтра в 01:00"
    assert Formats(Language.RU, ZoneInfo("America/New_York")).moment(late, NOON) == "сегодня в 18:00"


def test_a_card_names_the_day_only_when_it_is_another() -> None:
    assert RU.since(NOON + timedelta(hours=1), NOON) == "15:05"
    assert RU.since(NOON + timedelta(days=1), NOON) == "13 марта, 14:05"


@pytest.mark.parametrize(
    ("length", "russian", "english"),
    [
        (timedelta(seconds=-5), "0 с", "0 secs"),
        (timedelta(seconds=2), "2 с", "2 secs"),
        (timedelta(seconds=59.9), "59 с", "59 secs"),
        (timedelta(minutes=5), "5 мин", "5 mins"),
        (timedelta(hours=3), "3 ч", "3 hrs"),
        (timedelta(hours=3, minutes=20), "3 ч 20 мин", "3 hrs 20 mins"),
        (timedelta(days=1, hours=3), "1 день", "1 day"),
        (timedelta(days=2), "2 дня", "2 days"),
        (timedelta(days=5), "5 дней", "5 days"),
        (timedelta(days=21), "21 день", "21 days"),
    ],
)
def test_durations_are_short_and_their_plurals_right(length: timedelta, russian: str, english: str) -> None:
    assert plain(RU.duration(length)) == russian
    assert plain(EN.duration(length)) == english


def test_how_long_ago() -> None:
    assert plain(RU.ago(NOON - timedelta(seconds=2), NOON)) == "2 с назад"
    assert EN.ago(NOON, NOON) == "just now"


OPTIONS = (
    Option(id="cards", label=Text(ru="Карты", en="Cards")),
    Option(id="sbp", label=Text(ru="СБП", en="SBP")),
)


def a_field(type_: FieldType, *columns: Field) -> Field:
    label = Text(ru="Поле", en="Field")
    return Field(name=FieldName(type_.value), type=type_, label=label, options=OPTIONS, columns=columns)


@pytest.mark.parametrize(
    ("type_", "value", "russian", "english"),
    [
        (FieldType.TEXT, "как есть %s", "как есть %s", "как есть %s"),
        (FieldType.NUMBER, "1250", "1 250", "1,250"),
        (FieldType.NUMBER, "-0.125", "-0,125", "-0.125"),
        (FieldType.MONEY, "12500.00", "12 500,00 ₽", "12,500.00 RUB"),
        (FieldType.MONEY, "999999999999999.99", "999 999 999 999 999,99 ₽", "999,999,999,999,999.99 RUB"),
        (FieldType.DATE, "2026-03-12", "12 марта 2026 г.", "12 March 2026"),
        (FieldType.CHOICE, "sbp", "СБП", "SBP"),
        (FieldType.CHOICE, "gone", "gone", "gone"),
        (FieldType.CHOICES, ["cards", "sbp"], "Карты, СБП", "Cards, SBP"),
        (FieldType.YES_NO, True, "да", "yes"),
        (FieldType.YES_NO, False, "нет", "no"),
        (FieldType.PHONE, "+74951234567", "+7 495 123-45-67", "+7 495 123-45-67"),
        (FieldType.PHONE, "+74951234567;ext=12", "+7 495 123-45-67 доб. 12", "+7 495 123-45-67 ext. 12"),
        (FieldType.PHONE, "+375291234567;ext=12", "+375291234567 доб. 12", "+375291234567 ext. 12"),
        (FieldType.PHONE, "+442071838750", "+442071838750", "+442071838750"),
        (FieldType.FILE, {"id": "f1", "name": "договор.pdf"}, "договор.pdf", "договор.pdf"),
        (FieldType.CLIENT, {"id": 1, "name": "Ромашка"}, "Ромашка", "Ромашка"),
        (FieldType.TIME, "09:05", "09:05", "09:05"),
        (FieldType.MOMENT, "2026-03-12T14:30", "12 марта 2026 г., 14:30", "12 March 2026, 14:30"),
        (FieldType.PERCENT, "12.5", "12,5 %", "12.5%"),
        (FieldType.URL, "https://x.ru/a", "https://x.ru/a", "https://x.ru/a"),
        (
            FieldType.FILES,
            [{"id": "f1", "name": "a.pdf"}, {"id": "f2", "name": "b.pdf"}],
            "a.pdf, b.pdf",
            "a.pdf, b.pdf",
        ),
        (FieldType.PERSON, "sbp", "СБП", "SBP"),
        (FieldType.DEPARTMENT, "gone", "gone", "gone"),
        (FieldType.SNILS, "11223344595", "112-233-445 95", "112-233-445 95"),
        (FieldType.ACCOUNT, "40702810200000000225", "40702810200000000225", "40702810200000000225"),
        (FieldType.RECORD, {"id": 2, "name": "Дом 1", "kind": "object"}, "Дом 1", "Дом 1"),
    ],
)
def test_a_value_is_said_by_its_field(type_: FieldType, value: object, russian: str, english: str) -> None:
    field = a_field(type_)

    assert plain(words_of(field, value, Language.RU)) == russian
    assert plain(words_of(field, value, Language.EN)) == english


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("7700000055.333333333333333333", "7 700 000 055,333333"),
        ("0.6666666666666666666666666667", "0,666667"),
        ("1.0000000005", "1,0000000005"),
        ("123456789012345678901234567890.5", "123 456 789 012 345 678 901 234 567 890,5"),
    ],
)
def test_a_number_of_many_digits_is_written_and_the_fraction_of_a_division_is_rounded(value: str, words: str) -> None:
    assert plain(words_of(a_field(FieldType.NUMBER), value, Language.RU)) == words


def test_rows_are_numbered_lines_without_their_empty_cells() -> None:
    goods = a_field(FieldType.ROWS, a_field(FieldType.TEXT), a_field(FieldType.MONEY))
    rows = [{"text": "Кофе", "money": "150.00"}, {"text": "Чай"}]

    assert plain(words_of(goods, rows, Language.RU)) == "1. Кофе — 150,00 ₽\n2. Чай"


@pytest.mark.parametrize("type_", list(FieldType))
@pytest.mark.parametrize("language", list(Language))
def test_every_type_of_field_has_its_words(type_: FieldType, language: Language) -> None:
    columns = (a_field(FieldType.TEXT), a_field(FieldType.MONEY)) if type_ is FieldType.ROWS else ()
    field = a_field(type_, *columns)

    assert words_of(field, sample(field), language)


def test_alternatives_are_told_apart_from_what_comes_together() -> None:
    ways = (("Договор", "Тестовый доступ"), ("Отказ",))

    assert RU.ways(ways) == "Договор и Тестовый доступ или Отказ"
    assert EN.ways((*ways, ("End",))) == "Договор and Тестовый доступ, Отказ or End"
    assert RU.ways(()) == ""
