"""The file of a message: kept, or its sender notified why it is not."""

from dataclasses import dataclass
from functools import partial

from aiogram.types import Message

from bot.rendering.phrases.chat_sentences import file_not_kept
from bot.telegram.handlers.files import NOT_KEPT, Files
from bot.telegram.handlers.hints import Hints
from bot.telegram.handlers.receive import sent_file
from bot.telegram.outbound.reply_order import UpdateOrder
from workflows.domain.ids import FileId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachments:
    """Keeps what people attach to their messages."""

    files: Files
    hints: Hints

    async def keep(self, message: Message, person: PersonId, *, last: UpdateOrder | None) -> FileId | None:
        """Keep the file of a message; None when it has none, or none that can be kept: its sender is notified.

        *last* is the order of the update when nothing else comes of it. Raises StorageUnavailable.
        """
        sent = sent_file(message)
        if sent is None:
            return None
        try:
            return (await self.files.keep(sent, by=person)).id
        except NOT_KEPT as problem:
            await self.hints.post(message, partial(file_not_kept, problem, sent.name), last=last)
            return None
