"""Channels as Slack describes them, and joining those that were bound."""

from dataclasses import dataclass, replace

from bot.rendering.i18n import words_in
from bot.slack.api.addresses import is_direct
from bot.slack.api.client import JSON, Api
from bot.slack.api.origin import Origin
from bot.slack.blockkit.blocks import escaped
from bot.slack.handlers.receive import PRIVATE
from bot.slack.outbound.replies import Replies
from workflows.domain.text import Language
from workflows.ports.chat import ChatError, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Knows the names of channels, and joins them."""

    api: Api
    replies: Replies

    async def with_title(self, origin: Origin) -> Origin:
        """Return an origin with the name of its channel, which payloads leave out where the channel is private."""
        if origin.channel is None or is_direct(origin.channel) or origin.channel_title != PRIVATE:
            return origin
        return replace(origin, channel_title=await self.name_of(origin.channel) or origin.channel)

    async def name_of(self, channel: str) -> str | None:
        """Return the name of a channel; None for one that is hidden from us."""
        name = (await self._info(channel)).get("name")
        return None if name is None else str(name)

    async def join(self, channel: str) -> bool:
        """Join a channel; False where that takes an invitation."""
        try:
            await self.api.call("conversations.join", channel=channel)
        except ChatError:
            return bool((await self._info(channel)).get("is_member"))
        return True

    async def join_bound(self, origin: Origin, language: Language) -> None:
        """Join the channel that was bound; where that takes an invitation, ask for one."""
        if not await self.join(origin.channel or ""):
            please = words_in(language).gettext(
                "Add me to this channel (/invite, then choose Handover): until then its cards wait."
            )
            await self.replies.post(origin, Message(text=escaped(please)))

    async def _info(self, channel: str) -> JSON:
        try:
            found: JSON = (await self.api.call("conversations.info", channel=channel))["channel"]
        except ChatError:
            return {}
        return found
