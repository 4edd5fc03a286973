"""Telegram as a chat platform: posts and edits cards and notices."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

import structlog

from bot.chat_languages import ChatLanguages
from bot.remembered import Remembered
from bot.rendering.language.i18n import Words, words_in
from bot.rendering.markup.dialects import MARKUPS
from bot.telegram.api import deep_links
from bot.telegram.api.addresses import PLATFORM, Place, place_of
from bot.telegram.api.client import Api
from bot.telegram.api.identity import Identity
from bot.telegram.api.markup import link_to, way_in
from bot.telegram.api.pace import Urgency
from bot.telegram.outbound.file_posts import FilePosts
from bot.telegram.outbound.topics import CaseTopics
from workflows.domain.ids import CaseId, TaskId
from workflows.domain.text import Language
from workflows.ports.chat import (
    ChatAddress,
    ChatError,
    ChatGone,
    Deferred,
    Dialect,
    Message,
    MessageGone,
    MessageId,
    Renditions,
    Subject,
)
from workflows.ports.platforms import CaseMessage
from workflows.ports.queries import Queries
from workflows.usecases.chats import Chats
from workflows.usecases.delivery.sayings import CARD_KEY

STAYS_FULL = 0.5
"""Seconds in which later messages of a group do not overtake one that was deferred."""
_TOPIC_GONE = "topic_not_found"
_TOPIC_TROUBLE = (_TOPIC_GONE, "topic_closed")
log = structlog.get_logger(__name__)


class TelegramChat:
    """Implements ChatPort."""

    platform = PLATFORM
    title = "Telegram"
    dialect = Dialect.INLINE_HTML
    shows_threads = False
    has_topics = True
    has_panel = False
    joins_channels = False
    command_sign = "/"

    def __init__(
        self, *, api: Api, queries: Queries, locale: Language, topics: CaseTopics, chats: Chats, identity: Identity
    ) -> None:
        self._api = api
        self._queries = queries
        self.topics = topics
        self._identity = identity
        self.spoken = ChatLanguages(queries=queries, platform=PLATFORM, locale=locale)
        self._chats = chats
        self.files = FilePosts(api=api, queries=queries, spoken=self.spoken)
        self._posted: Remembered[tuple[ChatAddress, str], MessageId] = Remembered()
        self._cards: Remembered[tuple[ChatAddress, TaskId], MessageId] = Remembered()
        self._cases: Remembered[tuple[ChatAddress, MessageId], CaseId] = Remembered()
        self._full_until: Remembered[int, float] = Remembered()

    def way_in(self, code: str) -> str | None:
        """Return the link that redeems a code; None until the platform has told the bot's name."""
        return way_in(self._identity.username, code) if self._identity.username else None

    def languages(self, chat: ChatAddress) -> tuple[Language, ...]:
        """Return the language of the person, or of the company in a group: a message there has one text for all."""
        return (self.spoken.of(chat),)

    def case_of(self, chats: Iterable[ChatAddress], message: MessageId) -> tuple[ChatAddress, CaseId] | None:
        """Return the case of a message that this process has posted to one of the chats, and which of them."""
        return next(((chat, self._cases[chat, message]) for chat in chats if (chat, message) in self._cases), None)

    async def post(self, chat: ChatAddress, renditions: Renditions, *, key: str, subject: Subject) -> MessageId:
        """Post a message under the task's card if there is one, with its files below.

        Telegram has no idempotency keys: only this process remembers what was posted under which key. Raises Deferred
        when only those slots of a group are left that are kept for changed cards and answers.
        """
        if not self.takes_new(chat):
            raise Deferred("others_first")
        message = self._with_link_to_case(chat, next(iter(renditions.values())), subject)
        place, known = await self._place(chat, subject), await self._edit_posted(chat, key, renditions, subject)
        if known is None:
            under = None if key.startswith(CARD_KEY) else await self._card_of(chat, subject)
            known, place = await self._send(chat, place, message, subject, under)
            self._remember(chat, key, known, subject)
        posted = self.files.send_once(chat, place, message.files, key=key, under=known)
        async for sent in posted:
            await self._remember_file(chat, sent, subject)
        return known

    async def edit(self, chat: ChatAddress, message: MessageId, renditions: Renditions, *, subject: Subject) -> None:
        """Edit a message; one that cannot be edited is deleted, since its replacement follows."""
        place = place_of(chat)
        if not message.isdecimal():
            raise MessageGone("message_not_found")
        shown = self._with_link_to_case(chat, next(iter(renditions.values())), subject)
        try:
            await self._api.edit(place, int(message), shown, urgency=Urgency.CHANGE)
        except MessageGone:
            await self._delete(place, int(message))
            raise

    async def close_topic(self, chat: ChatAddress, *, subject: Subject) -> None:
        """Close the topic of a case that is over, where it has one; raises a ChatError or StorageUnavailable."""
        await self.topics.close(place_of(chat), subject)

    def takes_new(self, chat: ChatAddress) -> bool:
        """Whether a group has a slot for a new message, and had one for the message before it."""
        chat_id, now = place_of(chat).chat_id, asyncio.get_running_loop().time()
        if now < self._full_until.get(chat_id, 0.0):
            return False
        if self._api.pace.has_room(chat_id, Urgency.CARD):
            return True
        self._full_until[chat_id] = now + STAYS_FULL
        return False

    async def _place(self, chat: ChatAddress, subject: Subject) -> Place:
        """Return where a message belongs: the topic of its case, or the chat."""
        return await self.topics.place(place_of(chat), subject)

    async def _edit_posted(
        self, chat: ChatAddress, key: str, renditions: Renditions, subject: Subject
    ) -> MessageId | None:
        """Edit the message that was posted with this key and return it; None when there is none."""
        known = self._posted.get((chat, key))
        if known is None:
            return None
        try:
            await self.edit(chat, known, renditions, subject=subject)
        except MessageGone:
            return None
        return known

    async def _send(
        self, chat: ChatAddress, place: Place, message: Message, subject: Subject, under: int | None
    ) -> tuple[MessageId, Place]:
        """Send a message; return it with its place, which changes when the topic of the case is gone or closed."""
        try:
            return await self._api.send(place, message, urgency=Urgency.CARD, reply_to=under), place
        except ChatGone as error:
            if place == place_of(chat) or error.code not in _TOPIC_TROUBLE:
                raise
            is_gone = error.code == _TOPIC_GONE
            place = await self.topics.recreate(place, subject) if is_gone else place_of(chat)
        return await self._api.send(place, message, urgency=Urgency.CARD, reply_to=under), place

    async def _delete(self, place: Place, message_id: int) -> None:
        # Telegram deletes only messages of the last two days; an older card stays, and a press shows the present state.
        with suppress(ChatError):
            await self._api.delete(place, message_id)

    async def _card_of(self, chat: ChatAddress, subject: Subject) -> int | None:
        """Return the message id of the task's card; one posted a moment ago may not be recorded yet."""
        if subject.task_id is None:
            return None
        posted = self._cards.get((chat, subject.task_id))
        if posted is not None:
            return int(posted)
        shown = await self._queries.shown_card(subject.task_id, chat)
        return None if shown is None else int(shown.message_id)

    def _with_link_to_case(self, chat: ChatAddress, message: Message, subject: Subject) -> Message:
        """End a text that was cut with a link to its case, where all of it can be read."""
        markup = MARKUPS[self.dialect]
        is_cut = message.is_cut or markup.visible_length(message.text) > markup.limit
        if not is_cut or subject.case_id is None or not self._identity.username:
            return message
        label = self._words(chat).gettext("In full")
        link = markup.link(label, link_to(self._identity.username, deep_links.to_case(subject.case_id)))
        left = markup.limit - markup.visible_length(link) - 2
        return replace(message, text=f"{markup.cut(message.text, left)}\n\n{link}")

    def _words(self, chat: ChatAddress) -> Words:
        return words_in(self.spoken.of(chat))

    async def _remember_file(self, chat: ChatAddress, sent: MessageId, subject: Subject) -> None:
        """Store which case a file is about, for those who reply to it; raises StorageUnavailable."""
        if subject.case_id is not None:
            self._cases[chat, sent] = subject.case_id
            await self._chats.keep_message(CaseMessage(chat=chat, message_id=sent, case_id=subject.case_id))

    def _remember(self, chat: ChatAddress, key: str, message: MessageId, subject: Subject) -> None:
        self._posted[chat, key] = message
        if subject.case_id is not None:
            self._cases[chat, message] = subject.case_id
        if subject.task_id is not None and key.startswith(CARD_KEY):
            self._cards[chat, subject.task_id] = message
