"""What the template of a task's line shows of it."""

from collections.abc import Mapping

from bot.conversation.turn import Turn
from workflows.domain.deadlines import late_for
from workflows.ports.queries import TaskLine


def task_values(turn: Turn, task: TaskLine) -> Mapping[str, object]:
    """Return the values of `task_line.j2` for a task."""
    return {
        "number": task.number,
        "client": task.client,
        "stage": turn.line_title(task),
        "since": task.claimed_at or task.offered_at,
        "due_at": task.due_at,
        "late_for": late_for(task.due_at, turn.now),
    }
