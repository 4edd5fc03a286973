"""Stages that a rule does, and their tables: every name exists, the values fit, and some outcome is always taken."""

from collections.abc import Iterator

from workflows.definitions.building.process import process_names
from workflows.definitions.building.rules import build_tables, names_used
from workflows.definitions.check.letters import filled_before
from workflows.definitions.check.stages.ways import Fields, Process, unknown
from workflows.definitions.expressions.check_types import check_condition, type_of_expression
from workflows.definitions.expressions.compile import BadExpression
from workflows.definitions.expressions.value_types import KNOWN_RECORDS, Gives, Names, Type, type_of
from workflows.definitions.problems import Problem
from workflows.definitions.read import schema
from workflows.definitions.read.yaml_text import Path
from workflows.domain.definition import Rule, Stage, WorkflowDefinition
from workflows.domain.ids import FieldName, StageId
from workflows.domain.text import Text

_IN_FORM = Text(ru="в форме этого этапа поля", en="field in the form of this stage")


def check_rules(process: Process, fields: Fields) -> Iterator[Problem]:
    """Iterate over the problems of the tables of a process and of the stages that a rule does."""
    names = process_names(process.keys, KNOWN_RECORDS)
    types: dict[str, Type] = {}
    for name in process.keys.tables:
        at: Path = ("tables", name)
        if FieldName(name) in fields or name in names:
            yield process.problem(
                at,
                f"имя «{name}» уже занято; назовите таблицу иначе",
                f'the name "{name}" is taken; give the table another name',
            )
            continue
        yield from _check_table(process, name, names, types)
        types.setdefault(name, Type(gives=Gives.NUMBER))
    for stage_id, stage in process.keys.stages.items():
        if isinstance(stage.work, schema.RuleKeys):
            yield from _check_rule(process, stage_id, stage.work, fields, names.also(types))


def _check_table(process: Process, name: FieldName, names: Names, types: dict[str, Type]) -> Iterator[Problem]:
    """Iterate over the problems of a table, and record the type of what it gives."""
    at: Path = ("tables", name)
    table = process.keys.tables[name]
    for index, line in enumerate(table.lines):
        path: Path = (*at, "lines", index)
        if line.when is not None:
            yield from _misfit(process, (*path, "when"), line.when, names)
        try:
            of = type_of_expression(line.value, names)
        except BadExpression as bad:
            yield process.problem((*path, "value"), bad.words.ru, bad.words.en)
            continue
        first = types.setdefault(name, of)
        if of.gives is not first.gives or (table.take == "sum" and of.gives is not Gives.NUMBER):
            wanted = Type(gives=Gives.NUMBER) if table.take == "sum" else first
            yield process.problem(
                (*path, "value"),
                f"строка таблицы «{name}» даёт {of.gives.value.ru}, а нужно другое: {wanted.gives.value.ru}; "
                "исправьте value",
                f'a line of the table "{name}" gives {of.gives.value.en} where {wanted.gives.value.en} is needed; '
                "correct the value",
            )
        if line.when is None and index + 1 < len(table.lines) and table.take == "first":
            yield process.problem(
                path,
                "строка без when подходит всегда, и до следующих дело не дойдёт; перенесите её в конец",
                "a line without a when always holds, and those after it are never reached; move it to the end",
            )


def _misfit(process: Process, path: Path, source: str, names: Names) -> Iterator[Problem]:
    try:
        check_condition(source, names)
    except BadExpression as bad:
        yield process.problem(path, bad.words.ru, bad.words.en)


def _check_rule(
    process: Process, stage_id: StageId, rule: schema.RuleKeys, fields: Fields, names: Names
) -> Iterator[Problem]:
    at: Path = ("stages", stage_id)
    stage = process.keys.stages[stage_id]
    if stage_id == process.keys.start:
        yield process.problem(
            (*at, "work"),
            "первый этап выполняет тот, кто открывает дело; уберите work или начните процесс с другого этапа",
            "the first stage is done by whoever opens the case; remove the work or start the process elsewhere",
        )
        return
    if stage.checklist:
        yield process.problem(
            (*at, "checklist"),
            "этап выполняется без человека, отмечать чек-лист некому; уберите checklist",
            "the stage is done without a person, and nobody ticks a check list; remove it",
        )
    for name, source in rule.rule.items():
        path = (*at, "work", "rule", name)
        if name not in stage.form:
            yield unknown(process, path, _IN_FORM, name, stage.form)
        elif (asked := fields.get(name)) is not None:
            yield from _check_computed(process, path, source, asked, names)
    for name in stage.form:
        if name not in rule.rule:
            yield process.problem(
                (*at, "form", name),
                f"поле «{name}» никто не заполнит: этап выполняется без человека; напишите в work: rule, чему оно "
                "равно",
                f'nobody fills in "{name}": the stage is done without a person; write in work: rule what it is',
            )
    yield from _check_order(process, at, stage)


def _check_computed(process: Process, path: Path, source: str, asked: schema.Asked, names: Names) -> Iterator[Problem]:
    wanted = type_of(asked)
    if isinstance(asked, schema.ChoiceKeys) and source in asked.options:
        return
    try:
        given = type_of_expression(source, names)
    except BadExpression as bad:
        yield process.problem(path, bad.words.ru, bad.words.en)
        return
    if given.gives is not wanted.gives:
        yield process.problem(
            path,
            f"«{source}» даёт {given.gives.value.ru}, а полю нужно другое: {wanted.gives.value.ru}; исправьте "
            "выражение или тип поля",
            f'"{source}" gives {given.gives.value.en} where the field needs {wanted.gives.value.en}; correct the '
            "expression or the type of the field",
        )


def _check_order(process: Process, at: Path, stage: schema.StageKeys) -> Iterator[Problem]:
    """Yield a problem for an outcome that is never reached because one before it is always open."""
    always = next((name for name, outcome in stage.outcomes.items() if outcome.when is None), None)
    names = list(stage.outcomes)
    if always is not None and always != names[-1]:
        after = names[names.index(always) + 1]
        yield process.problem(
            (*at, "outcomes", after),
            f"до решения «{after}» дело не дойдёт: «{always}» без when подходит всегда; поставьте его последним",
            f'the outcome "{after}" is never reached: "{always}" has no when and always holds; make it the last',
        )


def check_rules_decide(process: Process, definition: WorkflowDefinition) -> Iterator[Problem]:
    """Iterate over the rules that may not be able to decide: something they use may not be filled in, or no outcome."""
    if not any(isinstance(stage.work, Rule) for stage in definition.stages.values()):
        return
    filled = filled_before(definition)
    tables = build_tables(process.keys)
    for stage in definition.stages.values():
        rule = process.keys.stages[stage.id].work
        if not isinstance(stage.work, Rule) or not isinstance(rule, schema.RuleKeys):
            continue
        known = {str(name) for name in filled[stage.id]}
        facts = {str(field.name) for field in definition.fields()}
        for field in stage.form:
            used = names_used(rule.rule[field.name], tables, [option.id for option in field.options])
            missing = sorted((used & facts) - known - _guarded(process, rule.rule[field.name]))
            if missing:
                yield process.problem(
                    ("stages", stage.id, "work", "rule", field.name),
                    f"«{missing[0]}» к этому этапу заполнено не на всех путях, и посчитать «{field.name}» не выйдет; "
                    "сделайте поле обязательным раньше",
                    f'"{missing[0]}" is not filled in on every way to this stage, so that "{field.name}" cannot be '
                    "computed; make the field required earlier",
                )
            # What is missing is told once.
            known |= {str(field.name), *missing}
        yield from _check_some_outcome(process, stage)


def _guarded(process: Process, source: str) -> frozenset[str]:
    """Return the names that an expression, or a table that it uses, asks for being filled."""
    sources = [source]
    for name, table in process.keys.tables.items():
        if name in source:
            sources += [line.when for line in table.lines if line.when is not None]
    fields = {str(name) for stage in process.keys.stages.values() for name in stage.form}
    return frozenset(name for name in fields if any(f"{name} is filled" in each for each in sources))


def _check_some_outcome(process: Process, stage: Stage) -> Iterator[Problem]:
    if stage.outcomes and all(outcome.when is not None for outcome in stage.outcomes):
        yield process.problem(
            ("stages", stage.id, "outcomes"),
            "правило может не выбрать ни одного решения; оставьте последнее решение без when",
            "the rule may find no outcome; leave the last outcome without a when",
        )


def _is_done_at_once(stage: Stage) -> bool:
    return isinstance(stage.work, Rule) or (stage.sub_case is not None and not stage.sub_case.waits)


def check_circles(process: Process, definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield a problem for each rule from which a case can come back to it past rules only."""
    rules = {name for name, stage in definition.stages.items() if _is_done_at_once(stage)}
    nexts = {
        name: {
            StageId(target.to)
            for outcome in definition.stages[name].outcomes
            for target in definition.possible_targets(outcome)
        }
        & rules
        for name in rules
    }
    for name in sorted(rules):
        seen: set[StageId] = set()
        waiting = list(nexts[name])
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                waiting.extend(nexts[each])
        if name in seen:
            yield process.problem(
                ("stages", name, "work"),
                f"правило «{name}» ведёт по кругу на само себя без человека; поставьте между ними этап, который "
                "кто-нибудь выполняет",
                f'the rule "{name}" leads back to itself without a person; put a stage between that somebody does',
            )
            return
