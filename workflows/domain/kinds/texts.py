"""Texts, and what is written by rules: phone numbers, e-mail addresses, taxpayer numbers."""

from workflows.domain.definition import Field, FieldType
from workflows.domain.kinds.kind import Gives, Kind, Reader, text_in, unreadable, written_in
from workflows.domain.reading import Unread, email_in, inn_in, phone_in

MAX_TEXT = 500
MAX_LONG_TEXT = 10_000


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


def _inn(_field: Field, raw: object) -> object:
    read = inn_in(written_in(raw))
    if isinstance(read, Unread):
        raise unreadable(read.code)
    return read


_WORDS = frozenset(
    {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.PHONE, FieldType.EMAIL, FieldType.INN, FieldType.CLIENT}
)
TEXT = Kind(read=_text(MAX_TEXT), gives=Gives.TEXT, answered_by=_WORDS)
LONG_TEXT = Kind(read=_text(MAX_LONG_TEXT), gives=Gives.TEXT, answered_by=_WORDS)
PHONE = Kind(read=_phone, gives=Gives.TEXT, answered_by=frozenset({FieldType.PHONE}))
EMAIL = Kind(read=_email, gives=Gives.TEXT, answered_by=frozenset({FieldType.EMAIL}))
INN = Kind(read=_inn, gives=Gives.TEXT, answered_by=frozenset({FieldType.INN}))
