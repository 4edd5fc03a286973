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


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmTimer:
    """Fire `kind` for this offer (`generation`) of the task at `due_at`."""

    task_id: TaskId
    kind: TimerKind
    generation: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTimers:
    """Forget every timer of the task."""

    task_id: TaskId


TimerChange = ArmTimer | CancelTimers


def claim_by(offered_at: datetime, reaction: Reaction | None) -> datetime | None:
    """Return when the reaction time of an offer ends; None where the stage has none."""
    return None if reaction is None else offered_at + reaction.remind_after


def arm(task: Task, reaction: Reaction | None) -> tuple[ArmTimer, ...]:
    """Return the timers for the latest offer of a task; none where its stage has no reaction time."""
    if reaction is None or task.claim_by is None:
        return ()
    escalate_at = task.offered_at + reaction.escalate_after
    return tuple(
        ArmTimer(task_id=task.id, kind=kind, generation=task.generation, due_at=due_at)
        for kind, due_at in ((TimerKind.REMIND, task.claim_by), (TimerKind.ESCALATE, escalate_at))
    )
