"""Building stages that a case of another process does."""

from dataclasses import replace

from workflows.definitions.expressions.values import answering, compile_value
from workflows.definitions.read import schema
from workflows.domain.definition import Default, EachRow, FieldType, Handed, Stage, SubCase, WorkflowDefinition
from workflows.domain.ids import FieldName


def with_sub_cases(definition: WorkflowDefinition, keys: schema.ProcessKeys) -> WorkflowDefinition:
    """Return a definition whose stages open the cases that their keys name."""
    asked = {name: stage.work for name, stage in keys.stages.items() if isinstance(stage.work, schema.SubCaseKeys)}
    if not asked:
        return definition
    facts = frozenset(field.name for field in (*definition.fields(), *definition.cells()))
    stages = {name: _stage(definition.stages[name], work, facts) for name, work in asked.items()}
    return replace(definition, stages={**definition.stages, **stages})


def _stage(stage: Stage, keys: schema.SubCaseKeys, facts: frozenset[FieldName]) -> Stage:
    work = SubCase(
        process=keys.case,
        hands=tuple(_handed(to, source, facts) for to, source in keys.with_.items()),
        takes=dict(keys.take),
        ends=dict(keys.ends),
        waits=keys.wait,
    )
    return replace(stage, work=replace(stage.work, case=work) if isinstance(stage.work, EachRow) else work)


def _handed(to: FieldName, source: str, facts: frozenset[FieldName]) -> Handed:
    if FieldName(source) in facts:
        return Handed(to=to, fact=FieldName(source))
    value = answering(compile_value(source), FieldType.NUMBER, {})
    return Handed(to=to, computed=Default(source=source, value=value))
