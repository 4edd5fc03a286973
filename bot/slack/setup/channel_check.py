"""The bound channels at the start: what happened to them while we were away is in no event."""

from collections.abc import Sequence

import structlog

from bot.slack.api.addresses import PLATFORM, channel_of
from bot.slack.api.client import Api
from bot.slack.api.errors import OF_THE_TOKEN
from workflows.ports.chat import ChatAddress, ChatError, ChatGone, platform_of
from workflows.ports.platforms import ChatState, DepartmentChat
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.chats import Chats

ABSENT = frozenset({"channel_not_found", "is_archived", "is_inactive", "not_in_channel"})
"""The codes of channels that are open again as soon as we are in them."""

log = structlog.get_logger(__name__)


async def reopen_chats(chats: Chats, waiting: Sequence[ChatAddress] = ()) -> None:
    """Open the chats that a refused token had closed, and those *waiting*: what is due there goes out now."""
    closed = [
        binding.chat
        for binding in _bindings(chats)
        if binding.state is ChatState.CLOSED and binding.code in OF_THE_TOKEN
    ]
    try:
        for chat in dict.fromkeys([*closed, *waiting]):
            await chats.reopen(chat)
            log.info("A chat is tried again: Slack knows us.", action="slack_reopened", chat=chat)
    except StorageUnavailable as problem:
        log.warning("Chats are tried again later.", action="slack_reopen_failed", reason=str(problem))


async def check_channels(api: Api, chats: Chats) -> None:
    """Find out which channels have another name, are closed to us or are open again; raises StorageUnavailable."""
    for binding in {binding.chat: binding for binding in _bindings(chats)}.values():
        try:
            await _check(api, chats, binding)
        except ChatError as problem:
            log.info("A channel cannot be checked.", action="slack_unchecked", chat=binding.chat, code=problem.code)


async def _check(api: Api, chats: Chats, binding: DepartmentChat) -> None:
    try:
        found = (await api.call("conversations.info", channel=channel_of(binding.chat)))["channel"]
    except ChatGone as gone:
        if gone.code not in OF_THE_TOKEN:
            await _close(chats, binding, gone.code)
        return
    name, is_member = found.get("name"), found.get("is_member")
    if found.get("is_archived"):
        await _close(chats, binding, "is_archived")
    elif is_member is False:
        await _close(chats, binding, "not_in_channel")
    elif is_member and binding.state is ChatState.CLOSED and binding.code in ABSENT:
        await chats.reopen(binding.chat)
    if name and name != binding.title and binding.title != channel_of(binding.chat):
        await chats.mark_changed(binding.chat, "renamed", str(name))


async def _close(chats: Chats, binding: DepartmentChat, code: str) -> None:
    if binding.state is not ChatState.CLOSED:
        await chats.close(binding.chat, code)


def _bindings(chats: Chats) -> list[DepartmentChat]:
    return [binding for binding in chats.directory.bindings() if platform_of(binding.chat) == PLATFORM]
