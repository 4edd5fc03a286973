"""What handing out tasks in turn, or to the least loaded, needs to know of the other cases."""

from collections import Counter
from dataclasses import replace

from workflows.domain import commands
from workflows.domain.decision import Decision, Situation
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.events import TaskAssigned
from workflows.domain.who import Offer
from workflows.ports.unit_of_work import UnitOfWork

_LEADING_ON = (commands.OpenCase, commands.CompleteTask, commands.ReturnTask, commands.ReviewTask)
"""The commands that may offer a task."""


def with_turns(unit: UnitOfWork, command: commands.Command, situation: Situation) -> Situation:
    """Return the situation with the turns and loads that its definition needs, if the command may offer a task."""
    return with_shares(unit, situation) if isinstance(command, _LEADING_ON) else situation


def with_shares(unit: UnitOfWork, situation: Situation) -> Situation:
    """Return the situation with the turns and loads that its definition needs."""
    definition = situation.definition
    if definition.in_turn:
        turns = {stage: unit.turn(definition.id, stage) for stage in definition.in_turn}
        situation = replace(situation, turns=turns)
    if definition.weighs_loads:
        situation = replace(situation, loads=unit.loads(tuple(situation.organisation.people)))
    return situation


def take_turns(unit: UnitOfWork, decision: Decision, definition: WorkflowDefinition) -> None:
    """Count the tasks that a decision has handed out in turn."""
    if not definition.in_turn:
        return
    taken = Counter(
        decision.case.tasks[event.task_id].stage
        for event in decision.events
        if isinstance(event, TaskAssigned) and event.offer == Offer.TURN
    )
    for stage, count in sorted(taken.items()):
        unit.take_turns(definition.id, stage, count)
