"""Sentences under what people send: why something is not taken, and what to do instead."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import structlog
from aiogram.types import Message, User

from bot.conversation.incoming import Incoming
from bot.conversation.interview.interview import Interview
from bot.remembered import Remembered
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from bot.telegram.handlers.accounts import Accounts
from bot.telegram.handlers.receive import place_of_message
from bot.telegram.outbound.chat import TelegramChat
from bot.telegram.outbound.replies_to_messages import MessageReplies
from bot.telegram.outbound.reply_order import UpdateOrder
from workflows.domain.text import Language
from workflows.ports.chat import ChatError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """Posts hints, some of them once only.

    `strangers` (chat, account) were shown the way in, `anonymous` are the chats whose anonymous administrators were
    asked for their names, `edited` is the form about which somebody was told that edits change no answer.
    """

    accounts: Accounts
    chat: TelegramChat
    interview: Interview
    replies: MessageReplies
    strangers: Remembered[tuple[int, int], None] = field(default_factory=Remembered)
    anonymous: set[int] = field(default_factory=set)
    edited: Remembered[int, str] = field(default_factory=Remembered)

    async def post(self, message: Message, sentence: Callable[[Language], str], *, last: UpdateOrder | None) -> None:
        """Post a sentence under a message, in its writer's language.

        *last* is the order of the update when nothing else comes of it: it is then marked as committed, and earlier
        replies come first.
        """
        if last is not None:
            last.mark_committed()
            await last.wait_for_earlier()
        place = place_of_message(message)
        language = self.chat.spoken.of(place.address)
        if place.is_group and message.sender_chat is None:
            language = self.accounts.language_of(message.from_user)
        try:
            await self.replies.post_sentence(place, message.message_id, sentence(language))
        except ChatError as error:
            log.warning("A reply could not be sent.", action="telegram_reply_failed", code=error.code)

    async def lead_in(self, message: Message, stranger: User, order: UpdateOrder) -> None:
        """Show a stranger in a group the way into the private chat, once; nothing of any case is said there."""
        if (message.chat.id, stranger.id) in self.strangers:
            return
        self.strangers[message.chat.id, stranger.id] = None
        order.mark_committed()
        await order.wait_for_earlier()
        language = self.accounts.language_of(stranger)
        try:
            await self.replies.lead_in(place_of_message(message), message.message_id, language)
        except ChatError as error:
            log.warning("A reply could not be sent.", action="telegram_reply_failed", code=error.code)

    async def ask_for_name(self, message: Message, order: UpdateOrder) -> None:
        """Notify anonymous administrators of a group once why nothing happens."""
        if message.chat.id not in self.anonymous:
            self.anonymous.add(message.chat.id)
            await self.post(message, partial(phrase, Phrase.ANONYMOUS), last=order)

    async def explain_edits(self, message: Message, edit: Incoming, order: UpdateOrder) -> None:
        """Notify whoever edits an answer how answers are changed, once for each form; raises StorageUnavailable."""
        form = await self.interview.form_at(edit)
        if form and self.edited.get(message.chat.id) != form:
            self.edited[message.chat.id] = form
            await self.post(message, partial(phrase, Phrase.EDIT_NOT_TAKEN), last=order)
