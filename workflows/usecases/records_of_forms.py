"""Which records of the base a form means: found by what was chosen or typed, added when new, kept up to date."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from workflows.domain.case import Case, Values
from workflows.domain.clients import Recorded, new_key_of, recognised
from workflows.domain.commands import RawValues
from workflows.domain.compiled import Condition
from workflows.domain.decision import Decision, Situation
from workflows.domain.definition import Field, FieldType, Stage, WorkflowDefinition
from workflows.domain.errors import FormInvalid
from workflows.domain.events import RuleApplied, TaskCompleted
from workflows.domain.facts.conditions import Parts
from workflows.domain.facts.kinds.named import NEW, record_retired, record_unknown
from workflows.domain.facts.values import readable, typed
from workflows.domain.ids import FieldName, KindId, ProcessId, RecordId
from workflows.domain.records import CLIENT, NAME, Record, RecordKind, RecordKinds
from workflows.domain.text import storable
from workflows.domain.who import OWNER, WhoKind, WhoRule
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import UnitOfWork

_LABEL = re.compile(r"(?P<name>.+) · (?:#(?P<id>\d{1,15})|\+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRecord:
    """A record as an answer names it: the question, the name, and the id when it was chosen; `is_new` when added."""

    field: Field
    name: str
    id: RecordId | None = None
    is_new: bool = False

    @property
    def kind(self) -> KindId:
        """Return the kind of the record."""
        return self.field.kind or CLIENT


def written_as(name: str, record: Record | None = None) -> str:
    """Return what names a record and no other one, or a new one, for controls that take text alone."""
    return f"{name} · +" if record is None else f"{record.name} · #{record.id}"


def answer_written(answer: object) -> str:
    """Return an answer that names a record as `written_as` writes it; what was only typed stays as it is."""
    if not isinstance(answer, Mapping):
        return "" if answer is None else str(answer)
    name, chosen = str(answer.get("name") or ""), answer.get("id")
    if isinstance(chosen, int) and not isinstance(chosen, bool):
        return f"{name} · #{chosen}"
    return written_as(name) if chosen == NEW and name else name


def named_record(field: Field, answer: object) -> NamedRecord | None:
    """Return the record that the answer to a question names; None for an empty one."""
    written = answer.get("name") if isinstance(answer, Mapping) else answer
    if not isinstance(written, str) or not (name := " ".join(storable(written).split())):
        return None
    if isinstance(answer, Mapping):
        chosen = answer.get("id")
        if isinstance(chosen, int) and not isinstance(chosen, bool):
            return NamedRecord(field=field, name=name, id=RecordId(chosen))
        return NamedRecord(field=field, name=name, is_new=chosen == NEW)
    if label := _LABEL.fullmatch(name):
        chosen = None if label["id"] is None else RecordId(int(label["id"]))
        return NamedRecord(field=field, name=label["name"], id=chosen, is_new=chosen is None)
    return NamedRecord(field=field, name=name)


def named_records(stage: Stage | None, raw: RawValues) -> tuple[NamedRecord, ...]:
    """Return the records that the answers to a stage's form name, besides its client."""
    asked = () if stage is None else (each for each in stage.form if each.type is FieldType.RECORD)
    named = (named_record(field, raw.get(field.name)) for field in asked)
    return tuple(each for each in named if each is not None)


def answer_of(named: NamedRecord, record: Record | None, *, is_new: bool = False) -> Mapping[str, object]:
    """Return the answer that names a record of the base, or one that is still to be added."""
    added: Mapping[str, object] = {NEW: True} if is_new or record is None else {}
    found = {"id": NEW, "name": named.name} if record is None else {"id": record.id, "name": record.name}
    return {**found, "kind": named.kind, **added}


def meant_record(
    named: NamedRecord, chosen: Record | None, like: Sequence[Recorded[Record]], present: object
) -> Record | None:
    """Return the record meant, None for a new one; raises FormInvalid when it is offered no more, or may not be added.

    The record of a running case (*present*) stays, even when it has been retired meanwhile.
    """
    if chosen is not None and chosen.kind == named.kind:
        is_present = isinstance(present, Mapping) and present.get("id") == chosen.id
        if chosen.retired and not is_present:
            raise FormInvalid(problems={named.field.name: record_retired(named.name)})
        return chosen
    found = None if named.is_new else recognised(named.name, None, like)
    if found is None and not named.field.may_add:
        raise FormInvalid(problems={named.field.name: record_unknown(named.name)})
    return found


def with_records(
    unit: UnitOfWork, kinds: RecordKinds, situation: Situation, stage: Stage | None, answers: tuple[RawValues, Values]
) -> RawValues:
    """Return the raw *answers* with the records of the base, those that are new added; raises FormInvalid.

    The second of *answers* are the facts of the case.
    """
    raw, facts = answers
    settled = dict(raw)
    for named in named_records(stage, raw):
        kind = kinds.known(named.kind)
        chosen = None if named.id is None else _followed(unit, kind, named.id)
        like = unit.records_like(kind, named.name, None)
        record = meant_record(named, chosen, like, facts.get(named.field.name))
        is_new = record is None
        if record is None:
            key = new_key_of(named.name, None, like)
            record = unit.add_record(kind, named.name, situation.now, key=key, owner=situation.actor)
        settled[named.field.name] = answer_of(named, record, is_new=is_new or _was_new(facts, named, record))
    return settled


def _was_new(facts: Values, named: NamedRecord, record: Record) -> bool:
    before = facts.get(named.field.name)
    return isinstance(before, Mapping) and before.get("id") == record.id and bool(before.get(NEW))


def _followed(unit: UnitOfWork, kind: RecordKind, record_id: RecordId) -> Record | None:
    record = unit.record(kind, record_id)
    merged = None if record is None else record.merged_into
    return record if merged is None else unit.record(kind, merged)


async def surviving_record(queries: Queries, record_id: RecordId) -> Record | None:
    """Return a record, or the one that stands for it since they were merged."""
    record = await queries.record(record_id)
    merged = None if record is None else record.merged_into
    return record if merged is None else await queries.record(merged)


async def found_record(queries: Queries, named: NamedRecord, present: object = None) -> Record | None:
    """Return the record that is meant now; None for a new one. Raises FormInvalid."""
    chosen = None if named.id is None else await surviving_record(queries, named.id)
    return meant_record(named, chosen, await queries.records_like(named.kind, named.name, None), present)


async def with_known_records(queries: Queries, stage: Stage | None, raw: RawValues, facts: Values) -> RawValues:
    """Return the answers with the records as the base knows them now, adding none; raises FormInvalid."""
    settled = dict(raw)
    for named in named_records(stage, raw):
        record = await found_record(queries, named, facts.get(named.field.name))
        is_new = record is None or _was_new(facts, named, record)
        settled[named.field.name] = answer_of(named, record, is_new=is_new)
    return settled


def keep_records(unit: UnitOfWork, kinds: RecordKinds, decision: Decision, situation: Situation) -> None:
    """Write what completed forms and rules contain about records back to them, and link the case's records to it."""
    for event in decision.events:
        match event:
            case TaskCompleted():
                stage = situation.definition.stages[decision.case.tasks[event.task_id].stage]
            case RuleApplied():
                stage = situation.definition.stages[event.stage]
            case _:
                continue
        named = _named_in(stage, event.values)
        unit.link_records(decision.case.id, (record_id for _, record_id in named.values()), situation.now)
        for (kind_id, record_id), changes in _parts_in(stage, decision.case, event.values).items():
            unit.update_record(
                kinds.known(kind_id), record_id, changes, situation.now, by=situation.actor, case_id=decision.case.id
            )


def _named_in(stage: Stage, values: Values) -> Mapping[FieldName, tuple[KindId, RecordId]]:
    named = ((field, values.get(field.name)) for field in stage.form if field.type is FieldType.RECORD)
    return {
        field.name: (field.kind or CLIENT, RecordId(value["id"]))
        for field, value in named
        if isinstance(value, Mapping) and isinstance(value.get("id"), int)
    }


def _parts_in(stage: Stage, case: Case, values: Values) -> Mapping[tuple[KindId, RecordId], dict[FieldName, object]]:
    parts: dict[tuple[KindId, RecordId], dict[FieldName, object]] = {}
    for field in stage.form:
        if field.of_record is None or field.name not in values:
            continue
        of, part = field.of_record
        named = case.values.get(of)
        if isinstance(named, Mapping) and isinstance(named.get("id"), int):
            kind = KindId(str(named.get("kind") or CLIENT))
            parts.setdefault((kind, RecordId(named["id"])), {})[part] = values[field.name]
    return parts


def parts_of(kind: RecordKind, record: Record | None, named: Mapping[str, Any]) -> Parts:
    """Return what conditions see of a record that a fact names."""
    values = {} if record is None else record.values
    known = {str(f.name): typed(f, values[f.name]) for f in kind.fields if f.name in values}
    owned = {} if record is None or record.owner is None else {OWNER: record.owner}
    return {**known, **owned, str(NAME): named.get("name"), NEW: bool(named.get(NEW))}


_asked: dict[tuple[ProcessId, str], frozenset[FieldName]] = {}


def records_asked(definition: WorkflowDefinition) -> frozenset[FieldName]:
    """Return the fields of whose records a process asks something: a part in a condition, or the owner."""
    key = definition.id, definition.version
    if key not in _asked:
        found = list(_parts_named(definition))
        parts = (name for each in found if isinstance(each, Condition) for name in each.names if "." in name)
        names = {name.partition(".")[0] for name in parts}
        owned = {each.name for each in found if isinstance(each, WhoRule) and each.kind is WhoKind.OWNER}
        of_records = (FieldType.RECORD, FieldType.CLIENT)
        _asked[key] = frozenset(
            f.name
            for f in definition.fields()
            if f.type in of_records
            and (f.name in {*names, *owned} or (f.type is FieldType.CLIENT and str(CLIENT) in owned))
        )
    return _asked[key]


def _parts_named(value: object) -> Iterator[Condition | WhoRule]:
    match value:
        case Condition():
            yield value
        case Mapping():
            for each in value.values():
                yield from _parts_named(each)
        case tuple():
            for each in value:
                yield from _parts_named(each)
        case _ if is_dataclass(value) and not isinstance(value, type):
            if isinstance(value, WhoRule):
                yield value
            for each in fields(value):
                yield from _parts_named(getattr(value, each.name))


def asked_values(definition: WorkflowDefinition, values: Values) -> Iterable[tuple[Field, Mapping[str, Any]]]:
    """Iterate over the facts that name records of which conditions ask something."""
    asked = records_asked(definition)
    if not asked:
        return
    for field in definition.fields():
        value = values.get(field.name)
        if field.name in asked and isinstance(value, Mapping):
            yield field, value


def read_parts(
    unit: UnitOfWork, kinds: RecordKinds, definition: WorkflowDefinition, values: Values
) -> Mapping[FieldName, Parts]:
    """Return what the conditions of a process see of the records that facts name."""
    found: dict[FieldName, Parts] = {}
    for field, named in asked_values(definition, values):
        kind = kinds.known(field.kind or CLIENT)
        number = named.get("id")
        record = _followed(unit, kind, RecordId(number)) if isinstance(number, int) else None
        found[field.name] = {**parts_of(kind, record, named), **_answered(definition, field.name, values)}
    return found


async def known_parts(
    queries: Queries, kinds: RecordKinds, definition: WorkflowDefinition, values: Values
) -> Mapping[FieldName, Parts]:
    """Return what the conditions of a process see of the records that facts or answers name."""
    found: dict[FieldName, Parts] = {}
    for field, named in asked_values(definition, values):
        number = named.get("id")
        record = await surviving_record(queries, RecordId(number)) if isinstance(number, int) else None
        parts = parts_of(kinds.known(field.kind or CLIENT), record, named)
        found[field.name] = {**parts, **_answered(definition, field.name, values)}
    return found


def _answered(definition: WorkflowDefinition, of: FieldName, values: Values) -> Parts:
    """Return the parts of a record that are answered here, and not written to it yet."""
    parts: dict[str, object] = {}
    for field in definition.fields():
        value = readable(field, values.get(field.name))
        if field.of_record is not None and field.of_record[0] == of and value is not None:
            parts[field.of_record[1]] = typed(field, value)
    return parts
