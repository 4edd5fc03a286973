"""Keeping Slack's limits before they are hit: a call waits for a slot of its method."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.pacing import Limit, Sending, SlotsByKey
from bot.slack.api.errors import TriggerExpired
from bot.slack.api.limits import METHODS, OPEN, OTHERS, POST

OPENS_WITHIN = 2.0
"""Seconds after which no slot is waited for any more: a trigger lives for three."""
AWAITED, UNHURRIED = 0, 1
"""How urgent a call is: somebody waits for what it shows, or nobody does."""


class Pace:
    """Lends slots: for posts those of the channel, for other methods those of the method.

    A table without a row for `OTHERS` lets what it does not name go unhindered.
    """

    def __init__(self, methods: Mapping[str, Limit] = METHODS, *, opens_within: float = OPENS_WITHIN) -> None:
        self._methods = methods
        self._opens_within = opens_within
        self._slots: SlotsByKey[tuple[str, str]] = SlotsByKey()

    @asynccontextmanager
    async def slot(self, method: str, channel: str, urgency: int = UNHURRIED) -> AsyncIterator[Sending]:
        """Wait until the method may be called, and hold its slot until the response is there.

        Raises TriggerExpired when a window would be opened too late.
        """
        sending = Sending()
        limit = self._methods.get(method) or self._methods.get(OTHERS)
        if limit is None:
            yield sending
            return
        slots = self._slots.of((method, channel if method == POST else ""), limit)
        try:
            async with asyncio.timeout(self._opens_within if method == OPEN else None):
                await slots.take(urgency)
        except TimeoutError:
            raise TriggerExpired("no_slot_in_time") from None
        try:
            yield sending
        finally:
            slots.release(sending.penalty)
