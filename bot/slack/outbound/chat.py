"""The chat port of Slack: posts and updates cards and notices."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from bot.chat_languages import ChatLanguages
from bot.conversation.commands.vocabulary import Word
from bot.remembered import Remembered
from bot.rendering.language.i18n import words_in
from bot.slack.api.addresses import PLATFORM, channel_of
from bot.slack.api.client import JSON, Api
from bot.slack.api.errors import ThreadGone, Unclear
from bot.slack.api.limits import UPDATE
from bot.slack.blockkit.blocks import escaped
from bot.slack.blockkit.markup import content, with_way_to_whole
from bot.slack.outbound.message_edits import Updates
from bot.slack.outbound.sent_messages import EVENT_TYPE, REMEMBERED, Post, SentMessages
from bot.slack.outbound.threads import Threads
from workflows.domain.ids import FileId
from workflows.domain.text import Language
from workflows.ports.chat import (
    ChatAddress,
    ChatError,
    Dialect,
    Message,
    MessageGone,
    MessageId,
    RateLimited,
    Rejected,
    Renditions,
    Subject,
    Unreachable,
)
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import KeptFile
from workflows.usecases.chats import Chats
from workflows.usecases.delivery.sayings import CARD_KEY

MOST_TRIES = 5
"""How often something is tried that Slack refuses for an unknown reason."""

_REFUSED = "Slack does not accept a file."
log = structlog.get_logger(__name__)


class SlackChat:
    """Implements ChatPort.

    Every message carries its key in its metadata, by which it is found again and not posted twice. What waits since
    before *started_at* may have been posted by an earlier program; None when there was none. A message stays as
    it is for *rest* seconds before an update that nobody waits for.
    """

    platform = PLATFORM
    title = "Slack"
    dialect = Dialect.MRKDWN
    shows_threads = False
    has_topics = False
    has_panel = False
    joins_channels = True

    def __init__(
        self,
        *,
        api: Api,
        queries: Queries,
        chats: Chats,
        locale: Language,
        command: str = "/handover",
        started_at: datetime | None = None,
        rest: float = 0.0,
    ) -> None:
        self._api = api
        self.command_sign = f"{command} "
        self._queries = queries
        self.spoken = ChatLanguages(queries=queries, platform=PLATFORM, locale=locale)
        self._posted = SentMessages(api, queries, started_at)
        self.threads = Threads(queries=queries, chats=chats)
        self._updates = Updates(api.pace, rest)
        self._refusals: Remembered[tuple[ChatAddress, str], int] = Remembered(REMEMBERED)

    def way_in(self, code: str) -> str:
        """Return the command that redeems a code."""
        return f"{self.command_sign}{Word.LINK} {code}"

    def languages(self, chat: ChatAddress) -> tuple[Language, ...]:
        """Return the language of the person, or of the company in a channel: a message there has one text for all."""
        return (self.spoken.of(chat),)

    async def post(self, chat: ChatAddress, renditions: Renditions, *, key: str, subject: Subject) -> MessageId:
        """Post the first card of a case in the channel, and everything else about the case in the thread under it.

        Later cards, and messages with buttons, are shown in the channel too.
        """
        message, is_card = self._rendition(chat, renditions), key.startswith(CARD_KEY)
        thread = await self.threads.root(chat, subject)
        async with self._limited_tries(chat, key):
            post = await self._posted.find(chat, thread, key)
            if post is None or not await self._try_to_update(chat, post, message, key, subject):
                thread = await self.threads.root(chat, subject)
                post = await self._post_message(chat, thread, message, key, to_channel=is_card or bool(message.buttons))
            await self.threads.note(chat, subject, thread, post.root, is_card=is_card)
            for file_id in message.files:
                await self._share(chat, post, key, file_id)
        return post.id

    async def edit(self, chat: ChatAddress, message: MessageId, renditions: Renditions, *, subject: Subject) -> None:
        """Update an earlier message; raises MessageGone, and then deletes what is left of it.

        Raises Deferred for an update that leaves the buttons as they are, as a tick does, when the message was updated
        a moment ago, or when only the slots are left that are kept for claims and completions.
        """
        shown = self._rendition(chat, renditions)
        is_urgent = self._updates.check_urgent(chat, message, shown)
        async with self._limited_tries(chat, message):
            await self._update(chat, message, shown, subject, is_urgent=is_urgent)

    async def attach(self, chat: ChatAddress, files: Iterable[FileId]) -> None:
        """Upload kept files into a direct message, each once; a sentence replaces one that Slack does not accept.

        Raises a ChatError where nothing can be posted, or StorageUnavailable.
        """
        for file_id in dict.fromkeys(files):
            file = await self._queries.file(file_id)
            if file is None:
                continue
            try:
                await self._api.upload(channel_of(chat), None, file.name, file.content)
            except ChatError as problem:
                log.warning(_REFUSED, action="slack_file_refused", code=problem.code, file_id=file_id)
                refusal = content(self._file_refusal(chat, file))
                await self._api.call("chat.postMessage", channel=channel_of(chat), **refusal)

    @asynccontextmanager
    async def _limited_tries(self, chat: ChatAddress, what: str) -> AsyncIterator[None]:
        """Raise Rejected in place of Unclear after MOST_TRIES, so that the rest of the chat can go on."""
        try:
            yield
        except Unclear as problem:
            tries = self._refusals.pop((chat, what), 0) + 1
            if tries < MOST_TRIES:
                self._refusals[chat, what] = tries
                raise
            raise Rejected(problem.code) from problem
        self._refusals.pop((chat, what), None)

    async def _try_to_update(self, chat: ChatAddress, post: Post, message: Message, key: str, subject: Subject) -> bool:
        """Update what was posted already; False, and it is forgotten, when that is impossible."""
        try:
            await self._update(chat, post.id, message, subject)
        except MessageGone:
            self._posted.forget(chat, key)
            return False
        return True

    async def _update(
        self, chat: ChatAddress, message: MessageId, shown: Message, subject: Subject, *, is_urgent: bool = True
    ) -> None:
        call = self._api.call_first if is_urgent else self._api.call
        try:
            await call(UPDATE, channel=channel_of(chat), ts=message, **content(shown))
            self._updates.note(chat, message, shown)
        except MessageGone as gone:
            if gone.code != "message_not_found":
                await self._delete(chat, message)
            await self.threads.free(chat, subject, message)
            raise

    async def _delete(self, chat: ChatAddress, message: MessageId) -> None:
        """Delete a message that cannot be updated any more; where that is refused too, it stays beside the new one."""
        try:
            await self._api.call("chat.delete", channel=channel_of(chat), ts=message)
        except ChatError as problem:
            log.warning("An old message remains.", action="slack_message_left", chat=chat, code=problem.code)

    async def _post_message(
        self, chat: ChatAddress, thread: MessageId | None, message: Message, key: str, *, to_channel: bool = False
    ) -> Post:
        """Post in a thread, with *to_channel* in the channel too; in the channel alone where the thread is gone.

        The root of what is returned is the one that Slack tells: its own id when it is in no thread.
        """
        arguments: JSON = {
            "channel": channel_of(chat),
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            "unfurl_links": False,
            "unfurl_media": False,
            **content(message),
        }
        if thread is not None:
            arguments |= {"thread_ts": thread, "reply_broadcast": to_channel}
        try:
            async with self._doubt_if_lost(chat):
                posted = await self._api.call("chat.postMessage", **arguments)
        except ThreadGone:
            if thread is None:
                raise
            return await self._post_message(chat, None, message, key)
        ts = posted["ts"]
        post = Post(id=MessageId(ts), root=MessageId((posted.get("message") or {}).get("thread_ts") or ts))
        self._posted.remember(chat, key, post)
        self._updates.note(chat, post.id, message)
        return post

    @asynccontextmanager
    async def _doubt_if_lost(self, chat: ChatAddress) -> AsyncIterator[None]:
        """Have the chat searched before the next post when a response was lost: Slack may have accepted the message."""
        try:
            yield
        except Unclear:
            raise
        except Unreachable:
            self._posted.doubt(chat)
            raise

    async def _share(self, chat: ChatAddress, post: Post, key: str, file_id: FileId) -> None:
        shared = f"{key}:{file_id}"
        file = await self._queries.file(file_id)
        if file is None or await self._posted.shares(chat, post, shared, file):
            return
        try:
            async with self._limited_tries(chat, shared), self._doubt_if_lost(chat):
                await self._api.upload(channel_of(chat), post.root, file.name, file.content)
        except (RateLimited, Unreachable):
            raise
        except ChatError as problem:
            log.warning(_REFUSED, action="slack_file_refused", code=problem.code, file_id=file_id)
            await self._post_message(chat, post.root, self._file_refusal(chat, file), shared)
        else:
            self._posted.remember(chat, shared, post)

    def _file_refusal(self, chat: ChatAddress, file: KeptFile) -> Message:
        """Return the sentence that replaces a file."""
        words = words_in(self.spoken.of(chat))
        sentence = words.gettext(
            "Slack did not take the file %(name)s, so it cannot be shown here. It is kept in the case.", name=file.name
        )
        return Message(text=escaped(sentence))

    def _rendition(self, chat: ChatAddress, renditions: Renditions) -> Message:
        message = next(iter(renditions.values()))
        return with_way_to_whole(message, words_in(self.spoken.of(chat)))
