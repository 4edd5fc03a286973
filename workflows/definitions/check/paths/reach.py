"""Which stages follow which, whatever the conditions say."""

from collections.abc import Mapping, Set

from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import StageId

Nexts = Mapping[StageId, frozenset[StageId]]


def leads_to(definition: WorkflowDefinition) -> dict[StageId, frozenset[StageId]]:
    """Return the stages that follow each stage at once."""
    return {
        name: frozenset(
            StageId(target.to)
            for outcome in stage.outcomes
            for target in definition.possible_targets(outcome)
            if target.to in definition.stages
        )
        for name, stage in definition.stages.items()
    }


def reachable(start: StageId, nexts: Nexts, without: StageId | None = None) -> Set[StageId]:
    """Return the stages that can be reached from *start*, itself included, without passing *without*."""
    found: set[StageId] = set()
    waiting = [start]
    while waiting:
        stage = waiting.pop()
        if stage not in found and stage != without:
            found.add(stage)
            waiting.extend(nexts[stage])
    return found
