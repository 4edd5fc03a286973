"""What was received and is being worked on: each thing once, whatever Slack sends again, off the path of the answer."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog

from bot.remembered import Remembered

REMEMBERED = 5_000
"""How many updates are known as received."""
ANSWERS = 100
"""How many answers are kept, for updates that are sent again since theirs got lost; the core knows older ones."""
CLOSES_WITHIN = 2.0
"""How many seconds what is being worked on has to come to its end."""

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Inbox:
    """Works in tasks of its own, so that an acknowledgement never waits and never gets lost with a failure."""

    def __init__(self, *, closes_within: float = CLOSES_WITHIN) -> None:
        self._closes_within = closes_within
        self._taken: Remembered[str, None] = Remembered(REMEMBERED)
        self._answers: Remembered[str, asyncio.Task[Any]] = Remembered(ANSWERS)
        self._running: set[asyncio.Task[Any]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._closing = asyncio.Event()

    def once(self, update: str, work: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """Start work unless it was started before; returns the first task of the update."""
        known = self._answers.get(update)
        if known is not None:
            return known
        task = self._answers[update] = self._start(work())
        return task

    def take(self, update: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start work unless it was started before, without waiting for anything of it."""
        if self.is_new(update):
            _ = self._start(work())

    def is_new(self, update: str) -> bool:
        """Whether an update comes for the first time, which it does once."""
        if update in self._taken:
            return False
        self._taken[update] = None
        return True

    async def pause(self, seconds: float) -> None:
        """Wait, but no longer than until everything is to come to its end."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start work and see to it that its failure is told."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def in_turn(self, whose: str, work: Callable[[], Awaitable[T]]) -> T:
        """Do work after all that was to be done before in the same turns: a tick before the sending that needs it."""
        turn = self._turns.setdefault(whose, asyncio.Lock())
        async with turn:
            return await work()

    async def earlier(self, whose: str) -> None:
        """Wait until all is done that was to be done before in the same turns."""
        turn = self._turns.get(whose)
        if turn is not None:
            async with turn:
                pass

    async def settled(self) -> None:
        """Wait until nothing is being worked on."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def close(self) -> None:
        """Let what is being worked on come to its end, and stop what does not in time."""
        self._closing.set()
        if self._running:
            await asyncio.wait(self._running, timeout=self._closes_within)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._closing.clear()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The outermost guard of everything received: one bad payload must not stop the others.
            log.error("Something from Slack could not be handled.", action="slack_update_failed", exc_info=error)
