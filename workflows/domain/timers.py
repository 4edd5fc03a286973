"""Timers as values: armed and cancelled by decisions, kept as rows, fired as commands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflows.domain.case import Task
from workflows.domain.definition import Reaction
from workflows.domain.ids import TaskId


class TimerKind(StrEnum):
    """What a timer is for."""

    REMIND = "remind"
    """Nobody has claimed the task: remind the department."""
    ESCALATE = "escalate"
    """Still nobody has claimed it: notify the head."""
    LATE = "late"
    """The task is past its due date, claimed or not: its cards say so."""


OF_THE_TASK = frozenset({TimerKind.LATE})
"""The kinds that belong to the task itself; the others to its latest offer."""
ANY_OFFER = 0
"""The generation of a timer that belongs to the task itself, whoever has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmTimer:
    """Fire `kind` for this offer (`generation`) of the task at `due_at`."""

    task_id: TaskId
    kind: TimerKind
    generation: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTimers:
    """Forget every timer of the task, or with a `generation` those of that offer."""

    task_id: TaskId
    generation: int | None = None


TimerChange = ArmTimer | CancelTimers


def arm(task: Task, reaction: Reaction | None) -> tuple[ArmTimer, ...]:
    """Return the timers for the latest offer of a task; none where its stage has no reaction time."""
    if reaction is None or task.claim_by is None:
        return ()
    escalate_at = task.offered_at + reaction.escalate_after
    return tuple(
        ArmTimer(task_id=task.id, kind=kind, generation=task.generation, due_at=due_at)
        for kind, due_at in ((TimerKind.REMIND, task.claim_by), (TimerKind.ESCALATE, escalate_at))
    )


def arm_due(task: Task) -> tuple[ArmTimer, ...]:
    """Return the timer for the due date of a task; none where it has none."""
    if task.due_at is None:
        return ()
    return (ArmTimer(task_id=task.id, kind=TimerKind.LATE, generation=ANY_OFFER, due_at=task.due_at),)
