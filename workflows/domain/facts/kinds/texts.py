"""Texts, and what is written by rules: phone numbers, addresses, the numbers of taxpayers, banks and accounts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from workflows.domain.definition import Field, FieldType
from workflows.domain.errors import FieldProblem
from workflows.domain.facts.kinds.kind import Gives, Kind, Reader, text_in, unreadable, written_in
from workflows.domain.ids import FieldName
from workflows.domain.reading.contacts_and_amounts import Unread, email_in, inn_in, ogrn_in, phone_in
from workflows.domain.reading.registered_numbers import account_in, belongs_to, bik_in, kpp_in, snils_in

MAX_TEXT = 500
MAX_LONG_TEXT = 10_000
MAX_URL = 2_000
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"[^\s/@:]+\.[^\s/@:.]{2,63}\.?")


def _text(limit: int) -> Reader:
    def reader(_field: Field, raw: object) -> object:
        words = text_in(raw).replace("\r\n", "\n").replace("\r", "\n")
        if limit == MAX_TEXT:
            words = " ".join(words.split())
        if len(words) > limit:
            raise unreadable("too_long", limit=limit, length=len(words))
        return words or None

    return reader


def _phone(_field: Field, raw: object) -> object:
    number = phone_in(written_in(raw))
    if number is None:
        raise unreadable("not_a_phone")
    return number


def _email(_field: Field, raw: object) -> object:
    address = email_in(written_in(raw))
    if address is None:
        raise unreadable("not_an_email")
    return address


def _url(_field: Field, raw: object) -> object:
    """Read the address of a page; one without a scheme is an https one, and nothing but http(s) is an address."""
    words = text_in(raw)
    if len(words) > MAX_URL:
        raise unreadable("too_long", limit=MAX_URL, length=len(words))
    address = words if _SCHEME.match(words) else f"https://{words}"
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not _HOST.fullmatch(host) or parts.username is not None or any(map(str.isspace, words)):
        raise unreadable("not_a_url")
    return address


def _registered(read_in: Callable[[str], str | Unread]) -> Kind:
    def reader(_field: Field, raw: object) -> object:
        read = read_in(written_in(raw))
        if isinstance(read, Unread):
            raise unreadable(read.code)
        return read

    return Kind(read=reader, gives=Gives.TEXT)


def _of_bank(field: Field, value: object, answers: Mapping[FieldName, object]) -> FieldProblem | None:
    """Return the problem of an account that is not one of the bank beside it."""
    bik = None if field.bik is None else answers.get(field.bik)
    if not isinstance(bik, str) or belongs_to(str(value), bik):
        return None
    return FieldProblem(code="account_of_another_bank", values={"bik": bik})


_SPELLED = frozenset(
    {
        FieldType.TEXT,
        FieldType.LONG_TEXT,
        FieldType.PHONE,
        FieldType.EMAIL,
        FieldType.URL,
        FieldType.INN,
        FieldType.OGRN,
        FieldType.KPP,
        FieldType.BIK,
        FieldType.SNILS,
        FieldType.ACCOUNT,
        FieldType.CLIENT,
        FieldType.RECORD,
    }
)
"""The kinds whose answers are texts: they can answer a question that takes any text."""
TEXT = Kind(read=_text(MAX_TEXT), gives=Gives.TEXT, answered_by=_SPELLED)
LONG_TEXT = Kind(read=_text(MAX_LONG_TEXT), gives=Gives.TEXT, answered_by=_SPELLED)
PHONE = Kind(read=_phone, gives=Gives.TEXT)
EMAIL = Kind(read=_email, gives=Gives.TEXT)
URL = Kind(read=_url, gives=Gives.TEXT)
INN = _registered(inn_in)
OGRN = _registered(ogrn_in)
KPP = _registered(kpp_in)
BIK = _registered(bik_in)
SNILS = _registered(snils_in)
ACCOUNT = replace(_registered(account_in), misfit=_of_bank)
