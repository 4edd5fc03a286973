"""The rows of timers after a decision: what is cancelled goes, what is armed is written."""

from collections.abc import Collection, Iterable

from storage.rows.mapping import to_moment
from storage.writes import statements
from storage.writes.batch import Batch
from workflows.domain.ids import TaskId
from workflows.domain.timers import ANY_OFFER, OF_THE_TASK, ArmTimer, CancelTimers, TimerChange, TimerKind


def write_timers(batch: Batch, changes: Iterable[TimerChange]) -> None:
    """Add to a batch what becomes of the rows of timers when all changes are made in their order."""
    cancelled: dict[tuple[TaskId, int | None], None] = {}
    armed: dict[tuple[TaskId, TimerKind], ArmTimer] = {}
    for change in changes:
        if isinstance(change, ArmTimer):
            armed[change.task_id, change.kind] = change
        else:
            cancelled[change.task_id, change.generation] = None
            armed = {key: timer for key, timer in armed.items() if not _cancels(change, timer)}
    kept = {timer.task_id for timer in armed.values()}
    for task_id, generation in sorted(cancelled, key=str):
        if task_id in kept:
            _drop_others(batch, task_id, generation, {kind for of_task, kind in armed if of_task == task_id})
        elif generation is None:
            batch.add(statements.DROP_TIMERS, {"task_id": task_id})
        else:
            batch.add(statements.DROP_TIMERS_OF_OFFER, {"task_id": task_id, "generation": generation})
    for timer in armed.values():
        batch.add(
            statements.TIMER,
            {
                "task_id": timer.task_id,
                "kind": timer.kind.value,
                "generation": timer.generation,
                "due_at": to_moment(timer.due_at),
            },
        )


def _drop_others(batch: Batch, task_id: TaskId, generation: int | None, armed: Collection[TimerKind]) -> None:
    """Drop the cancelled timers of a task that are not armed again.

    Arming one again replaces its row, and a statement cannot delete a row that it writes.
    """
    for kind in TimerKind:
        row = {"task_id": task_id, "kind": kind.value}
        if kind in armed:
            continue
        if generation is None:
            batch.add(statements.DROP_TIMER_OF_KIND, row)
        elif (kind in OF_THE_TASK) == (generation == ANY_OFFER):
            batch.add(statements.DROP_TIMER, row | {"generation": generation})


def _cancels(change: CancelTimers, timer: ArmTimer) -> bool:
    return timer.task_id == change.task_id and change.generation in (None, timer.generation)
