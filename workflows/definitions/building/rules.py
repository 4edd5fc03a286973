"""Building stages that a rule does: the fields of the form give themselves, from expressions and tables."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from workflows.definitions.expressions.values import Expression, Line, answering, compile_table, compile_value
from workflows.definitions.read import schema
from workflows.domain.definition import Default, Field, Rule, Stage, WorkflowDefinition
from workflows.domain.ids import FieldName
from workflows.domain.routes.rules import needs_of


def build_tables(process: schema.ProcessKeys) -> Mapping[str, Expression]:
    """Return what each table of a process gives, by its name."""
    return {name: build_table(table) for name, table in process.tables.items()}


def build_table(table: schema.TableKeys) -> Expression:
    """Return what a table gives."""
    lines = [
        Line(None if line.when is None else compile_value(line.when), compile_value(line.value)) for line in table.lines
    ]
    return compile_table(lines, first=table.take == "first")


def with_rules(definition: WorkflowDefinition, keys: schema.ProcessKeys) -> WorkflowDefinition:
    """Return a definition whose rules compute their forms."""
    rules = {name: stage.work for name, stage in keys.stages.items() if isinstance(stage.work, schema.RuleKeys)}
    if not rules:
        return definition
    tables = build_tables(keys)
    facts = [field.name for field in definition.fields()]
    ruled = {name: _ruled(definition.stages[name], rule, tables, facts) for name, rule in rules.items()}
    return replace(definition, stages={**definition.stages, **ruled})


def _ruled(stage: Stage, rule: schema.RuleKeys, tables: Mapping[str, Expression], facts: Iterable[FieldName]) -> Stage:
    """Return a stage that a rule does: its fields stand in the order in which they are computed, and all are needed."""
    fields = {field.name: field for field in stage.form}
    form = tuple(_computed(fields[name], source, tables) for name, source in rule.rule.items())
    names = {name for field in form for name in names_used(rule.rule[field.name], tables, _options(field))}
    for outcome in stage.outcomes:
        names |= outcome.when.names if outcome.when is not None else frozenset()
    needs = tuple(name for name in needs_of(names, facts) if name not in rule.rule)
    requires = tuple(field.name for field in form)
    outcomes = tuple(replace(outcome, requires=requires) for outcome in stage.outcomes)
    return replace(stage, form=form, outcomes=outcomes, work=Rule(needs=needs))


def _computed(field: Field, source: str, tables: Mapping[str, Expression]) -> Field:
    """Return a field that suggests what its expression gives."""
    if source in _options(field):
        default = Default(source=source, value=lambda _facts: source)
    else:
        default = Default(source=source, value=answering(compile_value(source), field.type, tables))
    return replace(field, default=default, required=True, decisions=(), again=False)


def _options(field: Field) -> tuple[str, ...]:
    return tuple(option.id for option in field.options)


def names_used(source: str, tables: Mapping[str, Expression], options: Iterable[str] = ()) -> frozenset[str]:
    """Return the names that an expression of a rule uses, those of its tables included."""
    if source in options:
        return frozenset()
    own = compile_value(source).names
    return own.union(*(tables[name].names for name in own if name in tables))
