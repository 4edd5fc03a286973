"""The transition tables of case and task: the only place where a status changes."""

from enum import StrEnum

from workflows.domain.case import CaseStatus, TaskStatus


class IllegalMove(Exception):
    """A change of status that the tables do not list: a bug in the program, never a person's mistake."""


class TaskMove(StrEnum):
    """What can happen to a task."""

    CLAIM = "claim"
    RELEASE = "release"
    REASSIGN = "reassign"
    COMPLETE = "complete"
    SUSPEND = "suspend"
    RESUME = "resume"
    OFFER_AGAIN = "offer_again"
    WITHDRAW = "withdraw"
    END = "end"
    """The case that does the task has ended."""


class CaseMove(StrEnum):
    """What can happen to a case."""

    COMPLETE = "complete"
    CANCEL = "cancel"


TASK_MOVES: dict[tuple[TaskStatus, TaskMove], TaskStatus] = {
    (TaskStatus.READY, TaskMove.CLAIM): TaskStatus.CLAIMED,
    (TaskStatus.READY, TaskMove.REASSIGN): TaskStatus.CLAIMED,
    (TaskStatus.READY, TaskMove.WITHDRAW): TaskStatus.WITHDRAWN,
    (TaskStatus.CLAIMED, TaskMove.RELEASE): TaskStatus.READY,
    (TaskStatus.CLAIMED, TaskMove.REASSIGN): TaskStatus.CLAIMED,
    (TaskStatus.CLAIMED, TaskMove.COMPLETE): TaskStatus.COMPLETED,
    (TaskStatus.CLAIMED, TaskMove.WITHDRAW): TaskStatus.WITHDRAWN,
    (TaskStatus.CLAIMED, TaskMove.SUSPEND): TaskStatus.SUSPENDED,
    (TaskStatus.SUSPENDED, TaskMove.RESUME): TaskStatus.CLAIMED,
    (TaskStatus.SUSPENDED, TaskMove.OFFER_AGAIN): TaskStatus.READY,
    (TaskStatus.SUSPENDED, TaskMove.REASSIGN): TaskStatus.SUSPENDED,
    (TaskStatus.SUSPENDED, TaskMove.WITHDRAW): TaskStatus.WITHDRAWN,
    (TaskStatus.SUSPENDED, TaskMove.END): TaskStatus.COMPLETED,
}

CASE_MOVES: dict[tuple[CaseStatus, CaseMove], CaseStatus] = {
    (CaseStatus.ACTIVE, CaseMove.COMPLETE): CaseStatus.COMPLETED,
    (CaseStatus.ACTIVE, CaseMove.CANCEL): CaseStatus.CANCELLED,
}


def move_task(status: TaskStatus, move: TaskMove) -> TaskStatus:
    """Return the status after the move; raises IllegalMove."""
    try:
        return TASK_MOVES[status, move]
    except KeyError:
        raise IllegalMove(f"a {status} task cannot {move}") from None


def move_case(status: CaseStatus, move: CaseMove) -> CaseStatus:
    """Return the status after the move; raises IllegalMove."""
    try:
        return CASE_MOVES[status, move]
    except KeyError:
        raise IllegalMove(f"a {status} case cannot {move}") from None
