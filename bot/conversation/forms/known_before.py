"""What is known before a form is filled in: the facts of the case, the client, the people and the day."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.conversation.forms.record_answers import known_records, shown_parts
from bot.conversation.turn import TaskAtHand, Turn
from workflows.domain.case import Case, Values
from workflows.domain.clients import recognised
from workflows.domain.commands import RawValues
from workflows.domain.definition import FieldType, Stage, WorkflowDefinition
from workflows.domain.facts.conditions import Parts
from workflows.domain.forms.defaults import Circumstances, KnownClient, names_known
from workflows.domain.ids import FieldName
from workflows.domain.records import CLIENT, Record
from workflows.usecases.clients_of_forms import named_client
from workflows.usecases.records_of_forms import known_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBefore:
    """`names` are those that defaults use, `values` the facts of the case, `visit` the visit to the stage.

    `about` says in words by what people recognise the records that answers name, `parts` are what conditions see of
    them.
    """

    names: Mapping[str, object] = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    visit: int = 1
    about: Mapping[FieldName, str] = field(default_factory=dict)
    parts: Mapping[FieldName, Parts] = field(default_factory=dict)


async def known_before(
    turn: Turn, definition: WorkflowDefinition, stage: Stage, typed: RawValues, at_hand: TaskAtHand | None = None
) -> KnownBefore:
    """Return what is known before a form, of a task or of a new case; raises StorageUnavailable."""
    case = None if at_hand is None else at_hand.case
    client = await _client(turn, definition, stage, typed, case)
    values = {} if case is None else case.values
    records = await known_records(turn, stage, {**values, **typed})
    circumstances = Circumstances(
        today=turn.today,
        me=turn.name_of(turn.person.id),
        opener=turn.name_of(turn.person.id if case is None else case.opened_by),
        client=None if client is None else KnownClient(name=client.name, attributes=client.values),
        values=values,
        records={name: record.values for name, record in records.items()},
    )
    visit = 1 if at_hand is None else at_hand.task.visit
    about = {name: _about(turn, record) for name, record in records.items()}
    parts = await known_parts(turn.queries, turn.definitions.kinds, definition, {**values, **typed})
    return KnownBefore(
        names=names_known(definition, circumstances), values=values, visit=visit, about=about, parts=parts
    )


def _about(turn: Turn, record: Record) -> str:
    kind = turn.definitions.kinds.known(record.kind)
    lines = [f"{label}: {words}" for label, words in shown_parts(kind, record, turn.language)]
    if record.retired:
        lines.insert(0, turn.words.gettext("This record is not in use any more; the case keeps it."))
    return "; ".join(lines)


async def _client(
    turn: Turn, definition: WorkflowDefinition, stage: Stage, typed: RawValues, case: Case | None
) -> Record | None:
    """Return the client of the form as typed, else of the case, as the client base knows them."""
    asked = next((each.name for each in stage.form if each.type is FieldType.CLIENT), None)
    if asked is not None and asked in typed:
        named = named_client(definition, stage.id, typed)
        if named is None:
            return None
        return recognised(named.name, named.inn, await turn.queries.records_like(CLIENT, named.name, named.inn))
    if case is None or case.client is None:
        return None
    return await turn.queries.record(case.client.id)
