"""Retry with growing pauses what a platform or the database refuses for a while."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from workflows.ports.chat import ChatError
from workflows.ports.unit_of_work import StorageUnavailable

T = TypeVar("T")
E = TypeVar("E", bound=Exception)

log = structlog.get_logger(__name__)


def _none_requested(_error: Exception) -> float | None:
    return None


async def retry(
    work: Callable[[], Awaitable[T]],
    *,
    on: type[E] | tuple[type[E], ...],
    pauses: Sequence[float],
    report: Callable[[E, float], None],
    requested_pause: Callable[[E], float | None] = _none_requested,
) -> T:
    """Return the result of *work*, called again after a pause whenever it raises one of *on*.

    The pause is what *requested_pause* reads from the error, else the next of *pauses* (seconds; the last one repeats);
    *report* gets the error and the pause before it begins. Work that ran longer than the last pause before it failed
    counts as recovered: the pauses begin anew. Errors that are not of *on* are raised.
    """
    loop, failures = asyncio.get_running_loop(), 0
    while True:
        started = loop.time()
        try:
            return await work()
        except on as error:
            if loop.time() - started > pauses[-1]:
                failures = 0
            requested = requested_pause(error)
            pause = pauses[min(failures, len(pauses) - 1)] if requested is None else requested
            failures += 1
            report(error, pause)
        await asyncio.sleep(pause)


async def do_chore(
    chore: str,
    work: Callable[[], Awaitable[object]],
    *,
    on: type[E] | tuple[type[E], ...],
    pauses: Sequence[float],
    requested_pause: Callable[[E], float | None] = _none_requested,
) -> None:
    """Do *work* in a task that nobody awaits, retried on errors of *on*; any other error is logged."""

    def report(error: E, pause: float) -> None:
        log.warning("A chore is retried.", action="chore_retried", chore=chore, reason=_reason(error), pause=pause)

    try:
        await retry(work, on=on, pauses=pauses, report=report, requested_pause=requested_pause)
    except Exception:
        # The outermost guard of a task: without it the error would go unseen.
        log.exception("A chore cannot be done.", action="chore_failed", chore=chore)


def _reason(error: Exception) -> str:
    """Return what may be logged: the message of a client library may quote an address with a token in it."""
    match error:
        case StorageUnavailable():
            return str(error)
        case ChatError(code=code):
            return code
    return type(error).__name__
