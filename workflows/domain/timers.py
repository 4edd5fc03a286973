"""Timers as values: armed and cancelled by decisions, kept as rows, fired as commands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflows.domain.definition import Reaction
from workflows.domain.ids import TaskId


class TimerKind(StrEnum):
    """What a timer is for."""

    REMIND = "remind"
    """Nobody has claimed the task: the department is reminded."""
    ESCALATE = "escalate"
    """Still nobody: the head is told."""


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


def arm(task_id: TaskId, generation: int, offered_at: datetime, reaction: Reaction) -> tuple[ArmTimer, ...]:
    """Return the timers that watch over one offer of a task."""
    return (
        ArmTimer(
            task_id=task_id,
            kind=TimerKind.REMIND,
            generation=generation,
            due_at=offered_at + reaction.remind_after,
        ),
        ArmTimer(
            task_id=task_id,
            kind=TimerKind.ESCALATE,
            generation=generation,
            due_at=offered_at + reaction.escalate_after,
        ),
    )
