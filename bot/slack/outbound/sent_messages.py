"""What stands in the chats already, by the keys of its messages; looked up where that is in doubt.

It is in doubt where the answer to a post got lost, and where an earlier program left something waiting: it may have
ended between posting and recording. Delivery keeps the order of a chat, so the first key that is not there ends it.
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
"""How many messages of a channel or a thread are looked at."""
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
    """What has been looked at in a chat since it is in doubt; nothing before `oldest` is of interest."""

    oldest: str | None
    looked: set[MessageId | None]
    files: list[tuple[Post, str, int]]


class SentMessages:
    """Remembers what was posted. What asks Slack raises a ChatError, what asks the database StorageUnavailable."""

    def __init__(self, api: Api, queries: Queries, started_at: datetime | None) -> None:
        self._api = api
        self._queries = queries
        self._known: Remembered[tuple[ChatAddress, str], Post] = Remembered(REMEMBERED)
        self._doubts: dict[ChatAddress, _Doubt] = {}
        self._began = started_at
        self._learning = asyncio.Lock()

    def doubt(self, chat: ChatAddress) -> None:
        """Look before the next post: Slack may have taken the last one."""
        self._doubts[chat] = _Doubt(None, set(), [])

    def remember(self, chat: ChatAddress, key: str, post: Post) -> None:
        """Know a message by its key."""
        self._known[chat, key] = post

    def forget(self, chat: ChatAddress, key: str) -> None:
        """Know nothing of a message that is no more."""
        self._known.pop((chat, key), None)

    async def find(self, chat: ChatAddress, thread: MessageId | None, key: str) -> Post | None:
        """Return the message with a key; None when it is not there."""
        await self._learn()
        return await self._found(chat, thread, lambda _: self._known.get((chat, key)))

    async def shares(self, chat: ChatAddress, under: Post, key: str, file: KeptFile) -> bool:
        """Return whether a file of a message, or what was said in its place under the key, is there."""

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
        # What belonged under a message that is no more was said in the channel.
        for place in dict.fromkeys((thread, None)):
            await self._look(chat, place, doubt)
            found = match(doubt)
            if found is not None:
                return found
        if self._doubts.get(chat) is doubt:
            del self._doubts[chat]
        return None

    async def _learn(self) -> None:
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

    async def _look(self, chat: ChatAddress, thread: MessageId | None, doubt: _Doubt) -> None:
        """Remember everything of ours that stands in a channel (newest first) or in a thread (oldest first)."""
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
    """Take what shares the file after a message out of what was seen: the same file may be shared twice."""
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
