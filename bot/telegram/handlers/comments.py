"""What people say about a case: under its card, or in its topic."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from aiogram.types import Message

from bot.conversation.case_of_message import case_of_message
from bot.conversation.incoming import Commented
from bot.conversation.turn import correction
from bot.remembered import Remembered
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from bot.telegram.api.addresses import Place, bound_chats, place_of
from bot.telegram.api.identity import Identity
from bot.telegram.handlers import receive
from bot.telegram.handlers.attachments import Attachments
from bot.telegram.handlers.hints import Hints
from bot.telegram.handlers.receive import Kind
from bot.telegram.outbound.chat import TelegramChat
from bot.telegram.outbound.reply_order import UpdateOrder
from workflows.domain.events import CommentAdded
from workflows.domain.ids import CaseId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import MessageId
from workflows.ports.queries import Queries
from workflows.usecases.directory import Directory

FRESH = timedelta(seconds=10)
"""The age up to which a message of ours may not be recorded yet when somebody replies to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """Reads comments; `words` is what a comment (chat, message) says by now."""

    directory: Directory
    chat: TelegramChat
    queries: Queries
    attachments: Attachments
    hints: Hints
    identity: Identity
    words: Remembered[tuple[int, int], str] = field(default_factory=Remembered)

    async def case_of(self, message: Message, *, is_correction: bool) -> tuple[Place, CaseId | None]:
        """Return the case that a message is about, and the chat in which the case is shown there."""
        place = receive.place_of_message(message)
        if receive.is_command(message, self.identity):
            return place, None
        bound = bound_chats(self.directory, place.chat_id)
        if place.topic is not None:
            case_id = await self.chat.topics.case_in(place)
            if case_id is not None:
                return place_of(bound[0]) if bound else place, case_id
        answered = message.reply_to_message
        if answered is None or not receive.is_reply_to_bot(message, self.identity):
            return place, None
        chats, ours = [place.address, *bound], MessageId(str(answered.message_id))
        found = self.chat.case_of(chats, ours)
        if found is None:
            # In private it is mostly the question of a form, of which there never is a record: do not wait for one.
            is_fresh = place.is_group and not is_correction and message.date - answered.date < FRESH
            found = await case_of_message(self.queries, chats, ours, is_fresh=is_fresh)
        return (place, None) if found is None else (place_of(found[0]), found[1])

    async def read(
        self, parts: Sequence[Message], case_id: CaseId, person: PersonId, order: UpdateOrder
    ) -> Commented | None:
        """Return a comment with its files kept; None when nothing of it can be kept, of which its writer is notified.

        Raises StorageUnavailable.
        """
        words = receive.words_of(parts)
        last = None if words or len(parts) > 1 else order
        kept = [await self.attachments.keep(message, person, last=last) for message in parts]
        for message in parts:
            if receive.kind_of(message) is Kind.NOT_KEPT:
                await self.hints.post(message, partial(phrase, Phrase.KIND_NOT_KEPT), last=last)
        files = tuple(file for file in kept if file is not None)
        return Commented(case_id=case_id, text=words, files=files) if files or words else None

    async def read_correction(self, message: Message, case_id: CaseId, person: PersonId) -> Commented | None:
        """Return the new words of a comment; None where they are the old ones, or none."""
        words = receive.words_of([message])
        if not words or await self._is_known(message, words, case_id, person):
            return None
        return Commented(case_id=case_id, text=words, is_correction=True)

    def note(self, parts: Sequence[Message]) -> None:
        """Remember what each part of a comment says by now."""
        for message in parts:
            self.words[message.chat.id, message.message_id] = receive.words_of([message])

    async def _is_known(self, message: Message, words: str, case_id: CaseId, person: PersonId) -> bool:
        """Whether an edit left the words as they were: Telegram reports an edit also when a preview appears."""
        known = self.words.get((message.chat.id, message.message_id))
        if known is not None:
            return words == known
        said = [event for event in await self.queries.history(case_id) if isinstance(event, CommentAdded)]
        last = next((event.text for event in reversed(said) if event.by == person), "")
        return last in (words, *(correction(words, language) for language in Language))
