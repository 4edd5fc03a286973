"""Whether the conditions of a stage choose well: values of one kind are compared, and always some outcome is open.

The conditions of a stage are tried with sample values of every name that they use: each value that is written in
them, the numbers and days between and beyond those, every option of a choice. Between two written values no comparison
changes, so the samples stand for all values. Stages whose conditions use other kinds of fields, or need more than
MAX_SAMPLES combinations, are not tried.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, pairwise, product
from math import prod

from jinja2 import nodes

from workflows.definitions.building.process import names_at, process_names
from workflows.definitions.check.paths.reach import leads_to, reachable
from workflows.definitions.expressions.check_types import check_condition
from workflows.definitions.expressions.compile import BadExpression, names_in, nodes_of, parsed
from workflows.definitions.expressions.value_types import KNOWN_RECORDS, VISIT, Names, Records
from workflows.definitions.letters.vocabulary import FILLED
from workflows.definitions.problems import Problem, listing
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.schema import ProcessKeys
from workflows.definitions.read.yaml_text import Path
from workflows.domain.compiled import Condition
from workflows.domain.definition import EachRow, Field, FieldType, Outcome, Rule, Stage, WorkflowDefinition
from workflows.domain.facts.kinds.kind import Gives
from workflows.domain.facts.values import kind_of
from workflows.domain.ids import FieldName

MAX_SAMPLES = 5000

_Facts = Mapping[str, object]


_COMBINED = frozenset({Gives.NUMBER, Gives.DAY, Gives.YES_NO})


def check_conditions(
    process: Parsed[ProcessKeys], definition: WorkflowDefinition, records: Records = KNOWN_RECORDS
) -> Iterator[Problem]:
    """Iterate over the problems: comparisons that never hold, values with which no outcome or too many are open."""
    of_process = process_names(process.keys, records)
    for stage in definition.stages.values():
        names = names_at(process.keys, process.keys.stages[stage.id], of_process)
        misfits = list(_misfits(process, stage, names))
        yield from misfits
        if not misfits and not isinstance(stage.work, Rule):
            yield from _check_choice(process, definition, stage)


def _misfits(process: Parsed[ProcessKeys], stage: Stage, names: Names) -> Iterator[Problem]:
    """Iterate over the conditions of a stage whose parts do not fit together."""
    written = process.keys.stages[stage.id].form
    for path, condition in _conditions_of(stage):
        if path[2] == "form" and getattr(written[FieldName(str(path[3]))], str(path[4])) is None:
            continue  # It is told where it is written.
        try:
            check_condition(condition.source, names)
        except BadExpression as bad:
            yield process.problem(path, bad.words.ru, bad.words.en)


def _conditions_of(stage: Stage) -> Iterator[tuple[Path, Condition]]:
    """Iterate over the conditions of a stage, each with its place in the file."""
    at: Path = ("stages", stage.id)
    found: list[tuple[Path, Condition | None]] = []
    if isinstance(stage.work, EachRow):
        found.append(((*at, "work", "until"), stage.work.until))
    for outcome in stage.outcomes:
        found.append(((*at, "outcomes", outcome.id, "when"), outcome.when))
        for index, letter in enumerate(outcome.letters):
            found.append(((*at, "outcomes", outcome.id, "letters", index, "when"), letter.when))
        for index, target in enumerate(outcome.targets):
            found.append(((*at, "outcomes", outcome.id, "to", index, "when"), target.when))
    found.append(((*at, "skip_when"), stage.skip_when))
    for field in stage.form:
        of_field = {"expect": field.expect, "show_when": field.show_when, "required_when": field.required_when}
        found.extend(((*at, "form", field.name, key), condition) for key, condition in of_field.items())
    found.extend(((*at, "checklist", item.id, "when"), item.when) for item in stage.checklist)
    yield from ((path, condition) for path, condition in found if condition is not None)


def _check_choice(process: Parsed[ProcessKeys], definition: WorkflowDefinition, stage: Stage) -> Iterator[Problem]:
    """Check that some outcome is always open, and that conditions on one answer do not overlap by mistake."""
    conditions = [outcome.when for outcome in stage.outcomes if outcome.when is not None]
    if not conditions or len(conditions) < len(stage.outcomes):
        return
    samples = samples_of(definition, stage, conditions)
    if samples is None or prod(map(len, samples.values())) > MAX_SAMPLES:
        return
    tried = [dict(zip(samples, values, strict=True)) for values in product(*samples.values())]
    at: Path = ("stages", stage.id, "outcomes")
    hole = next((facts for facts in tried if not any(when.holds(facts) for when in conditions)), None)
    if hole == {VISIT: 1}:
        return  # check_flow says it in its own words.
    if hole is not None:
        words = spelled(hole)
        yield process.problem(
            at,
            f"когда {words}, на этапе «{stage.id}» нельзя выбрать ни одного решения; исправьте одно из условий when "
            "так, чтобы подходило и это значение",
            f'with {words} no outcome of the stage "{stage.id}" can be chosen; correct one of the conditions so that '
            "this value fits too",
        )
    if len(samples) == 1 and VISIT not in samples:
        yield from _check_overlaps(process, at, stage.outcomes, tried)


def _check_overlaps(
    process: Parsed[ProcessKeys], at: Path, outcomes: Iterable[Outcome], tried: Sequence[_Facts]
) -> Iterator[Problem]:
    """Yield a problem for each two outcomes that are open together for some values only: equal conditions are meant."""
    for one, other in combinations(outcomes, 2):
        assert one.when is not None  # every outcome of the stage has a condition
        assert other.when is not None
        both = [facts for facts in tried if one.when.holds(facts) and other.when.holds(facts)]
        if both and any(one.when.holds(facts) != other.when.holds(facts) for facts in tried):
            words = spelled(both[0])
            yield process.problem(
                (*at, other.id, "when"),
                f"когда {words}, подходят и «{one.id}», и «{other.id}»; сузьте одно из условий, а если выбирать должен "
                "человек, напишите у обоих одно и то же условие",
                f'with {words} both "{one.id}" and "{other.id}" are open; narrow one of the conditions, or give both '
                "the same condition if a person is to choose",
            )


def samples_of(
    definition: WorkflowDefinition, stage: Stage, conditions: Iterable[Condition]
) -> Mapping[str, Sequence[object]] | None:
    """Return the values with which each name of the conditions is tried; None when a name cannot be tried."""
    sources = [condition.source for condition in conditions]
    numbers = sorted(
        {
            Decimal(str(node.value))
            for source in sources
            for node in nodes_of(parsed(source))
            if isinstance(node, nodes.Const)
            and isinstance(node.value, int | float)
            and not isinstance(node.value, bool)
        }
    )
    samples: dict[str, Sequence[object]] = {}
    fields = {field.name: field for field in definition.fields()}
    for name in sorted(frozenset().union(*map(names_in, sources))):
        if name == VISIT:
            samples[name] = _visits(definition, stage, numbers)
            continue
        field = fields.get(FieldName(name))
        if field is None or (kind_of(field).gives not in _COMBINED and field.type is not FieldType.CHOICE):
            return None
        # What this form asks for can be filled in here.
        samples[name] = [*_values(field, numbers), *([] if _is_asked(field, stage) else _missing(name, sources))]
    return samples


def _is_asked(field: Field, stage: Stage) -> bool:
    """Whether the form of a stage always asks for a fact."""
    return any(asked.name == field.name and asked.show_when is None for asked in stage.form)


def _visits(definition: WorkflowDefinition, stage: Stage, numbers: Sequence[Decimal]) -> Sequence[int]:
    nexts = leads_to(definition)
    comes_again = any(stage.id in reachable(following, nexts) for following in nexts[stage.id])
    return range(1, int(max(numbers, default=Decimal(1))) + 3) if comes_again else (1,)


def _values(field: Field, numbers: Sequence[Decimal]) -> Sequence[object]:
    match field.type:
        case FieldType.CHOICE:
            return [option.id for option in field.options]
        case FieldType.YES_NO:
            return [True, False]
        case FieldType.DATE:
            first = date(2000, 1, 1)
            shifts = sorted({0, *(int(number) + more for number in numbers for more in (-1, 0, 1))})
            return [first + timedelta(days=days) for days in shifts]
    between = [(one + other) / 2 for one, other in pairwise(numbers)]
    beyond = [numbers[0] - 1, numbers[-1] + 1] if numbers else [Decimal(1)]
    # The written values first: they make the best example of what is wrong.
    return [*numbers, *between, *(number for number in beyond if number >= 0 or numbers[0] < 0)]


def _missing(name: str, sources: Iterable[str]) -> Sequence[None]:
    """Return no value as the last sample of a name that a condition asks to be filled."""
    tests = (node for source in sources for node in nodes_of(parsed(source)) if isinstance(node, nodes.Test))
    return [None] if any(isinstance(test.node, nodes.Name) and test.node.name == name for test in tests) else []


def spelled(facts: _Facts) -> str:
    """Return the values as an author would write them in a condition."""
    return listing(
        f"{name} is not {FILLED}" if value is None else f"{name} = {_value(value)}" for name, value in facts.items()
    )


def _value(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value.normalize():f}"
    return str(value)
