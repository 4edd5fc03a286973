"""Building domain values from the models of a process and of an organisation."""

import json
from datetime import timedelta

from workflows.definitions import schema
from workflows.definitions.expressions import compile_condition
from workflows.definitions.letters import digest
from workflows.definitions.parse import Parsed
from workflows.domain.definition import (
    ChecklistItem,
    End,
    Field,
    FieldType,
    LetterRule,
    Option,
    Outcome,
    Reaction,
    Stage,
    Target,
    WorkflowDefinition,
)
from workflows.domain.ids import EndId, FieldName, ItemId, OutcomeId, StageId
from workflows.domain.people import Department, Organisation, Person
from workflows.domain.text import Text

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def words(keys: schema.TextKeys) -> Text:
    """Return the words as a domain text."""
    return Text(ru=keys.ru, en=keys.en)


def duration(text: str) -> timedelta:
    """Return the duration written as `30m`."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def original(process: schema.ProcessKeys, stage: StageId, name: FieldName) -> schema.Asked | None:
    """Follow `from` to the field itself; None when it points nowhere or in a circle."""
    seen: set[StageId] = set()
    while stage in process.stages and stage not in seen:
        seen.add(stage)
        found = process.stages[stage].form.get(name)
        if not isinstance(found, schema.FromKeys):
            return found
        stage = found.from_
    return None


def build_organisation(keys: schema.OrganisationKeys) -> Organisation:
    """Return the organisation; its references have been checked."""
    return Organisation(
        name=words(keys.organisation),
        departments={
            name: Department(
                id=name,
                title=words(department.title),
                head=department.head,
                parent=department.parent,
                channel=words(department.channel or department.title),
            )
            for name, department in keys.departments.items()
        },
        people={
            name: Person(
                id=name,
                name=words(person.name),
                post=words(person.post),
                departments=person.departments,
                roles=frozenset(person.roles),
                email=person.email,
            )
            for name, person in keys.people.items()
        },
    )


def build_process(parsed: Parsed[schema.ProcessKeys]) -> WorkflowDefinition:
    """Return the definition; its references have been checked.

    The version is a digest of the file's keys and values: comments and layout do not change it.
    """
    keys = parsed.keys
    names = {name for stage in keys.stages.values() for name in stage.form}
    return WorkflowDefinition(
        id=keys.process,
        version=digest(json.dumps(parsed.document.tree, ensure_ascii=False, separators=(",", ":"))),
        title=words(keys.title),
        prefix=keys.number,
        start=keys.start,
        stages={name: _stage(keys, name, stage, names) for name, stage in keys.stages.items()},
        ends={name: End(id=name, title=words(end.title), closes=end.closes) for name, end in keys.ends.items()},
        summary=tuple(keys.summary),
        talked_about=keys.topic,
    )


def _stage(process: schema.ProcessKeys, name: StageId, keys: schema.StageKeys, names: set[FieldName]) -> Stage:
    form = tuple(_field(process, name, field_name) for field_name in keys.form)
    return Stage(
        id=name,
        title=words(keys.title),
        department=keys.department,
        form=form,
        checklist=tuple(_item(item_id, item) for item_id, item in keys.checklist.items()),
        outcomes=tuple(_outcome(process, o, outcome, form, names) for o, outcome in keys.outcomes.items()),
        joins=tuple(keys.join),
        reaction=None
        if keys.reaction is None
        else Reaction(remind_after=duration(keys.reaction.remind), escalate_after=duration(keys.reaction.escalate)),
        due_after=None if keys.due is None else duration(keys.due),
    )


def _field(process: schema.ProcessKeys, stage: StageId, name: FieldName) -> Field:
    """Return a field; each `from` on the way to the original may change `required` and `hint`, the nearest first."""
    required: bool | None = None
    hint: schema.TextKeys | None = None
    found: schema.Asked | schema.FromKeys = process.stages[stage].form[name]
    while isinstance(found, schema.FromKeys):
        required = found.required if required is None else required
        hint = hint or found.hint
        found = process.stages[found.from_].form[name]
    return _asked(name, found, found.required if required is None else required, hint or found.hint)


def _asked(
    name: FieldName,
    keys: schema.Asked | schema.PlainColumnKeys,
    required: bool,
    hint: schema.TextKeys | None,
) -> Field:
    return Field(
        name=name,
        type=FieldType(keys.type),
        label=words(keys.label),
        required=required,
        hint=None if hint is None else words(hint),
        options=tuple(Option(id=o, label=words(label)) for o, label in keys.options.items())
        if isinstance(keys, schema.ChoiceKeys)
        else (),
        columns=tuple(_asked(c, column, column.required, column.hint) for c, column in keys.columns.items())
        if isinstance(keys, schema.RowsKeys)
        else (),
        currency=keys.currency if isinstance(keys, schema.MoneyKeys) else "RUB",
        of_client=keys.of_client if isinstance(keys, schema.PlainFieldKeys) else None,
    )


def _item(item_id: ItemId, keys: schema.ItemKeys | schema.TextKeys) -> ChecklistItem:
    if isinstance(keys, schema.TextKeys):
        return ChecklistItem(id=item_id, label=words(keys))
    return ChecklistItem(id=item_id, label=words(keys.label), required=keys.required)


def _outcome(
    process: schema.ProcessKeys,
    outcome_id: OutcomeId,
    keys: schema.OutcomeKeys,
    form: tuple[Field, ...],
    names: set[FieldName],
) -> Outcome:
    return Outcome(
        id=outcome_id,
        title=words(keys.title),
        targets=tuple(_target(process, target) for target in keys.to),
        requires=tuple(field.name for field in form if field.required)
        if keys.requires is None
        else tuple(keys.requires),
        needs_checklist=keys.checklist,
        when=None if keys.when is None else compile_condition(keys.when, names),
        letters=tuple(LetterRule(template=letter.template, to=letter.to) for letter in keys.letters),
    )


def _target(process: schema.ProcessKeys, keys: str | schema.StageTargetKeys | schema.EndTargetKeys) -> Target:
    match keys:
        case schema.StageTargetKeys():
            return Target(to=keys.stage, handover=keys.handover)
        case schema.EndTargetKeys():
            return Target(to=keys.end, handover=keys.handover)
    return Target(to=StageId(keys) if keys in process.stages else EndId(keys))
