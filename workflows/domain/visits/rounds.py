"""Remarks of a round: what somebody had to write to send work back, and when it has been dealt with."""

from collections.abc import Iterator

from workflows.domain.case import Case, Task, TaskStatus, Values
from workflows.domain.definition import Outcome, Stage, WorkflowDefinition
from workflows.domain.ids import FieldName, StageId


def remarks_of(stage: Stage, definition: WorkflowDefinition) -> Iterator[FieldName]:
    """Iterate over the remarks of a stage: fields that only decisions which lead back require, asked nowhere else."""
    shared = {f.name for other in definition.stages.values() if other.id != stage.id for f in other.form}
    for field in stage.form:
        requiring = [outcome for outcome in stage.outcomes if field.name in outcome.requires]
        if field.required or field.name in shared or not requiring:
            continue
        if all(leads_back(outcome, stage, definition) for outcome in requiring):
            yield field.name


def leads_back(outcome: Outcome, stage: Stage, definition: WorkflowDefinition) -> bool:
    """Whether an outcome leads to a stage that every case has passed on its way to this one."""
    return bool(stages_behind(outcome, stage, definition))


def stages_behind(outcome: Outcome, stage: Stage, definition: WorkflowDefinition) -> tuple[StageId, ...]:
    """Return the stages to which an outcome leads back: those that every case has passed on its way to this one."""
    targets = (StageId(t.to) for t in definition.possible_targets(outcome) if t.to in definition.stages)
    return tuple(to for to in targets if to != stage.id and stage.id not in _reached_without(to, definition))


def _reached_without(left_out: StageId, definition: WorkflowDefinition) -> frozenset[StageId]:
    """Return the stages that a case can reach without passing one; a join is reached when all it waits for are."""
    reached, led_to = set[StageId](), set[StageId]()
    waiting = [definition.start]
    while waiting:
        name = waiting.pop()
        if name in reached or name == left_out:
            continue
        reached.add(name)
        led_to.update(StageId(to) for to in definition.leads_to[name] if to in definition.stages)
        stages = (definition.stages[to] for to in led_to - reached)
        waiting.extend(stage.id for stage in stages if stage.begins_after(reached))
    return frozenset(reached)


def dealt_with(
    stage: Stage, definition: WorkflowDefinition, outcome: Outcome, before: Values, answers: Values
) -> tuple[FieldName, ...]:
    """Return the remarks of an earlier visit that a decision leaves unchanged without requiring them.

    They no longer hold: the documents that were incomplete are approved now.
    """
    return tuple(
        name
        for name in remarks_of(stage, definition)
        if name not in outcome.requires and name in before and answers.get(name, before[name]) == before[name]
    )


def earlier_remarks(case: Case, task: Task, definition: WorkflowDefinition) -> frozenset[FieldName]:
    """Return the remarks that an earlier visit to the stage of *task* has already dealt with."""
    visits = [
        t
        for t in case.tasks.values()
        if t.stage == task.stage and t.visit < task.visit and t.status is TaskStatus.COMPLETED
    ]
    if not visits:
        return frozenset()
    return frozenset(
        name
        for stage in definition.stages.values()
        for name in remarks_of(stage, definition)
        if (giver := _giver(case, stage, name)) is not None
        and giver.id != task.id
        and any(_came_after(visit, giver) for visit in visits)
    )


def _giver(case: Case, stage: Stage, name: FieldName) -> Task | None:
    """Return the latest task of a stage whose decision required the remark."""
    requiring = {outcome.id for outcome in stage.outcomes if name in outcome.requires}
    tasks = (t for t in case.tasks.values() if t.stage == stage.id and t.status is TaskStatus.COMPLETED)
    return next((t for t in reversed(list(tasks)) if t.outcome in requiring), None)


def _came_after(visit: Task, giver: Task) -> bool:
    return giver.id in visit.came_from or (giver.closed_at is not None and visit.offered_at > giver.closed_at)
