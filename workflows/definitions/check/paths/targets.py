"""The targets of outcomes that have conditions: which of them are open together, and whether one always is."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from workflows.definitions.check.paths.conditions import MAX_SAMPLES, samples_of, spelled
from workflows.definitions.check.paths.soundness import Choices, possible_choices
from workflows.definitions.problems import Problem
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.schema import ProcessKeys
from workflows.domain.definition import Outcome, Stage, Target, WorkflowDefinition

_Facts = Mapping[str, object]


def choices_of(definition: WorkflowDefinition) -> Choices:
    """Return what gives the sets of targets that an outcome can lead to: those that sample values leave open."""

    def choices(stage: Stage, outcome: Outcome) -> Sequence[tuple[Target, ...]]:
        tried = _tried(definition, stage, outcome)
        if tried is None:
            return possible_choices(stage, outcome)
        found = dict.fromkeys(_open(outcome, facts) for facts in tried)
        return [targets for targets in found if targets]

    return choices


def check_targets_open(process: Parsed[ProcessKeys], definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield a problem for each outcome that leads nowhere with some values."""
    for stage in definition.stages.values():
        for outcome in stage.outcomes:
            tried = _tried(definition, stage, outcome)
            hole = None if tried is None else next((facts for facts in tried if not _open(outcome, facts)), None)
            if hole is not None:
                words = spelled(hole)
                yield process.problem(
                    ("stages", stage.id, "outcomes", outcome.id, "to"),
                    f"когда {words}, решение «{outcome.id}» никуда не ведёт; исправьте одно из условий when так, чтобы "
                    "подходило и это значение, или допишите направление без when",
                    f'with {words} the outcome "{outcome.id}" leads nowhere; correct one of the conditions so that '
                    "this value fits too, or add a target without a when",
                )


def _open(outcome: Outcome, facts: _Facts) -> tuple[Target, ...]:
    return tuple(target for target in outcome.targets if target.when is None or target.when.holds(facts))


def _tried(definition: WorkflowDefinition, stage: Stage, outcome: Outcome) -> Sequence[_Facts] | None:
    """Return the values with which an outcome can be chosen, as far as its conditions name them; None if too many."""
    conditions = [target.when for target in outcome.targets if target.when is not None]
    if not conditions:
        return None
    if outcome.when is not None:
        conditions.append(outcome.when)
    samples = samples_of(definition, stage, conditions)
    if samples is None or prod(map(len, samples.values())) > MAX_SAMPLES:
        return None
    tried = (dict(zip(samples, values, strict=True)) for values in product(*samples.values()))
    return [facts for facts in tried if outcome.when is None or outcome.when.holds(facts)]
