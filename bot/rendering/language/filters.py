"""Values in words: moments, durations, money, phones, and the canonical values of fields."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal, localcontext
from functools import cache, lru_cache
from typing import Literal, cast

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from bot.rendering.language.i18n import Words, words_in
from workflows.domain.definition import Field, FieldType
from workflows.domain.text import Language

LOCALES: Mapping[Language, str] = {Language.RU: "ru", Language.EN: "en_GB"}
"""British English has the 24-hour clock and the day before the month, as people in a Russian company expect."""

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class Formats:
    """Moments and durations in the words of one language and the time zone of the company."""

    def __init__(self, language: Language, zone: tzinfo) -> None:
        self.language = language
        self._zone = zone
        self._locale = LOCALES[language]
        self._words: Words = words_in(language)

    def clock(self, moment: datetime) -> str:
        """Return the time of day: "14:05"."""
        return self._clock(self._local(moment))

    def stamp(self, moment: datetime) -> str:
        """Return day and time in words that stay true tomorrow: "12 марта, 14:05"."""
        local = self._local(moment)
        day = _date(local.date(), _day_and_month(self._locale), self._locale)
        return self._words.gettext("%(day)s, %(time)s", day=day, time=self._clock(local))

    def since(self, moment: datetime, reference: datetime) -> str:
        """Return the time of day, with the day unless *reference* (shown beside it) is on the same day."""
        local = self._local(moment)
        return self._clock(local) if local.date() == self._local(reference).date() else self.stamp(moment)

    def moment(self, moment: datetime, now: datetime) -> str:
        """Return a moment relative to *now*: "сегодня в 14:05", "вчера в 9:30", "12 марта, 14:05"."""
        local, today = self._local(moment), self._local(now).date()
        time, gettext = self.clock(moment), self._words.gettext
        match (local.date() - today).days:
            case 0:
                return gettext("today at %(time)s", time=time)
            case -1:
                return gettext("yesterday at %(time)s", time=time)
            case 1:
                return gettext("tomorrow at %(time)s", time=time)
        if local.year == today.year:
            return self.stamp(moment)
        return gettext("%(day)s, %(time)s", day=self.day(local.date()), time=time)

    def duration(self, length: timedelta) -> str:
        """Return a length of time, rounded down: "2 с", "5 мин", "3 ч 20 мин", "2 дня"."""
        seconds = max(0, int(length.total_seconds()))
        if seconds < _MINUTE:
            return self._unit(seconds, "second")
        if seconds < _HOUR:
            return self._unit(seconds // _MINUTE, "minute")
        if seconds < _DAY:
            hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
            return self._unit(hours, "hour") + (f" {self._unit(minutes, 'minute')}" if minutes else "")
        return self._unit(seconds // _DAY, "day", "long")

    def ago(self, moment: datetime, now: datetime) -> str:
        """Return how long ago a moment was: "2 с назад"; within the same second "только что"."""
        if now - moment < timedelta(seconds=1):
            return self._words.gettext("just now")
        return self._words.gettext("%(duration)s ago", duration=self.duration(now - moment))

    def ways(self, ways: Iterable[Iterable[str]]) -> str:
        """Return alternatives in words, each a list of things that come together: "А и Б или В"; empty for none."""
        together = [format_list(list(way), locale=self._locale) for way in ways]
        return format_list(together, "or", locale=self._locale) if together else ""

    def day(self, day: date) -> str:
        """Return a day with its year: "12 марта 2026 г."."""
        return _date(day, "long", self._locale)

    def today(self, now: datetime) -> str:
        """Return the date of *now* in the company's time zone, with its year."""
        return self.day(self._local(now).date())

    def _clock(self, local: datetime) -> str:
        return _time(time(local.hour, local.minute), self._locale)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(UTC).astimezone(self._zone)

    def _unit(self, count: int, unit: str, length: Literal["short", "long"] = "short") -> str:
        return format_unit(count, f"duration-{unit}", length=length, locale=self._locale)


_MOST_DECIMALS = 10
_ROUNDED_TO = 6


@lru_cache(maxsize=2_048)
def money(amount: str, currency: str, language: Language) -> str:
    """Return an amount (decimal digits) with its currency (ISO 4217): "12 500,00 ₽"."""
    return format_currency(Decimal(amount), currency, "#,##0.00\u00a0¤", locale=LOCALES[language])


@lru_cache(maxsize=2_048)
def number(digits: str, language: Language) -> str:
    """Return a number (decimal digits) with grouped thousands: "1 250"; a long fraction is rounded."""
    value = Decimal(digits)
    with localcontext(prec=100):
        if -int(value.as_tuple().exponent) > _MOST_DECIMALS:
            value = round(value, _ROUNDED_TO)
        return format_decimal(value, "#,##0.####################", locale=LOCALES[language])


@lru_cache(maxsize=2_048)
def day(iso: str, language: Language) -> str:
    """Return an ISO date in words: "12 марта 2026 г."."""
    return format_date(date.fromisoformat(iso), "long", locale=LOCALES[language])


# Babel parses its patterns for every value; the cards of one day show few different times.
@lru_cache(maxsize=4_096)
def _time(time_of_day: time, locale: str) -> str:
    return format_time(time_of_day, "short", locale=locale)


@lru_cache(maxsize=2_048)
def _date(day: date, pattern: str, locale: str) -> str:
    return format_date(day, pattern, locale=locale)


@cache
def _day_and_month(locale: str) -> str:
    # Looked up once: babel's own search for a fitting skeleton takes a millisecond.
    return str(Locale.parse(locale).datetime_skeletons["MMMMd"])


def percentage(digits: str, language: Language) -> str:
    """Return a percentage (decimal digits): "12,5 %"."""
    space = "\u00a0" if language is Language.RU else ""
    return f"{number(digits, language)}{space}%"


def snils(digits: str) -> str:
    """Return the number of a pension account as it is printed: "112-233-445 95"."""
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}" if len(digits) == 11 else digits


def phone(number: str, language: Language) -> str:
    """Return a canonical number as it is written: "+7 495 123-45-67 доб. 12"; foreign digits stay as they are."""
    digits, _, extension = number.partition(";ext=")
    if digits.startswith("+7") and len(digits) == 12:
        digits = f"{digits[:2]} {digits[2:5]} {digits[5:8]}-{digits[8:10]}-{digits[10:]}"
    if not extension:
        return digits
    return words_in(language).gettext("%(phone)s ext. %(extension)s", phone=digits, extension=extension)


def words_of(field: Field, value: object, language: Language) -> str:
    """Return a canonical value (`workflows.domain.facts.values`) in words for its reader; rows are numbered lines."""
    return _WORDS[field.type](field, value, language)


def _as_it_is(_field: Field, value: object, _language: Language) -> str:
    return str(value)


def _number_with_unit(field: Field, value: object, language: Language) -> str:
    digits = number(str(value), language)
    return digits if field.unit is None else f"{digits}\u00a0{field.unit.in_(language)}"


def _day_and_time(iso: str, language: Language) -> str:
    moment = datetime.fromisoformat(iso)
    clock = _time(moment.time(), LOCALES[language])
    return words_in(language).gettext("%(day)s, %(time)s", day=day(moment.date().isoformat(), language), time=clock)


def _label(field: Field, value: object, language: Language) -> str:
    return next((o.label.in_(language) for o in field.options if o.id == value), str(value))


def _labels(field: Field, value: object, language: Language) -> str:
    return ", ".join(_label(field, each, language) for each in cast(Iterable[object], value))


def _yes_no(_field: Field, value: object, language: Language) -> str:
    words = words_in(language)
    return words.gettext("yes") if value else words.gettext("no")


def _name(_field: Field, value: object, _language: Language) -> str:
    return str(value["name"]) if isinstance(value, Mapping) else str(value)


def _lines(field: Field, value: object, language: Language) -> str:
    rows = cast(Sequence[Mapping[str, object]], value)
    return "\n".join(f"{at}. {_line(field, row, language)}" for at, row in enumerate(rows, start=1))


def _line(field: Field, row: Mapping[str, object], language: Language) -> str:
    return " — ".join(words_of(c, row[c.name], language) for c in field.cells if row.get(c.name) is not None)


_WORDS: Mapping[FieldType, Callable[[Field, object, Language], str]] = {
    FieldType.TEXT: _as_it_is,
    FieldType.LONG_TEXT: _as_it_is,
    FieldType.NUMBER: _number_with_unit,
    FieldType.MONEY: lambda field, value, language: money(str(value), field.currency, language),
    FieldType.DATE: lambda _field, value, language: day(str(value), language),
    FieldType.CHOICE: _label,
    FieldType.CHOICES: _labels,
    FieldType.YES_NO: _yes_no,
    FieldType.PHONE: lambda _field, value, language: phone(str(value), language),
    FieldType.EMAIL: _as_it_is,
    FieldType.INN: _as_it_is,
    FieldType.ROWS: _lines,
    FieldType.FILE: _name,
    FieldType.CLIENT: _name,
    FieldType.RECORD: _name,
    FieldType.TIME: lambda _field, value, language: _time(time.fromisoformat(str(value)), LOCALES[language]),
    FieldType.MOMENT: lambda _field, value, language: _day_and_time(str(value), language),
    FieldType.PERCENT: lambda _field, value, language: percentage(str(value), language),
    FieldType.URL: _as_it_is,
    FieldType.FILES: lambda field, value, language: ", ".join(
        _name(field, each, language) for each in cast(Iterable[object], value)
    ),
    FieldType.PERSON: _label,
    FieldType.DEPARTMENT: _label,
    FieldType.OGRN: _as_it_is,
    FieldType.KPP: _as_it_is,
    FieldType.BIK: _as_it_is,
    FieldType.ACCOUNT: _as_it_is,
    FieldType.SNILS: lambda _field, value, _language: snils(str(value)),
}
