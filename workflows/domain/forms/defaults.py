"""What is suggested as the answer to a question, from what is known already; a person accepts or changes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from workflows.domain.case import Values
from workflows.domain.definition import Field, FieldType, WorkflowDefinition
from workflows.domain.facts.values import KINDS, canonical, readable, typed
from workflows.domain.ids import FieldName

TODAY, ME, OPENER, CLIENT = "today", "me", "opener", "client"
"""What defaults may name besides the facts of the case; a fact of the same name comes first."""
NAME = "name"
"""What `client` has besides its attributes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClient:
    """What the client base knows of the client of a form."""

    name: str
    attributes: Mapping[FieldName, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known when a form is shown: the day, the names of the reader and the opener, the client, the facts."""

    today: date
    me: str
    opener: str
    client: KnownClient | None = None
    records: Mapping[FieldName, Mapping[FieldName, object]] = field(default_factory=dict)
    values: Values = field(default_factory=dict)


def names_known(definition: WorkflowDefinition, known: Circumstances) -> Mapping[str, object]:
    """Return the names that defaults may use, each with a Python value."""
    names: dict[str, object] = {TODAY: known.today, ME: known.me, OPENER: known.opener}
    names |= {f.name: typed(f, known.values[f.name]) for f in definition.fields() if f.name in known.values}
    if known.client is not None:
        client: dict[str, object] = {str(name): value for name, value in known.client.attributes.items()}
        names[CLIENT] = {NAME: known.client.name, **client}
    # The name of the field stands for the name of its record; its parts are found under both names.
    names |= {f"{of}.{part}": value for of, parts in known.records.items() for part, value in parts.items()}
    return names


def suggested(asked: Field, names: Mapping[str, object]) -> object | None:
    """Return the canonical answer that a question or a column suggests, from the *names* that are known.

    None when there is none, or it is no answer to the question.

    A field that is kept in the client base, or in another record, suggests what stands there, unless it has a default
    of its own.
    """
    if asked.default is not None:
        value = asked.default.value(names)
    elif asked.of_client is not None:
        client = names.get(CLIENT)
        value = client.get(asked.of_client) if isinstance(client, Mapping) else None
    elif asked.of_record is not None:
        value = names.get(".".join(asked.of_record))
    else:
        return None
    if asked.type is FieldType.ROWS:
        return _rows(asked, value, names)
    answer = as_answer(asked, value)
    # `me` and `opener` are names: of namesakes nobody is suggested.
    return readable(asked, canonical(asked, answer) if KINDS[asked.type].is_searched else answer)


def suggests_in_rows(asked: Field) -> bool:
    """Whether a new row of a list begins with suggested cells."""
    return any(column.default is not None for column in asked.columns)


def without_suggested_rows(asked: Field, answer: object, names: Mapping[str, object]) -> object:
    """Return the rows of an answer without those that hold nothing but suggested cells and lack a required one."""
    if not isinstance(answer, Sequence) or isinstance(answer, str):
        return answer
    own = {column.name: suggested(column, names) for column in asked.columns}
    return [row for row in answer if not (isinstance(row, Mapping) and _is_only_suggested(asked, row, own))]


def _is_only_suggested(asked: Field, row: Mapping[FieldName, object], own: Mapping[FieldName, object]) -> bool:
    cells = {column.name: readable(column, row.get(column.name)) for column in asked.columns}
    unread = any(cells[c.name] is None and row.get(c.name) not in (None, "", []) for c in asked.columns)
    lacking = any(cells[column.name] is None for column in asked.columns if column.required)
    return lacking and not unread and all(cell in (None, False, own[name]) for name, cell in cells.items())


def _rows(asked: Field, value: object, names: Mapping[str, object]) -> object | None:
    """Return rows of another list with the cells whose columns have equal names, the others by their own defaults."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    own = {column.name: suggested(column, names) for column in asked.columns}
    rows = []
    for row in value:
        taken = {c.name: readable(c, as_answer(c, row[c.name])) for c in asked.columns if c.name in row}
        cells = {c.name: taken.get(c.name) if taken.get(c.name) is not None else own[c.name] for c in asked.columns}
        if any(cell is not None for cell in taken.values()):
            rows.append({name: cell for name, cell in cells.items() if cell is not None})
    return rows or None


def as_answer(asked: Field, value: object) -> object:
    """Return a Python value as the answer that people would give."""
    match value:
        case bool():
            return value
        case Decimal() | int() | float():
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case Mapping():
            return value.get(NAME)
        case str() if asked.type is FieldType.CHOICES:
            return [value]
    return value
