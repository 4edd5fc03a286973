"""Kept files, sent below the messages that they belong to."""

from collections.abc import AsyncIterator, Iterable

import structlog

from bot.chat_languages import ChatLanguages
from bot.conversation.turn import plain
from bot.remembered import Remembered
from bot.rendering.language.i18n import words_in
from bot.telegram.api.addresses import Place
from bot.telegram.api.client import Api
from bot.telegram.api.pace import Urgency
from workflows.domain.ids import FileId
from workflows.ports.chat import ChatAddress, ChatError, ChatGone, Dialect, MessageId, Rejected, Unreachable
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import KeptFile

TRIES = 3
"""How often a file is sent while the network fails; then a sentence stands in its place."""

log = structlog.get_logger(__name__)


class FilePosts:
    """Sends files; a sentence stands in for one that the chat refuses."""

    def __init__(self, *, api: Api, queries: Queries, spoken: ChatLanguages) -> None:
        self._api = api
        self._queries = queries
        self._spoken = spoken
        self._sent: Remembered[tuple[ChatAddress, str, FileId], None] = Remembered()
        self._tries: Remembered[tuple[ChatAddress, str, FileId], int] = Remembered()

    async def send(self, place: Place, files: Iterable[FileId], *, under: MessageId) -> None:
        """Send files below a message of a reply, each once.

        Raises a ChatError when not even the sentence can be posted, or StorageUnavailable.
        """
        for file_id in dict.fromkeys(files):
            file = await self._queries.file(file_id)
            if file is None:
                continue
            try:
                await self._api.send_file(place, file.name, file.content, urgency=Urgency.ANSWER, reply_to=int(under))
            except ChatError as refused:
                await self._excuse(place.address, place, file, under, refused)

    async def send_once(
        self, chat: ChatAddress, place: Place, files: Iterable[FileId], *, key: str, under: MessageId
    ) -> AsyncIterator[MessageId]:
        """Send files below the message that was posted with *key*, and yield the message of each as soon as it is sent.

        Those that are there already are skipped.

        Raises a ChatError when the whole message is to be tried again, or StorageUnavailable.
        """
        for file_id in files:
            file = await self._queries.file(file_id)
            if file is None or (chat, key, file_id) in self._sent:
                continue
            tries = self._tries.get((chat, key, file_id), 0) + 1
            self._tries[chat, key, file_id] = tries
            try:
                sent = await self._api.send_file(
                    place, file.name, file.content, urgency=Urgency.CARD, reply_to=int(under)
                )
            except (Rejected, ChatGone, Unreachable) as refused:
                if isinstance(refused, Unreachable) and tries < TRIES:
                    raise
                sent = await self._excuse(chat, place, file, under, refused)
            self._sent[chat, key, file_id] = None
            yield sent

    async def _excuse(
        self, chat: ChatAddress, place: Place, file: KeptFile, under: MessageId, refused: ChatError
    ) -> MessageId:
        log.warning(
            "A chat refuses a file.", action="telegram_file_refused", code=refused.code, chat=chat, file_id=file.id
        )
        sentence = words_in(self._spoken.of(chat)).gettext(
            "The file %(name)s could not be shown here; it is kept in the case.", name=file.name
        )
        # A refused text, not a refused file, shows that the chat is closed to us: many groups forbid files alone.
        return await self._api.send(
            place, plain(sentence, Dialect.INLINE_HTML), urgency=Urgency.CARD, reply_to=int(under)
        )
