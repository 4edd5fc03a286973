"""Reading phone numbers, e-mail addresses, taxpayer numbers, amounts and days as people write them.

Three libraries know the grammars (`docs/decisions/0016-reading-with-libraries.md`): they are functions of text, and are
imported when the first value of their kind is read, since that takes longer than reading thousands. Every reader takes
a text that is `written` already and returns None for what it cannot be.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflows.domain.reading.told_days import told_day, without_preposition
from workflows.domain.text import folded

REGION = "RU"
"""The region (ISO 3166) whose numbers are written without a country code."""

_EXTENSION = re.compile(
    r"(?:[\s,;(]*(?:доб(?:авочный|ав)?|вн(?:утр(?:енний)?)?|ext(?:ension|n)?|доп|[xх#])[\s.:=№]*|\s*,+\s*)"
    r"(?P<digits>\d{1,7})\s*[)#]?",
    re.IGNORECASE | re.ASCII,
)
_SLIP = re.compile(r"\+\s*8(?=[\s(.-])")
"""No country code is 8 alone: an 8 that is set apart is the one that is dialled before Russian numbers."""
_PHONE_SIGNS = re.compile(r"[\d\s+().,/-]+", re.ASCII)
_WRAPPED = re.compile(r"[^<>@]*<([^<>\s]+)>")
_MAIL_SCHEME = re.compile(r"mailto:", re.IGNORECASE)
_BEFORE, _AFTER = " <([{\"'", " >)]},;:.!\"'"
MAX_EMAIL = 254


def phone_in(words: str) -> str | None:
    """Return a phone number in E.164, with an extension as RFC 3966 writes it: `+74951234567;ext=12`."""
    import phonenumbers

    words = re.sub(r"^tel:", "", words, flags=re.IGNORECASE)
    number, extension = words, ""
    if (end := re.search(rf"{_EXTENSION.pattern}\s*$", words, _EXTENSION.flags)) is not None:
        number, extension = words[: end.start()], end["digits"]
    if not _PHONE_SIGNS.fullmatch(number):
        return None
    number = _SLIP.sub("8 ", number)
    try:
        read = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException as problem:
        is_slip = problem.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        digits = re.sub(r"\D", "", number)
        if not is_slip or len(digits) != 11 or not digits.startswith("8"):
            return None
        read = phonenumbers.parse(digits, REGION)
    if not phonenumbers.is_possible_number(read):
        return None
    canonical = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
    return f"{canonical};ext={extension}" if extension else canonical


def email_in(words: str) -> str | None:
    """Return an e-mail address, checked by syntax alone, without a link, a name before it or marks around it."""
    from email_validator import EmailNotValidError, validate_email

    wrapped = _WRAPPED.fullmatch(words)
    address = (words if wrapped is None else wrapped[1]).lstrip(_BEFORE).rstrip(_AFTER)
    address = _MAIL_SCHEME.sub("", address, count=1).partition("?")[0] if _MAIL_SCHEME.match(address) else address
    try:
        read = validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        return None
    return read if len(read) <= MAX_EMAIL else None


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a value cannot be read: the code and the values of its `FieldProblem`."""

    code: str
    values: dict[str, str]


def inn_in(words: str) -> str | Unread:
    """Return a taxpayer number of 10 or 12 digits (Order of the Federal Tax Service MMV-7-6/435)."""
    from stdnum.exceptions import InvalidChecksum, ValidationError
    from stdnum.ru import inn

    digits = re.sub(r"[\s-]", "", words)
    if digits.startswith("00"):
        return Unread("not_an_inn", {})
    try:
        return inn.validate(digits)
    except InvalidChecksum:
        return Unread("inn_check_digit", {})
    except ValidationError:
        return Unread("not_an_inn", {})


def ogrn_in(words: str) -> str | Unread:
    """Return a number of the state register: 13 digits of an organisation, 15 of an entrepreneur."""
    from stdnum.exceptions import InvalidChecksum, ValidationError
    from stdnum.ru import ogrn

    try:
        return ogrn.validate(re.sub(r"[\s-]", "", words))
    except InvalidChecksum:
        return Unread("ogrn_check_digit", {})
    except ValidationError:
        return Unread("not_an_ogrn", {})


_SPACES = re.compile(r"[\s']")
_DIGITS = re.compile(r"[+-]?\d{1,20}(?:[.,]\d{1,20})*")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?P<sign>[.,])\d{3}(?:(?P=sign)\d{3})*")
MAX_DIGITS = 20


def decimal_in(words: str) -> Decimal | Unread | None:
    """Return a number; thousands may be set apart by spaces, apostrophes, points or commas.

    Three digits after a single point or comma may be thousands or a fraction: `Unread` names both readings. They are a
    fraction where no thousands can be meant (`0.125`, `1234.500`, `1 234,500`).
    """
    compact = _SPACES.sub("", words)
    if not _DIGITS.fullmatch(compact) or len(compact) > MAX_DIGITS:
        return None
    signs = [sign for sign in compact if sign in ".,"]
    whole, _, fraction = compact.rpartition(signs[-1]) if signs else (compact, "", "")
    if len(signs) > 1:
        if len(set(signs)) == 1:
            return _number(re.sub("[.,]", "", compact)) if _GROUPED.fullmatch(compact) else None
        if not _GROUPED.fullmatch(whole) or signs[-1] in whole:
            return None
        return _number(f"{re.sub('[.,]', '', whole)}.{fraction}")
    is_grouped = _GROUPED.fullmatch(compact) is not None and compact == words.strip()
    if is_grouped and whole.lstrip("+-")[0] != "0":
        return Unread("thousands_or_fraction", {"thousands": whole + fraction, "fraction": _said(whole, fraction)})
    return _number(compact.replace(",", "."))


def _said(whole: str, fraction: str) -> str:
    """Return a fraction written so that it can be read in only one way."""
    return f"{whole},{fraction.rstrip('0').ljust(2, '0')}" if fraction.endswith("0") else f"{whole},{fraction}0"


def _number(digits: str) -> Decimal:
    # Adding zero turns -0 into 0.
    return Decimal(digits) + 0


_ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII)
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})\s?[./-]\s?(?P<month>\d{1,2})\s?[./-]\s?(?P<year>\d{4})\s?(?:г\.?|года)?", re.ASCII
)
_DAY_IN_WORDS = re.compile(
    r"(?P<day>\d{1,2})(?:-?(?:го|е)|st|nd|rd|th)? (?:of )?(?P<name>[a-zа-я]+)\.?,?"
    r"(?: (?P<year>\d{4})(?: ?(?:г\.?|года))?)?"
)
_MONTH_FIRST = re.compile(r"(?P<name>[a-z]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,? (?P<year>\d{4}))?")
_DAY_AND_MONTH = re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{2})\.?", re.ASCII)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "января янв january jan",
            "февраля фев февр february feb",
            "марта мар march mar",
            "апреля апр april apr",
            "мая май may",
            "июня июн june jun",
            "июля июл july jul",
            "августа авг august aug",
            "сентября сен сент september sep sept",
            "октября окт october oct",
            "ноября ноя нояб november nov",
            "декабря дек december dec",
        ),
        start=1,
    )
    for name in names.split()
}
FIRST_YEAR, LAST_YEAR = 1900, 2199


def day_in(words: str, today: date | None = None) -> date | None:
    """Return the day in a text, or None.

    `2026-04-01`, `01.04.2026`, `1 апреля 2026`; and from *today* on also what is told from it (`told_days`), and a day
    without its year, which is that of the year in which it is nearest.
    """
    if today is not None and isinstance(told := told_day(words, today), date):
        return told if FIRST_YEAR <= told.year <= LAST_YEAR else None
    words = folded(words) if today is None else without_preposition(folded(words))
    if (found := _ISO_DAY.fullmatch(words) or _DAY_FIRST.fullmatch(words)) is not None:
        return _day(int(found["year"]), int(found["month"]), int(found["day"]))
    found = _DAY_IN_WORDS.fullmatch(words) or _MONTH_FIRST.fullmatch(words)
    if found is not None and found["name"] in _MONTHS:
        month, day, year = _MONTHS[found["name"]], int(found["day"]), found["year"]
    elif (found := _DAY_AND_MONTH.fullmatch(words)) is not None:
        month, day, year = int(found["month"]), int(found["day"]), None
    else:
        return None
    if year is not None:
        return _day(int(year), month, day)
    if today is None:
        return None
    near = (_day(today.year + years, month, day) for years in (-1, 0, 1))
    return min((each for each in near if each is not None), key=lambda each: abs(each - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None
