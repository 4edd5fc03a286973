"""The types of what expressions use: what a name gives, and what can be compared and calculated with what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from workflows.definitions.read import schema
from workflows.domain.clients import ClientAttribute
from workflows.domain.definition import FieldType
from workflows.domain.facts.values import KINDS
from workflows.domain.ids import FieldName
from workflows.domain.text import Text


class Gives(Enum):
    """What a part of an expression gives; the value is its name for people."""

    NUMBER = Text(ru="число", en="a number")
    DAY = Text(ru="дата", en="a date")
    MOMENT = Text(ru="момент", en="a moment")
    TIME = Text(ru="время", en="a time")
    TEXT = Text(ru="текст", en="a text")
    YES_NO = Text(ru="«да» или «нет»", en="yes or no")
    LIST = Text(ru="список", en="a list")
    ROWS = Text(ru="список строк", en="a list of rows")
    PERSON = Text(ru="сотрудник", en="a person")
    PARTS = Text(ru="имя, за которым нужна точка", en="a name that needs a dot after it")
    """Nothing by itself: only its parts have values, such as `did.documents`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """The type of a value.

    `options` are the texts that it can be (None: any); `columns` are those of rows; `parts` are what may follow it
    after a dot (None: whatever is asked for, which may turn out to be missing).
    """

    gives: Gives
    options: frozenset[str] | None = None
    columns: Mapping[str, "Type"] = field(default_factory=dict)
    parts: Mapping[str, "Type"] | None = field(default_factory=dict)


NUMBER = Type(gives=Gives.NUMBER)
DAY = Type(gives=Gives.DAY)
TEXT = Type(gives=Gives.TEXT)
YES_NO = Type(gives=Gives.YES_NO)
LIST = Type(gives=Gives.LIST)
PERSON = Type(gives=Gives.PERSON)

NEW = "new"
"""Of a record: whether it was added with the answer that names it; `client is new` asks for it."""
VISIT = "visit"
"""The number, from 1, of this visit to the stage."""
TODAY, ME, OPENER = "today", "me", "opener"
"""The day; who acts, and who opened the case (their ids). A field of the same name comes first."""
DID, OUTCOME = "did", "outcome"
"""Followed by a stage: who completed its latest visit (an id), and with which outcome."""

_GIVES: Mapping[FieldType, Gives] = {kind: Gives[means.gives.name] for kind, means in KINDS.items()}
"""What the answers to a field of each kind give; the domain knows it, this module has the words for it."""


@dataclass(frozen=True, slots=True)
class Names(Mapping[str, Type]):
    """The names that an expression may use, with their types; `facts` are those of fields."""

    types: Mapping[str, Type]
    facts: frozenset[FieldName] = frozenset()

    def __getitem__(self, name: str) -> Type:
        """Return the type of a name."""
        return self.types[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self.types)

    def __len__(self) -> int:
        """Count the names."""
        return len(self.types)

    def also(self, more: Mapping[str, Type]) -> "Names":
        """Return these names and some more, which come first."""
        return Names({**self.types, **more}, self.facts)


Records = Mapping[str, Mapping[str, Type]]
"""What is known of the records of each kind: what may follow the name of a field that names one."""

CLIENT_PARTS: Mapping[str, Type] = {
    "name": TEXT,
    NEW: YES_NO,
    **{attribute.value: TEXT for attribute in ClientAttribute},
}
KNOWN_RECORDS: Records = {FieldType.CLIENT.value: CLIENT_PARTS}


def names_of(
    process: schema.ProcessKeys, fields: Mapping[FieldName, schema.Asked], records: Records | None = None
) -> Names:
    """Return the names that the expressions of a process may use; *fields* are those of all its forms.

    Without *records*, anything may follow the name of a record: a version of a process outlives the kinds of records.
    """
    outcomes = {
        str(stage_id): Type(gives=Gives.TEXT, options=frozenset(map(str, stage.outcomes)))
        for stage_id, stage in process.stages.items()
    }
    types: dict[str, Type] = {
        VISIT: NUMBER,
        TODAY: DAY,
        ME: PERSON,
        OPENER: PERSON,
        DID: Type(gives=Gives.PARTS, parts=dict.fromkeys(outcomes, PERSON)),
        OUTCOME: Type(gives=Gives.PARTS, parts=outcomes),
    }
    asked = {str(name): _with_parts(of, records) for name, of in fields.items()}
    return Names({**types, **asked}, frozenset(fields))


def _with_parts(asked: schema.Asked, records: Records | None) -> Type:
    """Return the type of a field; one that names a record has the parts of its kind."""
    if FieldType(asked.type) not in (FieldType.CLIENT, FieldType.RECORD):
        return type_of(asked)
    kind = asked.kind if isinstance(asked, schema.RecordKeys) else asked.type
    return replace(type_of(asked), parts=None if records is None else records.get(kind, {}))


def type_of(asked: schema.Asked | schema.Column) -> Type:
    """Return the type of the answers to a field, or of the cells of a column."""
    kind = FieldType(asked.type)
    return Type(
        gives=_GIVES[kind],
        options=frozenset(asked.options) if isinstance(asked, schema.ChoiceColumnKeys) else None,
        columns={str(name): type_of(column) for name, column in asked.columns.items()}
        if isinstance(asked, schema.RowsKeys)
        else {},
    )
