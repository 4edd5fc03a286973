"""How clients, and other records, are told apart: by the name however it is written, and by the INN."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from workflows.domain.text import folded

T = TypeVar("T")

_LEGAL_FORMS = {
    "ооо": "общество с ограниченной ответственностью",
    "ип": "индивидуальный предприниматель",
    "ао": "акционерное общество",
    "пао": "публичное акционерное общество",
    "нао": "непубличное акционерное общество",
    "оао": "открытое акционерное общество",
    "зао": "закрытое акционерное общество",
    "ано": "автономная некоммерческая организация",
    "нко": "некоммерческая организация",
    "гуп": "государственное унитарное предприятие",
    "фгуп": "федеральное государственное унитарное предприятие",
    "муп": "муниципальное унитарное предприятие",
    "тоо": "товарищество с ограниченной ответственностью",
    "ooo": "",
    "llc": "",
    "ltd": "",
    "inc": "",
    "gmbh": "",
    "jsc": "",
    "pjsc": "",
}
_SHORT_FORMS = {long: short for short, long in _LEGAL_FORMS.items() if long}
_ANY_FORM = "|".join(sorted((*_LEGAL_FORMS, *_SHORT_FORMS), key=len, reverse=True))
_FORM_BEFORE = re.compile(rf"(?P<form>{_ANY_FORM})\.? (?P<name>.+)")
_FORM_AFTER = re.compile(rf"(?P<name>.+?)\.? (?P<form>{_ANY_FORM})\.?")
_FORM, _TWIN = "\n", "\n\n"
"""What parts a key; no folded name has a line end."""


class ClientAttribute(StrEnum):
    """What the client base stores of a client besides the name; a form field may be declared to hold one of these."""

    INN = "inn"
    CONTACT = "contact"
    PHONE = "phone"
    EMAIL = "email"
    SITE = "site"


def key_of(name: str) -> str:
    """Return what a client is recognised by: the folded name without quotation marks and commas, its legal form last.

    ООО «Ромашка», «Ромашка, ООО» and «Общество с ограниченной ответственностью "Ромашка"» are one.
    """
    bare = " ".join(word.strip("\"',;") or word for word in folded(name).split())
    found = _FORM_BEFORE.fullmatch(bare) or _FORM_AFTER.fullmatch(bare)
    if found is None:
        return bare or folded(name)
    return found["name"] + _FORM + _SHORT_FORMS.get(found["form"], found["form"])


def twin_key_of(name: str, inn: str | None = None) -> str:
    """Return the key of a client whose key another one has: by the INN, or as it was written before there was one."""
    return key_of(name) + _TWIN + (inn or " ".join(name.split()).casefold())


def possible_keys(name: str, inn: str | None = None) -> Sequence[str]:
    """Return every key under which the client of a typed name may be known; `recognised` chooses among those found."""
    key = key_of(name)
    bare, _, form = key.partition(_FORM)
    forms = () if form else tuple(key + _FORM + each for each in _LEGAL_FORMS)
    twins = (twin_key_of(name),) if inn is None else (twin_key_of(name), twin_key_of(name, inn))
    return tuple(dict.fromkeys((*twins, key, bare, *forms)))


def new_key_of(name: str, inn: str | None, known: Iterable["Recorded[T]"]) -> str:
    """Return the key of a new client beside those *known*."""
    key = key_of(name)
    return twin_key_of(name, inn) if any(each.key == key for each in known) else key


@dataclass(frozen=True, slots=True)
class Recorded(Generic[T]):
    """A client as the base knows them: the key of the name, and the INN if there is one."""

    key: str
    inn: str | None
    client: T


def recognised(name: str, inn: str | None, known: Iterable[Recorded[T]]) -> T | None:
    """Return which of the clients *known* is meant by a typed name and INN; None when there is no such one.

    A name alone means its first client. With an INN, a client of that name and another INN is another client, and a
    client without an INN is meant when nobody has this one.
    """
    records = list(known)
    if inn is None:
        return _named(name, records)
    owners = [each for each in records if each.inn == inn]
    if owners:
        return next((each.client for each in owners if is_same_name(each.key, name)), None)
    return _named(name, [each for each in records if each.inn is None])


def owner_of(inn: str | None, known: Iterable[Recorded[T]]) -> T | None:
    """Return the client who has an INN, under whichever name."""
    return None if inn is None else next((each.client for each in known if each.inn == inn), None)


def is_same_name(key: str, name: str) -> bool:
    """Whether a name has the key of a client, with a legal form or without one."""
    one, other = key.partition(_TWIN)[0].partition(_FORM), key_of(name).partition(_FORM)
    return one[0] == other[0] and (not one[2] or not other[2] or one[2] == other[2])


def _named(name: str, known: Sequence[Recorded[T]]) -> T | None:
    """Return the client of a name.

    A form that is left out is no difference unless clients of several forms have the name; another form is another
    client.
    """
    by_key = {each.key: each.client for each in known}
    key = key_of(name)
    bare, _, form = key.partition(_FORM)
    for each in (twin_key_of(name), key, bare):
        if each in by_key:
            return by_key[each]
    of_any_form = [client for each, client in by_key.items() if each.partition(_FORM)[0] == bare and _TWIN not in each]
    return of_any_form[0] if not form and len(of_any_form) == 1 else None
