"""Channels as Slack tells of them when it is asked."""

from dataclasses import dataclass, replace

from bot.slack.api.addresses import is_direct
from bot.slack.api.client import JSON, Api
from bot.slack.api.origin import Origin
from bot.slack.handlers.receive import PRIVATE
from workflows.ports.chat import ChatError


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Knows the names of channels, and enters them."""

    api: Api

    async def named(self, origin: Origin) -> Origin:
        """Return a place with the name of its channel; Slack does not tell that of a private one by itself."""
        if origin.channel is None or is_direct(origin.channel) or origin.room != PRIVATE:
            return origin
        return replace(origin, room=await self.name_of(origin.channel) or origin.channel)

    async def name_of(self, channel: str) -> str | None:
        """Return the name of a channel; None for one that is hidden from us."""
        name = (await self._about(channel)).get("name")
        return None if name is None else str(name)

    async def enter(self, channel: str) -> bool:
        """Enter a channel; False where that takes an invitation."""
        try:
            await self.api.call("conversations.join", channel=channel)
        except ChatError:
            return bool((await self._about(channel)).get("is_member"))
        return True

    async def _about(self, channel: str) -> JSON:
        try:
            found: JSON = (await self.api.call("conversations.info", channel=channel))["channel"]
        except ChatError:
            return {}
        return found
