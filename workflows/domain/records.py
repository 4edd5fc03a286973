"""Records: cards of the shared base, of kinds that a company declares; a client is one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflows.domain.clients import ClientAttribute
from workflows.domain.definition import Field, FieldType
from workflows.domain.ids import CaseId, FieldName, KindId, PersonId, RecordId
from workflows.domain.text import Text, folded

CLIENT = KindId("client")
NAME = FieldName("name")
"""What every record has besides the fields of its kind."""
RETIRED = FieldName("retired")
"""In a change: that the record is offered no more, or the record that it was merged into."""
_DIGITS = frozenset({FieldType.INN, FieldType.PHONE})
"""The types that are found by a part of their digits."""
_KEYS = frozenset({FieldType.INN, FieldType.PHONE, FieldType.EMAIL})
"""The types that identify whoever has them, under whichever name the field goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """A kind of records: what stands on one besides its name.

    `searched` are the fields by which a record is found, `duplicates` those that two records do not share (`name`: a
    similar name), `shown` those by which people recognise one; `number` are the letters before its number, empty for a
    kind without numbers. One that `has_owner` belongs to a person.
    """

    id: KindId
    title: Text
    naming: Text
    fields: tuple[Field, ...] = ()
    number: str = ""
    searched: frozenset[FieldName] = frozenset()
    duplicates: frozenset[FieldName] = frozenset()
    shown: tuple[FieldName, ...] = ()
    has_owner: bool = False

    def field(self, name: str) -> Field | None:
        """Return the field of that name, or None."""
        return next((each for each in self.fields if each.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of the base. Its `values` are canonical (`workflows.domain.facts`); `revision` counts changes from 1.

    One `merged_into` another stands for that one; one that is `retired` is offered no more.
    """

    id: RecordId
    kind: KindId
    name: str
    values: Mapping[FieldName, object]
    number: str = ""
    owner: PersonId | None = None
    revision: int = 1
    merged_into: RecordId | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """What was changed of a record, by whom, in which case: fields with their canonical values before and after."""

    at: datetime
    by: PersonId | None
    case_id: CaseId | None
    changes: Mapping[FieldName, tuple[object, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What a record is found by: folded words, numbers with their digits alone, and keys that identify it."""

    searched: str
    digits: tuple[str, ...]
    keys: frozenset[tuple[str, str]]


def index_of(kind: RecordKind, record: Record) -> Index:
    """Return what a record is found by; what is offered no more is found by its cases and its number alone."""
    name, number, values = record.name, record.number, record.values
    words, digits, keys = [folded(name)], list[str](), set[tuple[str, str]]()
    if number:
        words.append(folded(number))
    for asked in kind.fields:
        value = values.get(asked.name)
        if value is None:
            continue
        text = folded(_searchable(value))
        if asked.name in kind.searched and text:
            if asked.type in _DIGITS:
                digits.append("".join(filter(str.isdigit, text.partition(";")[0])))
            else:
                words.append(text)
        if asked.type in _KEYS or asked.name in kind.duplicates:
            keys.add((key_name(asked), text))
    return Index(
        searched="\n".join(words),
        digits=tuple(dict.fromkeys(digits)),
        keys=frozenset() if record.retired else frozenset(keys),
    )


def key_name(asked: Field) -> str:
    """Return the name of the key that a field gives: numbers and addresses are compared whatever they are called."""
    return asked.type.value if asked.type in _KEYS else asked.name


def _searchable(value: object) -> str:
    match value:
        case Mapping():
            return str(value.get("name", ""))
        case list() | tuple():
            return " ".join(_searchable(each) for each in value)
    return str(value)


def changed(
    before: Mapping[FieldName, object], after: Mapping[FieldName, object]
) -> Mapping[FieldName, tuple[object, object]]:
    """Return the fields in which two states of a record differ, with both values."""
    names = dict.fromkeys((*before, *after))
    return {n: (before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n)}


def _built_in(name: ClientAttribute, kind: FieldType, ru: str, en: str) -> Field:
    return Field(name=FieldName(name.value), type=kind, label=Text(ru=ru, en=en))


BUILT_IN_CLIENT = RecordKind(
    id=CLIENT,
    title=Text(ru="Клиент", en="Client"),
    naming=Text(ru="Название", en="Name"),
    fields=(
        _built_in(ClientAttribute.INN, FieldType.INN, "ИНН", "INN"),
        _built_in(ClientAttribute.CONTACT, FieldType.TEXT, "Контактное лицо", "Contact"),
        _built_in(ClientAttribute.PHONE, FieldType.PHONE, "Телефон", "Phone"),
        _built_in(ClientAttribute.EMAIL, FieldType.EMAIL, "Почта", "E-mail"),
        _built_in(ClientAttribute.SITE, FieldType.TEXT, "Сайт", "Site"),
    ),
    searched=frozenset(map(FieldName, (ClientAttribute.INN, ClientAttribute.PHONE, ClientAttribute.EMAIL))),
    duplicates=frozenset(map(FieldName, (ClientAttribute.INN, ClientAttribute.PHONE, ClientAttribute.EMAIL))),
    shown=tuple(map(FieldName, (ClientAttribute.INN, ClientAttribute.CONTACT, ClientAttribute.PHONE))),
)
"""The kind of clients of a company that does not declare its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKinds:
    """The kinds of records of a company, by their ids; clients are always among them."""

    kinds: Mapping[KindId, RecordKind] = field(default_factory=dict)

    def get(self, kind: KindId) -> RecordKind | None:
        """Return a kind; None for one that the company has no more."""
        return self.kinds.get(kind) or (BUILT_IN_CLIENT if kind == CLIENT else None)

    def known(self, kind: KindId) -> RecordKind:
        """Return a kind; for one that is declared no more, one without fields, so that its records stay readable."""
        return self.get(kind) or RecordKind(id=kind, title=Text.same(kind), naming=Text(ru="Название", en="Name"))

    def all(self) -> Iterable[RecordKind]:
        """Return all kinds in the order of the company, that of clients first when it is the built-in one."""
        return self.kinds.values() if CLIENT in self.kinds else (BUILT_IN_CLIENT, *self.kinds.values())
