"""The built-in web chat as a chat platform: it stores its messages and publishes them to the open pages."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import escape

from bot.rendering.language.i18n import N_
from bot.web.addresses import WEB
from bot.web.hub import Hub, MessageShown
from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.ports.chat import (
    ChatAddress,
    Dialect,
    Message,
    MessageGone,
    MessageId,
    Renditions,
    Showing,
    Subject,
    Unreachable,
)
from workflows.ports.clock import Clock
from workflows.ports.own_messages import OwnMessage, OwnMessages
from workflows.ports.unit_of_work import StorageUnavailable, UnitOfWork


class WebChat:
    """Implements OwnChat over the kept messages and the hub; *address* is where people reach the web chat."""

    platform = WEB
    title = N_("Web chat")
    dialect = Dialect.HTML
    shows_threads = True
    has_topics = False
    has_panel = True
    joins_channels = False
    command_sign = "/"

    def __init__(self, *, messages: OwnMessages, hub: Hub, clock: Clock, address: str) -> None:
        self._address = address
        self._messages = messages
        self._hub = hub
        self._clock = clock

    def way_in(self, code: str) -> str:
        """Return the one-time link."""
        return f"{self._address}/enter/{code}"

    def languages(self, chat: ChatAddress) -> tuple[Language, ...]:
        """Return both languages: every reader of a chat chooses for themselves."""
        return (Language.RU, Language.EN)

    async def post(self, chat: ChatAddress, renditions: Renditions, *, key: str, subject: Subject) -> MessageId:
        """Post a message of the assistant; a repeated *key* edits the message that was posted with it."""
        return await self._add(chat, renditions, key=key, subject=subject, author=None)

    async def edit(self, chat: ChatAddress, message: MessageId, renditions: Renditions, *, subject: Subject) -> None:
        """Replace the content of a message; raises MessageGone when there is no such message."""
        if not message.isdecimal():
            raise MessageGone("message_unknown")
        try:
            edited = await self._messages.edit(int(message), renditions, subject=subject)
        except StorageUnavailable as error:
            raise Unreachable("storage_unavailable") from error
        if edited is None:
            raise MessageGone("message_unknown")
        self._hub.publish(MessageShown(message=edited))

    def keep(self, unit: UnitOfWork, showings: Sequence[Showing], now: datetime) -> Sequence[OwnMessage]:
        """Post or edit messages as part of a transaction; see `OwnMessages.keep`."""
        return self._messages.keep(unit, showings, now)

    def publish(self, messages: Sequence[OwnMessage]) -> None:
        """Publish committed messages to the open pages."""
        for message in messages:
            self._hub.publish(MessageShown(message=message))

    async def post_words(
        self, chat: ChatAddress, words: str, *, author: PersonId, language: Language, key: str
    ) -> MessageId:
        """Post what a person typed, as plain text."""
        text = str(escape(words)).replace("\n", "<br>")
        return await self._add(chat, {language: Message(text=text)}, key=key, subject=Subject(), author=author)

    async def _add(
        self, chat: ChatAddress, renditions: Renditions, *, key: str, subject: Subject, author: PersonId | None
    ) -> MessageId:
        try:
            message = await self._messages.post(
                chat, renditions, key=key, subject=subject, author=author, now=self._clock.now()
            )
        except StorageUnavailable as error:
            raise Unreachable("storage_unavailable") from error
        self._hub.publish(MessageShown(message=message))
        return MessageId(str(message.id))
