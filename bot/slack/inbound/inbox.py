"""Payloads in work: each handled once, whatever Slack sends again, in tasks that no acknowledgement waits for."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog

from bot.remembered import Remembered

REMEMBERED = 5_000
"""How many updates are known as received."""
RESULTS = 100
"""How many results are kept, for updates that are sent again since their acknowledgement got lost."""
CLOSES_WITHIN = 2.0
"""How many seconds the work at hand has to finish when everything ends."""

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Inbox:
    """Starts work in tasks of its own; work with the same *turn* is done one after the other."""

    def __init__(self, *, closes_within: float = CLOSES_WITHIN) -> None:
        self._closes_within = closes_within
        self._received: Remembered[str, None] = Remembered(REMEMBERED)
        self._results: Remembered[str, asyncio.Task[Any]] = Remembered(RESULTS)
        self._running: set[asyncio.Task[Any]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._closing = asyncio.Event()

    def start(self, update: str, work: Callable[[], Coroutine[Any, Any, None]], *, turn: str | None = None) -> None:
        """Start work unless it was started before for this update."""
        if self.is_new(update):
            _ = self._create_task(work if turn is None else lambda: self.in_turn(turn, work))

    def start_once(self, update: str, work: Callable[[], Coroutine[Any, Any, T]], *, turn: str) -> asyncio.Task[T]:
        """Start work unless it was started before for this update; returns the task, of the first time."""
        known = self._results.get(update)
        if known is not None:
            return known
        task = self._results[update] = self._create_task(lambda: self.in_turn(turn, work))
        return task

    def is_new(self, update: str) -> bool:
        """Whether an update comes for the first time, which it does once."""
        if update in self._received:
            return False
        self._received[update] = None
        return True

    async def in_turn(self, turn: str, work: Callable[[], Awaitable[T]]) -> T:
        """Do work after all that came before in the same turns: a tick before the sending that needs it."""
        lock = self._turns.setdefault(turn, asyncio.Lock())
        async with lock:
            return await work()

    async def wait_for_turn(self, turn: str) -> None:
        """Wait until all is done that came before in the same turns."""
        lock = self._turns.get(turn)
        if lock is not None:
            async with lock:
                pass

    async def pause(self, seconds: float) -> None:
        """Wait, but no longer than until everything ends."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)

    async def wait_until_idle(self) -> None:
        """Wait until nothing is in work."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def close(self) -> None:
        """Let the work at hand finish, and cancel what does not in time."""
        self._closing.set()
        if self._running:
            await asyncio.wait(self._running, timeout=self._closes_within)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._closing.clear()

    def _create_task(self, work: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work())
        self._running.add(task)
        task.add_done_callback(self._finish)
        return task

    def _finish(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The outermost guard of everything received: one bad payload must not stop the others.
            log.error("Something from Slack could not be handled.", action="slack_update_failed", exc_info=error)
