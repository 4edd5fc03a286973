"""Keeping a platform's rate limits before they are hit: a slot is acquired for each call.

A limiter that counts when it sends (aiolimiter, pyrate-limiter) is defeated by the network: what left evenly arrives
in bursts, and some per cent are refused. Here a slot is held from sending until the response and one window longer, so
the platform, which receives the message somewhere in between, never sees two of a slot within a window.
"""

import asyncio
import heapq
import itertools
from dataclasses import dataclass
from typing import Generic, TypeVar

REMEMBERED = 1_000
"""How many keys are kept before the idle ones are dropped."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many messages within so many seconds.

    Where the slots come back *one_by_one*, so many messages may go at once after a silence, and then one in so many
    seconds. `kept` is how many slots stay free for more urgent calls, by urgency, the last for all beyond.
    """

    messages: int
    seconds: float
    one_by_one: bool = False
    kept: tuple[int, ...] = (0,)

    def kept_from(self, urgency: int) -> int:
        """Return how many slots calls of this urgency leave free."""
        return self.kept[min(urgency, len(self.kept) - 1)]


@dataclass(slots=True)
class Sending:
    """A call in progress; `penalty` is the number of seconds that the platform asked us to wait.

    One that `is_spared` was not made after all, so its slots are free at once.
    """

    penalty: float = 0.0
    is_spared: bool = False


class Slots:
    """The slots of one limit; the most urgent waiter (the lowest number) gets the next one, then the earliest."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._free = limit.messages
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._turns = itertools.count()
        self._closed_until = 0.0
        self._last_freed_at = 0.0
        self._wakes_at = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether no slot is held."""
        return self._free == self._limit.messages

    def has_room(self, urgency: int) -> bool:
        """Whether a slot can be taken without waiting."""
        comes_after = self._waiting and self._waiting[0][0] <= urgency
        return self._free > self._limit.kept_from(urgency) and not comes_after and self._rest() <= 0

    async def acquire(self, urgency: int = 0) -> None:
        """Wait for a slot and take it."""
        if self.has_room(urgency):
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._turns), turn))
        self._grant()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._free_slot()
            raise

    def spare(self) -> None:
        """Free a slot at once, for which no call was made."""
        self._free_slot()

    def release(self, penalty: float = 0.0) -> None:
        """Free the slot after the window; with a *penalty* no slot is acquired for so many seconds."""
        loop = asyncio.get_running_loop()
        if penalty > 0:
            self._closed_until = max(self._closed_until, loop.time() + penalty)
        earlier = self._last_freed_at if self._limit.one_by_one else 0.0
        self._last_freed_at = max(loop.time() + penalty, max(loop.time(), earlier) + self._limit.seconds)
        loop.call_at(self._last_freed_at, self._free_slot)

    def _rest(self) -> float:
        return self._closed_until - asyncio.get_running_loop().time()

    def _free_slot(self) -> None:
        self._free += 1
        self._grant()

    def _grant(self) -> None:
        """Give free slots to waiters; during a penalty, schedule this for its end."""
        rest = self._rest()
        if rest > 0:
            if self._waiting and self._wakes_at < self._closed_until:
                self._wakes_at = self._closed_until
                asyncio.get_running_loop().call_at(self._closed_until, self._wake)
            return
        while self._waiting and self._free > self._limit.kept_from(self._waiting[0][0]):
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                self._free -= 1
                turn.set_result(None)

    def _wake(self) -> None:
        # The loop may call this slightly early: then it is scheduled again.
        self._wakes_at = 0.0
        self._grant()


class SlotsByKey(Generic[K]):
    """The slots of each chat or method that something was sent to; beyond REMEMBERED, idle ones are dropped."""

    def __init__(self) -> None:
        self._slots: dict[K, Slots] = {}

    def of(self, key: K, limit: Limit) -> Slots:
        """Return the slots of *key*, created with the limit if there are none."""
        if len(self._slots) > REMEMBERED:
            self._slots = {known: slots for known, slots in self._slots.items() if not slots.is_idle}
        return self._slots.setdefault(key, Slots(limit))
