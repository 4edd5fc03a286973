"""The people and departments of an organisation as the options of the fields that ask for one of them."""

from collections import Counter
from dataclasses import replace

from workflows.domain.definition import Field, FieldType, Option, WorkflowDefinition
from workflows.domain.people import Organisation, Person
from workflows.domain.text import Text


def staffed(definition: WorkflowDefinition, organisation: Organisation) -> WorkflowDefinition:
    """Return the definition with everybody who may be chosen as the options of its fields."""
    options = {kind: options_of(kind, organisation) for kind in (FieldType.PERSON, FieldType.DEPARTMENT)}

    def filled(field: Field) -> Field:
        columns = tuple(map(filled, field.columns))
        if field.type not in options and columns == field.columns:
            return field
        return replace(field, columns=columns, options=options.get(field.type, field.options))

    stages = {
        name: replace(stage, form=form) if (form := tuple(map(filled, stage.form))) != stage.form else stage
        for name, stage in definition.stages.items()
    }
    return definition if stages == definition.stages else replace(definition, stages=stages)


def options_of(kind: FieldType, organisation: Organisation) -> tuple[Option, ...]:
    """Return everybody, or every department, that a field of this kind may be answered with; empty for other kinds."""
    if kind is FieldType.PERSON:
        return _people(organisation)
    if kind is FieldType.DEPARTMENT:
        return tuple(Option(id=each.id, label=each.title) for each in organisation.departments.values())
    return ()


def _people(organisation: Organisation) -> tuple[Option, ...]:
    """Return everybody by name; namesakes are told apart by their posts."""
    people = organisation.people.values()
    names = Counter(name for person in people for name in {person.name.ru, person.name.en})
    return tuple(Option(id=person.id, label=_label(person, names)) for person in people)


def _label(person: Person, names: Counter[str]) -> Text:
    if names[person.name.ru] == names[person.name.en] == 1:
        return person.name
    return Text(ru=f"{person.name.ru}, {person.post.ru}", en=f"{person.name.en}, {person.post.en}")
