"""Building domain values from the models of a process and of an organisation."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from workflows.definitions.building.rules import with_rules
from workflows.definitions.building.sub_cases import with_sub_cases
from workflows.definitions.building.who import build_but_not, build_who, department_of
from workflows.definitions.building.work import verdict_of, work_of
from workflows.definitions.expressions.compile import compile_condition, compile_value
from workflows.definitions.expressions.defaults import compile_default
from workflows.definitions.expressions.value_types import Names, Records, names_of, type_of
from workflows.definitions.letters.vocabulary import digest
from workflows.definitions.read import schema
from workflows.definitions.read.parse import Parsed
from workflows.domain.compiled import Condition
from workflows.domain.definition import (
    MOST_FILES,
    ChecklistItem,
    End,
    Field,
    FieldType,
    JoinNeed,
    LetterRule,
    Option,
    Outcome,
    Reaction,
    Stage,
    Target,
    VisitLimit,
    WorkflowDefinition,
)
from workflows.domain.facts.values import readable
from workflows.domain.ids import DepartmentId, EndId, FieldName, ItemId, OutcomeId, StageId
from workflows.domain.people import Department, Organisation, Person
from workflows.domain.records import CLIENT
from workflows.domain.text import Text

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def words(keys: schema.TextKeys) -> Text:
    """Return the words as a domain text."""
    return Text(ru=keys.ru or keys.en or "", en=keys.en or keys.ru or "")


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


def fields_of(process: schema.ProcessKeys) -> dict[FieldName, schema.Asked]:
    """Return the fields of all forms, each as it is first described: the facts of a case.

    What a stage asks about each row is no fact of the case but a cell of the row.
    """
    found: dict[FieldName, schema.Asked] = {}
    for stage_id, stage in process.stages.items():
        is_about_rows = schema.rows_of(stage.work) is not None and stage_id != process.start
        for name in () if is_about_rows else stage.form:
            asked = original(process, stage_id, name)
            if asked is not None:
                found.setdefault(name, asked)
    return found


def cells_of(process: schema.ProcessKeys, rows: FieldName) -> dict[FieldName, schema.Asked | schema.Column]:
    """Return the cells of a rows field: its columns, and what stages ask about each of its rows."""
    field = fields_of(process).get(rows)
    found: dict[FieldName, schema.Asked | schema.Column] = {}
    if isinstance(field, schema.RowsKeys):
        found |= field.columns
        for stage_id, stage in process.stages.items():
            # A case is opened at the first stage: `check_work` says that it is not about rows.
            if schema.rows_of(stage.work) == rows and stage_id != process.start:
                asked = ((name, original(process, stage_id, name)) for name in stage.form)
                found = {name: cell for name, cell in asked if cell is not None} | found
    return found


def names_at(process: schema.ProcessKeys, stage: schema.StageKeys, names: Names) -> Names:
    """Return the names that the expressions of a stage may use: those of the process, and of a row the cells."""
    rows = schema.rows_of(stage.work)
    if rows is None:
        return names
    return names.also({str(name): type_of(cell) for name, cell in cells_of(process, rows).items()})


def process_names(process: schema.ProcessKeys, records: Records | None = None) -> Names:
    """Return the names that the expressions of a process may use; rows have all the cells that tasks of them ask."""
    names = names_of(process, fields_of(process), records)
    worked_on = {name for stage in process.stages.values() if (name := schema.rows_of(stage.work)) is not None}
    rows = {
        str(name): replace(names[name], columns={str(n): type_of(c) for n, c in cells_of(process, name).items()})
        for name in worked_on
        if name in names
    }
    return names.also(rows)


def _decisions(stage: schema.StageKeys, name: FieldName, required: bool) -> tuple[OutcomeId, ...]:
    """Return the decisions with which a field is asked, all when empty.

    An optional field that some decisions name in `requires` belongs to these, unless its `for` says otherwise.
    """
    written = stage.form[name].for_
    if written is not None:
        return tuple(written)
    if required:
        return ()
    return tuple(
        o for o, outcome in stage.outcomes.items() if outcome.requires is not None and name in outcome.requires
    )


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
                post=_post(keys, person),
                departments=person.departments,
                roles=frozenset(person.roles),
                email=person.email,
                holds=person.post if isinstance(person.post, str) else None,
                skills=frozenset(person.skills),
            )
            for name, person in keys.people.items()
        },
        posts={name: words(title) for name, title in keys.posts.items()},
        skills={name: words(title) for name, title in keys.skills.items()},
        roles={name: words(title) for name, title in keys.roles.items()},
    )


def _post(keys: schema.OrganisationKeys, person: schema.PersonKeys) -> Text:
    if isinstance(person.post, str):
        title = keys.posts.get(person.post)
        return Text.same(person.post) if title is None else words(title)
    return words(person.post)


def build_process(parsed: Parsed[schema.ProcessKeys]) -> WorkflowDefinition:
    """Return the definition; its references have been checked.

    The version is a digest of the file's keys and values: comments and layout do not change it.
    """
    keys = parsed.keys
    names = process_names(keys)
    definition = WorkflowDefinition(
        id=keys.process,
        version=digest(json.dumps(parsed.document.tree, ensure_ascii=False, separators=(",", ":"))),
        title=words(keys.title),
        prefix=keys.number,
        start=keys.start,
        stages={name: _stage(keys, name, stage, names) for name, stage in keys.stages.items()},
        ends={name: End(id=name, title=words(end.title), closes=end.closes) for name, end in keys.ends.items()},
        summary=tuple(keys.summary),
        talked_about=keys.topic,
        offers=keys.offers,
    )
    return with_sub_cases(with_rules(definition, keys), keys)


def _stage(process: schema.ProcessKeys, name: StageId, keys: schema.StageKeys, names: Names) -> Stage:
    here = names_at(process, keys, names)
    fields = [_field(process, name, field_name, here) for field_name in keys.form]
    form = tuple(field for field in fields if field.computed is None)
    return Stage(
        id=name,
        title=words(keys.title),
        department=department_of(keys) or DepartmentId(""),
        form=form,
        computed=tuple(field for field in fields if field.computed is not None),
        checklist=tuple(_item(item_id, item, here) for item_id, item in keys.checklist.items()),
        outcomes=tuple(_outcome(process, keys, o, form, here) for o in keys.outcomes),
        joins=keys.joined,
        need=_need(keys),
        skip_when=None if keys.skip_when is None else compile_condition(keys.skip_when, names),
        optional=keys.optional,
        left_out_as=keys.left_out_as,
        at_most=None
        if keys.at_most is None
        else VisitLimit(visits=keys.at_most.visits, otherwise=_target(process, keys.at_most.else_, names)),
        reaction=None
        if keys.reaction is None
        else Reaction(remind_after=duration(keys.reaction.remind), escalate_after=duration(keys.reaction.escalate)),
        due_after=None if keys.due is None else duration(keys.due),
        who=build_who(keys, here),
        but_not=build_but_not(keys),
        offer=keys.offer,
        work=work_of(keys, names),
    )


def _need(keys: schema.StageKeys) -> JoinNeed | int:
    need = keys.join.need if isinstance(keys.join, schema.JoinKeys) else "all"
    if need.isdecimal():
        return int(need)
    return 1 if need == "any" else JoinNeed(need)


def _field(process: schema.ProcessKeys, stage: StageId, name: FieldName, names: Names) -> Field:
    """Return a field; each `from` on the way to the original may change some of its keys, the nearest first."""
    written = process.stages[stage].form[name]
    found: schema.Asked | schema.FromKeys = written
    changed: dict[str, Any] = {}
    while isinstance(found, schema.FromKeys):
        said = {key: getattr(found, key) for key in _CHANGED}
        changed = {key: value for key, value in said.items() if value is not None} | changed
        found = process.stages[found.from_].form[name]
    keys = found.model_copy(update=changed)
    decisions = _decisions(process.stages[stage], name, keys.required)
    return replace(
        asked(name, keys, names),
        decisions=decisions,
        again=keys.again,
        expect=_condition(keys.expect, names),
        show_when=_condition(keys.show_when, names),
        required_when=_condition(keys.required_when, names),
        of_record=None if keys.of_record is None else part_of(keys.of_record),
        gathered=tuple(_gathered(process, name, names)) if isinstance(keys, schema.RowsKeys) else (),
        computed=None if keys.computed is None else compile_value(keys.computed, names),
    )


_CHANGED = ("required", "hint", "default", "again", "expect", "show_when", "required_when")
"""The keys that a field taken from another stage may have of its own."""


def _condition(source: str | None, names: Names) -> Condition | None:
    return None if source is None else compile_condition(source, names)


def _gathered(process: schema.ProcessKeys, rows: FieldName, names: Names) -> Iterator[Field]:
    """Iterate over what stages ask about each row besides its columns, each name once."""
    seen = set(field.columns) if isinstance(field := fields_of(process).get(rows), schema.RowsKeys) else set()
    for stage_id, stage in process.stages.items():
        if schema.rows_of(stage.work) == rows:
            for name in stage.form:
                if name not in seen:
                    seen.add(name)
                    yield _field(process, stage_id, name, names_at(process, stage, names))


def asked(name: FieldName, keys: schema.Asked | schema.Column, names: Names) -> Field:
    """Return the question of a form, of a row or of a record."""
    options = keys.options if isinstance(keys, schema.ChoiceColumnKeys) else {}
    field = Field(
        name=name,
        type=type_of_field(keys),
        kind=keys.kind if isinstance(keys, schema.RecordKeys) else None,
        may_add=not isinstance(keys, schema.RecordKeys) or keys.add,
        label=words(keys.label),
        required=keys.required,
        hint=None if keys.hint is None else words(keys.hint),
        options=tuple(Option(id=o, label=words(label)) for o, label in options.items()),
        columns=tuple(asked(c, column, names) for c, column in keys.columns.items())
        if isinstance(keys, schema.RowsKeys)
        else (),
        currency=keys.currency if isinstance(keys, schema.MoneyColumnKeys) else "RUB",
        of_client=keys.of_client if isinstance(keys, schema.OfClientKeys) else None,
        default=None if keys.default is None else compile_default(keys.default, names.facts, options),
        unit=words(keys.unit) if isinstance(keys, schema.NumberColumnKeys) and keys.unit is not None else None,
        max_files=keys.max_files if isinstance(keys, schema.FilesKeys) else MOST_FILES,
        bik=keys.bik if isinstance(keys, schema.AccountColumnKeys) else None,
    )
    if not isinstance(keys, schema.LimitKeys):
        return field
    return replace(field, least=limit(field, keys.min), greatest=limit(field, keys.max))


def limit(field: Field, written: str | None) -> str | None:
    """Return a limit of a field as a canonical value; None where there is none, or none that can be read."""
    read = None if written is None else readable(field, written)
    return None if read is None else str(read)


def type_of_field(keys: schema.Asked | schema.Column) -> FieldType:
    """Return the type of a field; a record of the kind of clients is the client."""
    is_client = isinstance(keys, schema.RecordKeys) and keys.kind == CLIENT
    return FieldType.CLIENT if is_client else FieldType(keys.type)


def part_of(written: str) -> tuple[FieldName, FieldName]:
    """Return the field and the part of its record in `client.phone`."""
    field, _, part = written.partition(".")
    return FieldName(field), FieldName(part)


def _item(item_id: ItemId, keys: schema.ItemKeys | schema.TextKeys, names: Names) -> ChecklistItem:
    if isinstance(keys, schema.TextKeys):
        return ChecklistItem(id=item_id, label=words(keys))
    return ChecklistItem(
        id=item_id,
        label=words(keys.label),
        required=keys.required,
        decisions=tuple(keys.for_ or ()),
        when=_condition(keys.when, names),
    )


def _outcome(
    process: schema.ProcessKeys,
    stage: schema.StageKeys,
    outcome_id: OutcomeId,
    form: tuple[Field, ...],
    names: Names,
) -> Outcome:
    keys = stage.outcomes[outcome_id]
    return Outcome(
        id=outcome_id,
        title=words(keys.title),
        targets=tuple(_target(process, target, names) for target in keys.to),
        requires=tuple(f.name for f in form if f.required and (not f.decisions or outcome_id in f.decisions))
        if keys.requires is None
        else tuple(keys.requires),
        needs_checklist=keys.checklist,
        when=_condition(keys.when, names),
        letters=tuple(
            LetterRule(template=letter.template, to=letter.to, when=_condition(letter.when, names))
            for letter in keys.letters
        ),
        at_once=keys.at_once,
        verdict=verdict_of(stage, outcome_id),
        preview=keys.preview,
    )


def _target(
    process: schema.ProcessKeys,
    keys: str | schema.StageTargetKeys | schema.EndTargetKeys,
    names: Names,
) -> Target:
    if not isinstance(keys, str):
        to = keys.stage if isinstance(keys, schema.StageTargetKeys) else keys.end
        when = None if keys.when is None else compile_condition(keys.when, names)
        return Target(to=to, handover=keys.handover, when=when)
    return Target(to=StageId(keys) if keys in process.stages else EndId(keys))
