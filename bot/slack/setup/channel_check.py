"""A look at the bound channels when we come: what happened to them meanwhile was told to nobody."""

import structlog

from bot.slack.api.addresses import PLATFORM, channel_of
from bot.slack.api.client import Api
from bot.slack.api.errors import OF_THE_TOKEN
from workflows.ports.chat import ChatError, ChatGone, platform_of
from workflows.ports.platforms import ChatState, DepartmentChat
from workflows.usecases.chats import Chats

ABSENT = frozenset({"channel_not_found", "is_archived", "is_inactive", "not_in_channel"})
"""The codes of channels that are open again as soon as we are in them."""

log = structlog.get_logger(__name__)


async def look_around(api: Api, chats: Chats) -> None:
    """Learn which channels have another name, were closed to us or are open again; raises StorageUnavailable."""
    seen = {binding.chat: binding for binding in chats.directory.bindings() if platform_of(binding.chat) == PLATFORM}
    for binding in seen.values():
        try:
            await _look_at(api, chats, binding)
        except ChatError as problem:
            log.info("A channel cannot be looked at.", action="slack_unseen", chat=binding.chat, code=problem.code)


async def _look_at(api: Api, chats: Chats, binding: DepartmentChat) -> None:
    try:
        found = (await api.call("conversations.info", channel=channel_of(binding.chat)))["channel"]
    except ChatGone as gone:
        if gone.code not in OF_THE_TOKEN:
            await _closed(chats, binding, gone.code)
        return
    name, is_member = found.get("name"), found.get("is_member")
    if found.get("is_archived"):
        await _closed(chats, binding, "is_archived")
    elif is_member is False:
        await _closed(chats, binding, "not_in_channel")
    elif is_member and binding.state is ChatState.CLOSED and binding.code in ABSENT:
        await chats.opened(binding.chat)
    if name and name != binding.title and binding.title != channel_of(binding.chat):
        await chats.changed(binding.chat, "renamed", str(name))


async def _closed(chats: Chats, binding: DepartmentChat, code: str) -> None:
    if binding.state is not ChatState.CLOSED:
        await chats.closed(binding.chat, code)
