"""Keeps Slack's rate limits before they are hit: a call waits for a slot of its method."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.background.pacing import Limit, Sending, Slots, SlotsByKey
from bot.slack.api.errors import TriggerExpired
from bot.slack.api.limits import METHODS, OPEN, OTHERS, POST

OPENS_WITHIN = 2.0
"""Seconds that opening a window takes at most, with the wait for a slot: a trigger lives for three."""
AWAITED, UNHURRIED = 0, 1
"""How urgent a call is: somebody is waiting for what it shows, or not."""


class Pace:
    """Lends slots: one pool per channel for posts, one per method for all other calls.

    Without a row for `OTHERS`, methods that have no row are not limited.
    """

    def __init__(self, methods: Mapping[str, Limit] = METHODS, *, opens_within: float = OPENS_WITHIN) -> None:
        self._methods = methods
        self._opens_within = opens_within
        self._slots: SlotsByKey[tuple[str, str]] = SlotsByKey()

    def has_room(self, method: str, channel: str) -> bool:
        """Whether a method that nobody waits for can be called without waiting, and without taking a kept slot."""
        slots = self._slots_of(method, channel)
        return slots is None or slots.has_room(UNHURRIED)

    @asynccontextmanager
    async def slot(self, method: str, channel: str, urgency: int = UNHURRIED) -> AsyncIterator[Sending]:
        """Wait until the method may be called, and hold its slot until the response has arrived.

        Raises TriggerExpired when a window does not open in time: Slack may leave the call without a response.
        """
        try:
            async with asyncio.timeout(self._opens_within if method == OPEN else None):
                async with self._held(method, channel, urgency) as sending:
                    yield sending
        except TimeoutError:
            raise TriggerExpired("not_opened_in_time") from None

    @asynccontextmanager
    async def _held(self, method: str, channel: str, urgency: int) -> AsyncIterator[Sending]:
        sending = Sending()
        slots = self._slots_of(method, channel)
        if slots is None:
            yield sending
            return
        await slots.acquire(urgency)
        try:
            yield sending
        finally:
            slots.release(sending.penalty)

    def _slots_of(self, method: str, channel: str) -> Slots | None:
        limit = self._methods.get(method) or self._methods.get(OTHERS)
        return None if limit is None else self._slots.of((method, channel if method == POST else ""), limit)
