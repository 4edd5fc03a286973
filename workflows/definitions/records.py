"""Kinds of records from records/<kind>.yaml: their meaning checked, and built."""

from collections.abc import Iterator, Mapping

from workflows.definitions.building.process import asked, words
from workflows.definitions.expressions.value_types import CLIENT_PARTS, NEW, TEXT, YES_NO, Names, Records, Type, type_of
from workflows.definitions.problems import Problem, did_you_mean
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.record_keys import EntriesKeys, RecordKindKeys
from workflows.domain.definition import FieldType
from workflows.domain.ids import KindId
from workflows.domain.records import BUILT_IN_CLIENT, CLIENT, NAME, RecordKind
from workflows.domain.text import Text

_OWN = frozenset({NAME, "id", NEW, "number", "owner"})
_NAMING = Text(ru="Название", en="Name")


def build_kind(keys: RecordKindKeys) -> RecordKind:
    """Return the kind; its references have been checked."""
    return RecordKind(
        id=keys.record,
        title=words(keys.title),
        naming=_NAMING if keys.name is None else words(keys.name),
        fields=tuple(asked(name, column, Names({})) for name, column in keys.fields.items()),
        number=keys.number or "",
        searched=frozenset(keys.search),
        duplicates=frozenset(keys.duplicates),
        shown=tuple(keys.shown),
        has_owner=keys.owner,
    )


def parts_of(kinds: Mapping[KindId, RecordKindKeys]) -> Records:
    """Return what expressions may ask of the records of each kind, by the id of the kind."""
    known: dict[str, Mapping[str, Type]] = {str(CLIENT): CLIENT_PARTS}
    for kind, keys in kinds.items():
        known[kind] = {**_OF_ALL, **{str(name): type_of(column) for name, column in keys.fields.items()}}
    return known


_OF_ALL: Mapping[str, Type] = {str(NAME): TEXT, NEW: YES_NO}


def check_kind(kind: Parsed[RecordKindKeys], entries: Mapping[KindId, Parsed[EntriesKeys]]) -> Iterator[Problem]:
    """Iterate over the problems of a kind of records."""
    keys = kind.keys
    for name in keys.fields:
        if name in _OWN:
            yield kind.problem(
                ("fields", name),
                f"имя «{name}» есть у каждой карточки; назовите поле иначе",
                f'every record has a "{name}"; give the field another name',
            )
    lists = {"shown": keys.shown, "search": keys.search, "duplicates": keys.duplicates}
    for key, names in lists.items():
        for index, name in enumerate(names):
            if name in keys.fields or (key == "duplicates" and name == NAME):
                continue
            guess = did_you_mean(name, keys.fields)
            yield kind.problem(
                (key, index),
                f"среди полей карточки нет «{name}»; {guess.ru}; исправьте имя",
                f'the record has no field "{name}"; {guess.en}; correct the name',
            )
    if keys.catalogue and keys.record not in entries:
        yield kind.problem(
            ("catalogue",),
            f"у каталога нет услуг; перечислите их в файле {keys.record}.entries.yaml рядом",
            f"the catalogue has no services; list them in {keys.record}.entries.yaml beside this file",
        )
    if keys.record == CLIENT:
        yield from _check_client(kind)


def _check_client(kind: Parsed[RecordKindKeys]) -> Iterator[Problem]:
    """Iterate over what the kind of clients lacks: letters and forms of the first version name its fields."""
    known = {field.name: field.type for field in BUILT_IN_CLIENT.fields}
    for name, column in kind.keys.fields.items():
        if name in known and FieldType(column.type) is not known[name]:
            yield kind.problem(
                ("fields", name, "type"),
                f"«{name}» клиента — поле типа {known[name].value}; исправьте тип или назовите поле иначе",
                f'the "{name}" of a client is of type {known[name].value}; correct the type or rename the field',
            )


def check_entries(entries: Parsed[EntriesKeys], kinds: Mapping[KindId, RecordKindKeys]) -> Iterator[Problem]:
    """Iterate over the problems of the services of a catalogue."""
    keys = entries.keys
    kind = kinds.get(keys.catalogue)
    if kind is None or not kind.catalogue:
        catalogues = [name for name, each in kinds.items() if each.catalogue]
        guess = did_you_mean(keys.catalogue, catalogues)
        yield entries.problem(
            ("catalogue",),
            f"нет каталога «{keys.catalogue}»; {guess.ru}; исправьте имя или допишите «catalogue: true» в "
            f"{keys.catalogue}.yaml",
            f'there is no catalogue "{keys.catalogue}"; {guess.en}; correct the name or add "catalogue: true" to '
            f"{keys.catalogue}.yaml",
        )
    for entry_id, entry in keys.entries.items():
        for key, conditions in (("required_when", entry.required_when), ("show_when", entry.show_when)):
            for name in conditions:
                if name not in entry.parameters:
                    guess = did_you_mean(name, entry.parameters)
                    yield entries.problem(
                        ("entries", entry_id, key, name),
                        f"у услуги «{entry_id}» нет параметра «{name}»; {guess.ru}; исправьте имя",
                        f'the service "{entry_id}" has no parameter "{name}"; {guess.en}; correct the name',
                    )
