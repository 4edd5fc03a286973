"""Slack as a chat platform: cards and notices go out through here."""

from collections import Counter, OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from bot.slack.addresses import PLATFORM, channel_of
from bot.slack.api import JSON, Api
from bot.slack.errors import ThreadGone
from bot.slack.markup import content
from workflows.domain.text import Language
from workflows.ports.chat import (
    ChatAddress,
    Dialect,
    Message,
    MessageGone,
    MessageId,
    Renditions,
    Subject,
    Unreachable,
)
from workflows.ports.queries import Queries
from workflows.usecases.deliver import CARD_KEY

EVENT_TYPE = "handover_message"
REMEMBERED = 10_000
LOOKED_AT = 200
"""How many messages of a channel or thread are looked at for one that may have been posted already."""


class SlackChat:
    """Implements ChatPort.

    Every message carries its key in its metadata. Where the answer to a post got lost, or the program ended in between,
    the channel (or thread) is looked through for the key before the message is posted again.
    """

    platform = PLATFORM
    dialect = Dialect.SLACK

    def __init__(self, *, api: Api, queries: Queries, locale: Language) -> None:
        self._api = api
        self._queries = queries
        self._locale = locale
        self._chosen: dict[ChatAddress, Language] = {}
        self._posted: OrderedDict[tuple[ChatAddress, str], MessageId] = OrderedDict()
        self._doubts: Counter[ChatAddress] = Counter()

    def speak(self, chat: ChatAddress, language: Language) -> None:
        """Speak a language in a direct message from now on."""
        self._chosen[chat] = language

    def languages(self, chat: ChatAddress) -> tuple[Language, ...]:
        """Answer the language of the person, or of the company in a channel: a message there has one text for all."""
        return (self._chosen.get(chat, self._locale),)

    def doubt(self, chats: Iterable[ChatAddress]) -> None:
        """Look before the next posts, one for each time a chat is named: an earlier process may have posted them."""
        self._doubts.update(chats)

    async def post(self, chat: ChatAddress, renditions: Renditions, *, key: str, subject: Subject) -> MessageId:
        """Post a card in the channel, anything else under the task's card where there is one, with its files."""
        message = next(iter(renditions.values()))
        thread = None if key.startswith(CARD_KEY) else await self._card(chat, subject)
        known = self._posted.get((chat, key)) or await self._already_there(chat, thread, key)
        if known is not None:
            await self._change(chat, known, message)
        else:
            known = await self._say(chat, thread, message, key)
        self._remember(chat, key, known)
        await self._share(chat, thread or known, message, key)
        return known

    async def edit(self, chat: ChatAddress, message: MessageId, renditions: Renditions, *, subject: Subject) -> None:
        """Make an earlier message show something else; raises MessageGone, and then takes away what is left of it."""
        try:
            await self._change(chat, message, next(iter(renditions.values())))
        except MessageGone as gone:
            if gone.code != "message_not_found":
                with suppress(Exception):
                    await self._api.call("chat.delete", channel=channel_of(chat), ts=message)
            raise

    async def _change(self, chat: ChatAddress, message: MessageId, shown: Message) -> None:
        await self._api.call("chat.update", channel=channel_of(chat), ts=message, **content(shown))

    async def _say(self, chat: ChatAddress, thread: MessageId | None, message: Message, key: str) -> MessageId:
        """Post; a message that asks for something is shown in the channel too when it belongs under a card."""
        arguments: JSON = {
            "channel": channel_of(chat),
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            "unfurl_links": False,
            "unfurl_media": False,
            **content(message),
        }
        if thread is not None:
            arguments |= {"thread_ts": thread, "reply_broadcast": bool(message.buttons)}
        try:
            posted = await self._api.call("chat.postMessage", **arguments)
        except ThreadGone:
            return await self._say(chat, None, message, key)
        except Unreachable:
            # The platform may have taken it: look before it is said again.
            self._doubts[chat] += 1
            raise
        return MessageId(posted["ts"])

    async def _share(self, chat: ChatAddress, thread: MessageId, message: Message, key: str) -> None:
        for file_id in message.files:
            shared = f"{key}:{file_id}"
            file = await self._queries.file(file_id)
            if file is not None and (chat, shared) not in self._posted:
                await self._api.upload(channel_of(chat), thread, file.name, file.content)
                self._remember(chat, shared, thread)

    async def _card(self, chat: ChatAddress, subject: Subject) -> MessageId | None:
        if subject.task_id is None:
            return None
        shown = await self._queries.shown_card(subject.task_id, chat)
        return None if shown is None else shown.message_id

    async def _already_there(self, chat: ChatAddress, thread: MessageId | None, key: str) -> MessageId | None:
        """Look for a message with the key when there is reason to; raises a ChatError."""
        if self._doubts[chat] < 1:
            return None
        where: dict[str, Any] = {"channel": channel_of(chat), "limit": LOOKED_AT, "include_all_metadata": True}
        try:
            if thread is None:
                found = await self._api.call("conversations.history", **where)
            else:
                found = await self._api.call("conversations.replies", ts=thread, **where)
        except ThreadGone:
            found = {"messages": []}
        self._doubts[chat] -= 1
        return next((MessageId(m["ts"]) for m in found["messages"] if _key_of(m) == key), None)

    def _remember(self, chat: ChatAddress, key: str, message: MessageId) -> None:
        self._posted[chat, key] = message
        if len(self._posted) > REMEMBERED:
            self._posted.popitem(last=False)


def _key_of(message: JSON) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key: str | None = metadata.get("event_payload", {}).get("key")
    return key
