"""Records in forms: what is typed is looked up, what is known of the chosen one is shown, doubles are asked about."""

from collections.abc import Mapping, Sequence

from bot.conversation.turn import Turn
from bot.rendering.language.filters import words_of
from bot.rendering.language.i18n import words_in
from workflows.domain.case import Case, Values
from workflows.domain.commands import RawValues
from workflows.domain.definition import FieldType, Stage
from workflows.domain.errors import FormInvalid
from workflows.domain.facts.kinds.named import NEW
from workflows.domain.facts.values import readable
from workflows.domain.ids import FieldName, RecordId
from workflows.domain.records import CLIENT, NAME, Record, RecordKind, index_of, key_name
from workflows.domain.text import Language
from workflows.ports.records import RecordQueries
from workflows.usecases.records_of_forms import (
    answer_of,
    found_record,
    named_record,
    surviving_record,
    written_as,
)

MOST_DOUBLES = 5
LONGEST_WORDS = 100
_UNKNOWN = RecordId(0)


async def looked_up(turn: Turn, stage: Stage, values: RawValues) -> RawValues:
    """Return the answers with the records that were typed: those of the base, or new ones."""
    found: dict[FieldName, object] = {}
    for field in stage.form:
        named = named_record(field, values.get(field.name)) if field.type is FieldType.RECORD else None
        if named is None:
            continue
        try:
            record = await found_record(turn.queries, named, values.get(field.name))
        except FormInvalid:
            continue  # It is said when the form is sent, with everything else that is wrong.
        answer = values[field.name]
        was_new = isinstance(answer, Mapping) and bool(answer.get(NEW))
        found[field.name] = answer_of(named, record, is_new=record is None or was_new)
    return {**values, **found}


async def known_records(turn: Turn, stage: Stage, values: RawValues) -> Mapping[FieldName, Record]:
    """Return the records that answers or facts name in the fields of a stage, or in those whose parts it asks."""
    asked = {f.name for f in stage.form if f.type is FieldType.RECORD}
    asked |= {f.of_record[0] for f in stage.form if f.of_record is not None}
    found: dict[FieldName, Record] = {}
    for name in sorted(asked):
        answer = values.get(name)
        number = answer.get("id") if isinstance(answer, Mapping) else None
        record = await surviving_record(turn.queries, RecordId(number)) if isinstance(number, int) else None
        if record is not None:
            found[name] = record
    return found


def shown_parts(kind: RecordKind, record: Record, language: Language) -> tuple[tuple[str, str], ...]:
    """Return what people recognise a record by besides its name: labels and words."""
    fields = [field for name in kind.shown if (field := kind.field(name)) is not None]
    return tuple(
        (field.label.in_(language), words_of(field, record.values[field.name], language))
        for field in fields
        if field.name in record.values
    )


async def suggested(
    queries: RecordQueries, kind: RecordKind, words: str, language: Language, most: int
) -> Sequence[tuple[str, str]]:
    """Return how the records that have the words are written, with a label for each; the last is a new one of the name.

    Nothing for no words.
    """
    words = " ".join(words.split())[:LONGEST_WORDS]
    if not words:
        return ()
    found = await queries.records(kind.id, words, most)
    lines = [(written_as(each.name, each), label_of(kind, each, language)) for each in found]
    new = words_in(language).gettext("A new one: %(name)s", name=words)
    return [*lines, (written_as(words), new)]


def label_of(kind: RecordKind, record: Record, language: Language) -> str:
    """Return a record in a line: its name, its number and what it is recognised by."""
    return ", ".join(filter(None, (record.name, record.number, *(w for _, w in shown_parts(kind, record, language)))))


async def doubles(turn: Turn, stage: Stage, case: Case) -> tuple[str, ...]:
    """Return a line for each new record of a form that may be there already: the same key, or a similar name."""
    lines = []
    for field in stage.form:
        value = case.values.get(field.name)
        if field.type not in (FieldType.RECORD, FieldType.CLIENT) or not isinstance(value, Mapping):
            continue
        if value.get("id") != NEW:
            continue
        kind = turn.definitions.kinds.known(field.kind or CLIENT)
        likely = await _doubles_of(turn, kind, str(value.get("name", "")), _parts(stage, field.name, case.values))
        if likely:
            known = "; ".join(label_of(kind, record, turn.language) for record in likely)
            line = turn.words.gettext(
                "%(field)s: “%(name)s” is new, but there is one like it: %(known)s",
                field=field.label.in_(turn.language),
                name=value.get("name", ""),
                known=known,
            )
            lines.append(line)
    return tuple(lines)


def _parts(stage: Stage, of: FieldName, values: Values) -> dict[FieldName, object]:
    """Return the parts of a record that the answers of a form give."""
    parts: dict[FieldName, object] = {}
    for field in stage.form:
        value = readable(field, values.get(field.name))
        if value is None:
            continue
        if field.of_record is not None and field.of_record[0] == of:
            parts[field.of_record[1]] = value
        elif field.of_client is not None and any(f.name == of and f.type is FieldType.CLIENT for f in stage.form):
            parts[FieldName(field.of_client.value)] = value
    return parts


async def _doubles_of(turn: Turn, kind: RecordKind, name: str, parts: Mapping[FieldName, object]) -> tuple[Record, ...]:
    compared = {key_name(f) for f in kind.fields if f.name in kind.duplicates}
    new = Record(id=_UNKNOWN, kind=kind.id, name=name, values=parts)
    keys = [key for key in sorted(index_of(kind, new).keys) if key[0] in compared]
    found = list(await turn.queries.records_with(kind.id, keys, MOST_DOUBLES))
    if NAME in kind.duplicates and len(found) < MOST_DOUBLES:
        found += await turn.queries.records(kind.id, name, MOST_DOUBLES)
    return tuple({record.id: record for record in found if not record.retired}.values())[:MOST_DOUBLES]
