"""Keeps Slack's rate limits before they are hit: a call waits for a slot of its method."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.pacing import Limit, Sending, SlotsByKey
from bot.slack.api.errors import TriggerExpired
from bot.slack.api.limits import METHODS, OPEN, OTHERS, POST

OPENS_WITHIN = 2.0
"""Seconds that opening a window waits for a slot: a trigger lives for three."""
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

    @asynccontextmanager
    async def slot(self, method: str, channel: str, urgency: int = UNHURRIED) -> AsyncIterator[Sending]:
        """Wait until the method may be called, and hold its slot until the response has arrived.

        Raises TriggerExpired when a window would open too late.
        """
        sending = Sending()
        limit = self._methods.get(method) or self._methods.get(OTHERS)
        if limit is None:
            yield sending
            return
        slots = self._slots.of((method, channel if method == POST else ""), limit)
        try:
            async with asyncio.timeout(self._opens_within if method == OPEN else None):
                await slots.acquire(urgency)
        except TimeoutError:
            raise TriggerExpired("no_slot_in_time") from None
        try:
            yield sending
        finally:
            slots.release(sending.penalty)
