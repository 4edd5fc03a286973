"""Keeping a platform's limits before they are hit: slots that are lent for sending.

A limiter that counts when it sends (aiolimiter, pyrate-limiter) is overtaken by the network: what left evenly arrives
in bursts, and some per cent are refused. Here a slot is held from sending until the response and one window longer, so
the platform, which takes the message somewhere in between, never sees two of a slot within a window.
"""

import asyncio
import heapq
import itertools
from dataclasses import dataclass
from typing import Generic, TypeVar

REMEMBERED = 1_000
"""How many slots may be kept before those that nobody holds are given up."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many messages within so many seconds."""

    messages: int
    seconds: float


@dataclass(slots=True)
class Sending:
    """Something on its way; `penalty` is how many seconds the platform asked to be left alone."""

    penalty: float = 0.0


class Slots:
    """The slots of one limit; who is more urgent (a lower number), then who came first, gets the next."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._free = limit.messages
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._turns = itertools.count()
        self._closed_until = 0.0
        self._wakes_at = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is held."""
        return self._free == self._limit.messages

    async def take(self, urgency: int = 0) -> None:
        """Wait for a slot."""
        if self._free and not self._waiting and self._rest() <= 0:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._turns), turn))
        self._lend()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back()
            raise

    def release(self, penalty: float = 0.0) -> None:
        """Give the slot to the next one after the window; with a *penalty* nobody gets any for so many seconds."""
        loop = asyncio.get_running_loop()
        if penalty > 0:
            self._closed_until = max(self._closed_until, loop.time() + penalty)
        loop.call_later(max(self._limit.seconds, penalty), self._give_back)

    def _rest(self) -> float:
        return self._closed_until - asyncio.get_running_loop().time()

    def _give_back(self) -> None:
        self._free += 1
        self._lend()

    def _lend(self) -> None:
        """Give what is free to those who wait; during a penalty at its end, whoever releases or not by then."""
        rest = self._rest()
        if rest > 0:
            if self._waiting and self._wakes_at < self._closed_until:
                self._wakes_at = self._closed_until
                asyncio.get_running_loop().call_at(self._closed_until, self._wake)
            return
        while self._free and self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                self._free -= 1
                turn.set_result(None)

    def _wake(self) -> None:
        # A timer may fire a hair early: then it is set again.
        self._wakes_at = 0.0
        self._lend()


class SlotsByKey(Generic[K]):
    """The slots of each chat or method that something was sent to; those that nobody holds are given up in time."""

    def __init__(self) -> None:
        self._slots: dict[K, Slots] = {}

    def of(self, key: K, limit: Limit) -> Slots:
        """Return the slots of *key*, new ones of the limit where it has none."""
        if len(self._slots) > REMEMBERED:
            self._slots = {known: slots for known, slots in self._slots.items() if not slots.is_idle}
        return self._slots.setdefault(key, Slots(limit))
