"""What people type and send: commands, answers to questions, comments on cases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import structlog
from aiogram.types import Message, User

from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Incoming, Intent
from bot.conversation.interview.interview import Interview
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from bot.telegram.api.addresses import Place
from bot.telegram.api.identity import Identity
from bot.telegram.handlers import receive
from bot.telegram.handlers.accounts import Accounts
from bot.telegram.handlers.attachments import Attachments
from bot.telegram.handlers.comments import Comments
from bot.telegram.handlers.hints import Hints
from bot.telegram.handlers.receive import Kind
from bot.telegram.outbound.chat import TelegramChat
from bot.telegram.outbound.replies_to_messages import MessageReplies
from bot.telegram.outbound.reply_order import UpdateOrder
from workflows.domain.ids import CaseId, PersonId
from workflows.ports.chat import ChatError, MessageId
from workflows.ports.unit_of_work import StorageUnavailable

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessages:
    """Handles messages; talk in groups that is not meant for us is left alone."""

    conversation: Conversation
    interview: Interview
    accounts: Accounts
    chat: TelegramChat
    comments: Comments
    attachments: Attachments
    hints: Hints
    replies: MessageReplies
    identity: Identity

    async def handle(
        self, update_id: int, parts: Sequence[Message], order: UpdateOrder, *, is_correction: bool = False
    ) -> None:
        """Reply to a message, to the parts of one, or to its new words."""
        message = parts[0]
        if message.chat.is_forum and not is_correction:
            self.chat.topics.note_forum(message.chat.id)
        if receive.kind_of(message) is Kind.SERVICE or message.is_automatic_forward:
            return
        if receive.is_for_another_bot(message, self.identity):
            return
        try:
            if message.sender_chat is not None:
                await self._handle_anonymous(message, order)
            elif message.from_user is not None and not message.from_user.is_bot:
                await self._handle_from(message.from_user, update_id, parts, order, is_correction=is_correction)
        except StorageUnavailable as problem:
            log.warning(
                "The database cannot be reached.",
                action="telegram_unavailable",
                update_id=update_id,
                reason=str(problem),
            )
            await self.hints.post(message, partial(phrase, Phrase.STORAGE_UNAVAILABLE), last=order)

    async def _handle_from(
        self, sender: User, update_id: int, parts: Sequence[Message], order: UpdateOrder, *, is_correction: bool
    ) -> None:
        """Reply to somebody; a stranger in a group is only shown the way in."""
        message = parts[0]
        person, language = self.accounts.identify(sender)
        place = receive.place_of_message(message)
        if person is None and place.is_group:
            if receive.is_command(message, self.identity) or receive.is_reply_to_bot(message, self.identity):
                await self.hints.lead_in(message, sender, order)
            return
        shown_in, case_id = await self.comments.case_of(message, is_correction=is_correction)
        if case_id is not None:
            intent = await self._read_comment(parts, case_id, person, order, is_correction=is_correction)
        elif is_correction:
            if person is not None and not place.is_group and not receive.is_command(message, self.identity):
                edit = receive.message(update_id, message, person=person, language=language)
                await self.hints.explain_edits(message, edit, order)
            return
        elif place.is_group and not receive.is_command(message, self.identity):
            return
        else:
            intent = await self._read_sent(parts, person, order)
        if intent is None:
            return
        incoming = receive.message(update_id, message, person=person, language=language)
        said = MessageId(str(message.message_id)) if case_id is not None else None
        incoming = replace(incoming, intent=intent, chat=shown_in.address, message=said)
        await self._reply(incoming, parts, Place(sender.id), order)

    async def _read_comment(
        self,
        parts: Sequence[Message],
        case_id: CaseId,
        person: PersonId | None,
        order: UpdateOrder,
        *,
        is_correction: bool,
    ) -> Intent | None:
        """Return what was said about a case, None for nothing new; a stranger's words as they are."""
        if person is None:
            return receive.said(parts)
        if is_correction:
            return await self.comments.read_correction(parts[0], case_id, person)
        return await self.comments.read(parts, case_id, person, order)

    async def _read_sent(self, parts: Sequence[Message], person: PersonId | None, order: UpdateOrder) -> Intent | None:
        """Return what was sent to the assistant; None for what it does not take, of which the sender is notified."""
        if person is None:
            return receive.said(parts)
        if any(receive.kind_of(message) is Kind.NOT_KEPT for message in parts):
            await self.hints.post(parts[0], partial(phrase, Phrase.KIND_NOT_TAKEN), last=order)
            return None
        sent = [(message, file) for message in parts if (file := receive.sent_file(message)) is not None]
        if not sent:
            return receive.said(parts)
        (first, taken), others = sent[0], [file.name for _, file in sent[1:]]
        kept = await self.attachments.keep(first, person, last=order)
        return None if kept is None else receive.attached(parts, kept, taken.name, others)

    async def _handle_anonymous(self, message: Message, order: UpdateOrder) -> None:
        """Ask an administrator who remains anonymous for their name, where a message is meant for us."""
        if message.chat.id in self.hints.anonymous:
            return
        _, case_id = await self.comments.case_of(message, is_correction=True)
        if case_id is not None or receive.is_command(message, self.identity):
            await self.hints.ask_for_name(message, order)

    async def _reply(self, incoming: Incoming, parts: Sequence[Message], private: Place, order: UpdateOrder) -> None:
        """Have the conversation handle an update, and post its reply."""
        if incoming.group_title is not None:
            reply = await self.conversation.handle(incoming)
        else:
            reply = await self.interview.handle(incoming)
            if incoming.person is not None:
                self.chat.spoken.set(incoming.chat, reply.language)
        if incoming.message is not None and not reply.is_refusal:
            self.comments.note(parts)
        order.mark_committed()
        try:
            await self.replies.reply(parts[0].message_id, incoming, reply, private=private, order=order)
        except ChatError as error:
            log.warning("A reply could not be sent.", action="telegram_reply_failed", code=error.code)
        if incoming.message is not None and not reply.is_refusal and not reply.is_repeated:
            await self.replies.mark_kept(receive.place_of_message(parts[0]), parts[0].message_id)
