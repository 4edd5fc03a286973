"""Who the app is in its workspace: known once Slack has accepted our token."""

import asyncio
from contextlib import suppress

from bot.slack.api.client import JSON

KNOWN_WITHIN = 2.5
"""Seconds that a payload waits for the identity: Slack waits three for its acknowledgement."""


class Identity:
    """Unknown until `learn` was called; ids are empty before."""

    def __init__(self) -> None:
        self._facts: JSON = {}
        self._is_known = asyncio.Event()

    def learn(self, facts: JSON) -> None:
        """Take what `auth.test` returned."""
        self._facts = facts
        self._is_known.set()

    @property
    def team(self) -> str:
        """Return the id of our workspace."""
        return str(self._facts.get("team_id", ""))

    @property
    def user(self) -> str:
        """Return the id of our own account."""
        return str(self._facts.get("user_id", ""))

    async def facts(self) -> JSON | None:
        """Return what `auth.test` returned, as soon as it is there; None when that takes longer than `KNOWN_WITHIN`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(KNOWN_WITHIN):
                await self._is_known.wait()
        return self._facts or None
