"""Which messages we have posted, by their keys; a chat is searched for them where that is in doubt.

It is in doubt when the response to a post was lost, and when an earlier program left something waiting: it may have
ended between posting and recording. Delivery keeps the order of a chat, so the first missing key ends it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.remembered import Remembered
from bot.slack.api.addresses import PLATFORM, channel_of
from bot.slack.api.client import JSON, Api
from bot.slack.api.errors import ThreadGone
from workflows.ports.chat import ChatAddress, MessageId, platform_of
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import KeptFile

EVENT_TYPE = "handover_message"
REMEMBERED = 10_000
PAGE, PAGES = 200, 5
"""How many messages a page has, and how many pages of a channel or a thread are searched."""
MOST_WAITING = 10_000
FAR_AHEAD = timedelta(days=365)
SKEW = timedelta(minutes=10)
"""How far Slack's clock may be behind ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message of ours, and the one that its thread is under: itself when it is in no thread."""

    id: MessageId
    root: MessageId


@dataclass(slots=True)
class _Doubt:
    """What has been searched in a chat since it is in doubt, and the files found; `oldest` is where a search ends."""

    oldest: str | None
    looked: set[MessageId | None]
    files: list[tuple[Post, str, int]]


class SentMessages:
    """Remembers what was posted; a search raises a ChatError or StorageUnavailable."""

    def __init__(self, api: Api, queries: Queries, started_at: datetime | None) -> None:
        self._api = api
        self._queries = queries
        self._known: Remembered[tuple[ChatAddress, str], Post] = Remembered(REMEMBERED)
        self._doubts: dict[ChatAddress, _Doubt] = {}
        self._began = started_at
        self._learning = asyncio.Lock()

    def doubt(self, chat: ChatAddress) -> None:
        """Have the chat searched before the next post: Slack may have accepted the last one."""
        self._doubts[chat] = _Doubt(None, set(), [])

    def remember(self, chat: ChatAddress, key: str, post: Post) -> None:
        """Remember a message by its key."""
        self._known[chat, key] = post

    def forget(self, chat: ChatAddress, key: str) -> None:
        """Forget a message that is gone."""
        self._known.pop((chat, key), None)

    async def find(self, chat: ChatAddress, thread: MessageId | None, key: str) -> Post | None:
        """Return the message with a key; None when it is not there."""
        await self._doubt_what_waited()
        return await self._found(chat, thread, lambda _: self._known.get((chat, key)))

    async def shares(self, chat: ChatAddress, under: Post, key: str, file: KeptFile) -> bool:
        """Whether a file of a message, or the sentence that replaces it, was posted."""

        def match(doubt: _Doubt | None) -> Post | None:
            known = self._known.get((chat, key))
            return _sharing(doubt, under, file) if known is None and doubt is not None else known

        return await self._found(chat, under.root, match) is not None

    async def _found(
        self, chat: ChatAddress, thread: MessageId | None, match: Callable[[_Doubt | None], Post | None]
    ) -> Post | None:
        doubt = self._doubts.get(chat)
        found = match(doubt)
        if found is not None or doubt is None:
            return found
        # Replies to a message that was deleted are in the channel.
        for where in dict.fromkeys((thread, None)):
            await self._search(chat, where, doubt)
            found = match(doubt)
            if found is not None:
                return found
        if self._doubts.get(chat) is doubt:
            del self._doubts[chat]
        return None

    async def _doubt_what_waited(self) -> None:
        async with self._learning:
            if self._began is None:
                return
            first: dict[ChatAddress, datetime] = {}
            while rows := await self._queries.outbox(self._began + FAR_AHEAD, MOST_WAITING, tuple(first)):
                for row in rows:
                    first.setdefault(row.announcement.chat, row.created_at)
            for chat, moment in first.items():
                if platform_of(chat) == PLATFORM and moment < self._began:
                    self._doubts[chat] = _Doubt(f"{(moment - SKEW).timestamp():.6f}", set(), [])
            self._began = None

    async def _search(self, chat: ChatAddress, thread: MessageId | None, doubt: _Doubt) -> None:
        """Remember all our messages of a channel (newest first) or of a thread (oldest first)."""
        if thread in doubt.looked:
            return
        where: dict[str, Any] = {"channel": channel_of(chat), "limit": PAGE, "include_all_metadata": True}
        if doubt.oldest is not None:
            where["oldest"] = doubt.oldest
        method = "conversations.history" if thread is None else "conversations.replies"
        of_thread = {} if thread is None else {"ts": thread}
        for _ in range(PAGES):
            try:
                found = await self._api.call(method, **where, **of_thread)
            except ThreadGone:
                break
            for message in found["messages"]:
                self._note(chat, message, doubt)
            cursor = (found.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
            where["cursor"] = cursor
        doubt.looked.add(thread)

    def _note(self, chat: ChatAddress, message: JSON, doubt: _Doubt) -> None:
        key = _key_of(message)
        if key is None and "bot_id" not in message:
            return
        post = Post(id=MessageId(message["ts"]), root=MessageId(message.get("thread_ts") or message["ts"]))
        if key is not None:
            self.remember(chat, key, post)
        for file in message.get("files") or ():
            doubt.files.append((post, str(file.get("title") or ""), file.get("size") or 0))


def _sharing(doubt: _Doubt, under: Post, file: KeptFile) -> Post | None:
    """Return what shares a file after a message, and use it up: the same file may be shared twice."""
    for seen in doubt.files:
        post, title, size = seen
        if post.root == under.root and post.id > under.id and (title, size) == (file.name, len(file.content)):
            doubt.files.remove(seen)
            return post
    return None


def _key_of(message: JSON) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key: str | None = metadata.get("event_payload", {}).get("key")
    return key
