"""Channels as Slack describes them, and joining those that were bound."""

from dataclasses import dataclass, replace

from bot.rendering.language.i18n import words_in
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

    async def described(self, origin: Origin) -> Origin:
        """Return an origin with what payloads leave out: the name of a private channel, and who reads the channel."""
        if origin.channel is None or is_direct(origin.channel):
            return origin
        found = await self._info(origin.channel)
        title = origin.channel_title if origin.channel_title != PRIVATE else found.get("name") or origin.channel
        return replace(origin, channel_title=title, is_read_outside=_is_read_outside(found))

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


def _is_read_outside(channel: JSON) -> bool:
    """Whether another company reads a channel, or is invited to; workspaces of one Enterprise Grid are one company."""
    is_shared = channel.get("is_shared") and not channel.get("is_org_shared")
    return bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared") or is_shared)
