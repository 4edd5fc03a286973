"""The shared base of clients: one record for a client, whichever case it is in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from workflows.domain.ids import ClientId
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client as stored in the base."""

    id: ClientId
    name: str
    attributes: Mapping[ClientAttribute, str]


def key_of(name: str) -> str:
    """Return what a client is recognised by: the folded name without quotation marks and commas, its legal form last.

    ООО «Ромашка», «Ромашка, ООО» and «Общество с ограниченной ответственностью "Ромашка"» are one.
    """
    bare = " ".join(word.strip("\"',;") or word for word in folded(name).split())
    found = _FORM_BEFORE.fullmatch(bare) or _FORM_AFTER.fullmatch(bare)
    if found is None:
        return bare or folded(name)
    return found["name"] + _FORM + _SHORT_FORMS.get(found["form"], found["form"])


def twin_key_of(name: str) -> str:
    """Return the key of a client whose key another one had before: two records of before this folding stay two."""
    return key_of(name) + _TWIN + " ".join(name.split()).casefold()


def possible_keys(name: str) -> Sequence[str]:
    """Return every key under which the client of a typed name may be known; `recognised` chooses among those found."""
    key = key_of(name)
    bare, _, form = key.partition(_FORM)
    forms = () if form else tuple(key + _FORM + each for each in _LEGAL_FORMS)
    return tuple(dict.fromkeys((twin_key_of(name), key, bare, *forms)))


def recognised(name: str, known: Mapping[str, T]) -> T | None:
    """Return which of the clients *known* by their keys is meant by a typed name; None when there is no such one.

    A form that is left out is no difference unless clients of several forms have the name; another form is another
    client.
    """
    key = key_of(name)
    bare, _, form = key.partition(_FORM)
    for each in (twin_key_of(name), key, bare):
        if each in known:
            return known[each]
    of_any_form = [client for each, client in known.items() if each.partition(_FORM)[0] == bare and _TWIN not in each]
    return of_any_form[0] if not form and len(of_any_form) == 1 else None
