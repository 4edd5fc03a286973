"""Slack's limits (https://docs.slack.dev/apis/web-api/rate-limits): one post a second in a channel, else tiers."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

from bot.pacing import Limit, Sending, SlotsByKey
from bot.slack.api.errors import TriggerExpired

POST = "chat.postMessage"
OPEN = "views.open"
OTHERS = "*"
"""Stands for every method that has no row of its own."""
_TIER_2 = Limit(messages=20, seconds=60.0)
_TIER_3 = Limit(messages=50, seconds=60.0)
_TIER_4 = Limit(messages=100, seconds=60.0)

METHODS: Mapping[str, Limit] = MappingProxyType(
    {
        POST: Limit(messages=1, seconds=1.0),
        OTHERS: _TIER_2,
        "apps.connections.open": _TIER_3,
        # Special limits: several hundred a minute, which nobody needs.
        "auth.test": _TIER_4,
        "chat.getPermalink": _TIER_4,
        "chat.delete": _TIER_3,
        "chat.update": _TIER_3,
        "conversations.history": _TIER_3,
        "conversations.info": _TIER_3,
        "conversations.join": _TIER_3,
        "conversations.open": _TIER_3,
        "conversations.replies": _TIER_3,
        "chat.postEphemeral": _TIER_4,
        "files.completeUploadExternal": _TIER_4,
        "files.getUploadURLExternal": _TIER_4,
        "files.info": _TIER_4,
        "users.info": _TIER_4,
        OPEN: _TIER_4,
        "views.publish": _TIER_4,
        "views.update": _TIER_4,
    }
)
"""The limit of each method in use."""
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
