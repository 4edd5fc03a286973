"""Telegram as a chat platform: cards and notices go out through here."""

from collections import OrderedDict
from contextlib import suppress

from bot.telegram.addresses import PLATFORM, Place, place_of
from bot.telegram.api import Api
from bot.telegram.pace import Urgency
from bot.telegram.topics import CaseTopics
from workflows.domain.text import Language
from workflows.ports.chat import (
    ChatAddress,
    ChatError,
    ChatGone,
    Dialect,
    Message,
    MessageGone,
    MessageId,
    Renditions,
    Subject,
)
from workflows.ports.queries import Queries
from workflows.usecases.deliver import CARD_KEY

REMEMBERED = 10_000
_TOPIC_GONE = "topic_not_found"
_TOPIC_TROUBLE = (_TOPIC_GONE, "topic_closed")


class TelegramChat:
    """Implements ChatPort."""

    platform = PLATFORM
    dialect = Dialect.TELEGRAM

    def __init__(self, *, api: Api, queries: Queries, locale: Language) -> None:
        self._api = api
        self._queries = queries
        self._locale = locale
        self.topics: CaseTopics | None = None
        self._chosen: dict[ChatAddress, Language] = {}
        self._posted: OrderedDict[tuple[ChatAddress, str], MessageId] = OrderedDict()

    def speak(self, chat: ChatAddress, language: Language) -> None:
        """Speak a language in a private chat from now on."""
        self._chosen[chat] = language

    def languages(self, chat: ChatAddress) -> tuple[Language, ...]:
        """Answer the language of the person, or of the company in a group: a message there has one text for all."""
        return (self._chosen.get(chat, self._locale),)

    async def post(self, chat: ChatAddress, renditions: Renditions, *, key: str, subject: Subject) -> MessageId:
        """Post a message under the task's card where there is one, with its files below.

        The platform knows no keys: what was posted is remembered by this process only.
        """
        place, message = place_of(chat), next(iter(renditions.values()))
        known = self._posted.get((chat, key))
        if known is not None:
            try:
                await self.edit(chat, known, renditions, subject=subject)
            except MessageGone:
                known = None
        if known is None:
            under = None if key.startswith(CARD_KEY) else await self._card(chat, subject)
            known, place = await self._send(place, message, subject, under)
            self._remember(chat, key, known)
        for file_id in message.files:
            file = await self._queries.file(file_id)
            if file is not None and (chat, f"{key}:{file_id}") not in self._posted:
                await self._api.send_file(place, file.name, file.content, reply_to=int(known))
                self._remember(chat, f"{key}:{file_id}", known)
        await self._close(place, subject)
        return known

    async def _send(
        self, chat: Place, message: Message, subject: Subject, under: int | None
    ) -> tuple[MessageId, Place]:
        """Say something in the topic of its case, where there are such topics; answers also the place."""
        place = chat if self.topics is None else await self.topics.place(chat, subject)
        try:
            return await self._api.send(place, message, urgency=Urgency.CARD, reply_to=under), place
        except ChatGone as error:
            if self.topics is None or place == chat or error.code not in _TOPIC_TROUBLE:
                raise
            place = await self.topics.anew(place, subject) if error.code == _TOPIC_GONE else chat
        return await self._api.send(place, message, urgency=Urgency.CARD, reply_to=under), place

    async def _close(self, place: Place, subject: Subject) -> None:
        if self.topics is not None:
            await self.topics.close(place, subject)

    async def edit(self, chat: ChatAddress, message: MessageId, renditions: Renditions, *, subject: Subject) -> None:
        """Make an earlier message show something else; one that cannot be edited is taken away, for it is replaced."""
        place = place_of(chat)
        if not message.isdecimal():
            raise MessageGone("message_not_found")
        try:
            await self._api.edit(place, int(message), next(iter(renditions.values())), urgency=Urgency.CARD)
        except MessageGone:
            await self._retire(place, int(message))
            raise
        await self._close(place, subject)

    async def _retire(self, place: Place, message_id: int) -> None:
        # The platform deletes what is younger than two days; an older card stays and answers its presses politely.
        with suppress(ChatError):
            await self._api.delete(place, message_id)

    async def _card(self, chat: ChatAddress, subject: Subject) -> int | None:
        if subject.task_id is None:
            return None
        shown = await self._queries.shown_card(subject.task_id, chat)
        return None if shown is None else int(shown.message_id)

    def _remember(self, chat: ChatAddress, key: str, message: MessageId) -> None:
        self._posted[chat, key] = message
        if len(self._posted) > REMEMBERED:
            self._posted.popitem(last=False)
