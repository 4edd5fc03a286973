"""What happens to bound channels: renamed, archived, deleted, moved, joined, left."""

from contextlib import suppress

from bot.slack.api.addresses import address_of
from bot.slack.api.identity import Identity
from bot.slack.handlers.channels.joining import Channels
from workflows.domain import errors
from workflows.usecases.chats import Chats


class ChannelLife:
    """Keeps the bindings true; channels that are not bound are left alone. Methods raise StorageUnavailable."""

    def __init__(self, *, channels: Channels, chats: Chats, identity: Identity) -> None:
        self._channels = channels
        self._chats = chats
        self._identity = identity

    async def close(self, code: str, channel: str) -> None:
        """Have what is due for a channel wait until it is open again; *code* is why."""
        chat = address_of(channel)
        if self._is_bound(channel) and not self._chats.directory.is_closed(chat):
            await self._chats.close(chat, code)

    async def rename(self, channel: str, name: str | None) -> None:
        """Take the new name of a channel, unless we have noticed it ourselves meanwhile."""
        if any(b.chat == address_of(channel) and b.title != name for b in self._chats.directory.bindings()):
            await self._chats.mark_changed(address_of(channel), "renamed", name)

    async def make_private(self, channel: str) -> None:
        """Report that a channel is private now."""
        if self._is_bound(channel):
            await self._chats.mark_changed(address_of(channel), "made_private", None)

    async def join(self, user: str, channel: str) -> None:
        """Deliver what waited for a channel when it is us who joined it."""
        if user == self._identity.user and self._is_bound(channel):
            await self._chats.reopen(address_of(channel))
            await self._learn_title(channel)

    async def leave(self, user: str, channel: str) -> None:
        """Close a channel when it is us who left it: Slack may say so in this way as well."""
        if user == self._identity.user:
            await self.close("not_in_channel", channel)

    async def move(self, old: str, new: str) -> None:
        """Take the new id of a channel, which it gets when it is shared with another workspace, or no more."""
        if self._is_bound(old):
            await self._chats.move(address_of(old), address_of(new))

    async def unarchive(self, channel: str) -> None:
        """Deliver what waited for a channel as soon as we are in it again."""
        if self._is_bound(channel) and await self._channels.join(channel):
            await self._chats.reopen(address_of(channel))

    async def _learn_title(self, channel: str) -> None:
        """Learn the name of a private channel that was bound before we were in it."""
        for binding in self._chats.directory.bindings():
            if binding.chat == address_of(channel) and binding.title == channel:
                title = await self._channels.name_of(channel)
                with suppress(errors.Refusal):
                    await self._chats.bind(binding.department, binding.chat, title or channel, by=binding.bound_by)

    def _is_bound(self, channel: str) -> bool:
        return self._chats.directory.is_bound(address_of(channel))
