"""What happens with each kind of update: translated, handed to the conversation, answered."""

from dataclasses import dataclass, replace

import structlog
from aiogram import Bot, Dispatcher
from aiogram.enums import ChatMemberStatus
from aiogram.types import (
    CallbackQuery,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InaccessibleMessage,
    Message,
    Update,
    User,
)

from bot.conversation.accounts import Link
from bot.conversation.answered import case_answered
from bot.conversation.incoming import Incoming, Intent
from bot.conversation.interview import Interview
from bot.conversation.reply import Reply
from bot.rendering.phrases import Phrase, phrase
from bot.telegram import receive
from bot.telegram.addresses import PLATFORM, Place, place_of
from bot.telegram.api import Api
from bot.telegram.chat import TelegramChat
from bot.telegram.files import MAX_FILE, TooLarge, keep_file
from bot.telegram.pace import Urgency
from bot.telegram.replies import Replies
from bot.telegram.spinners import Spinners
from bot.telegram.turns import committed
from workflows.domain.ids import CaseId, FileId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, ChatError, MessageId, Unreachable, platform_of
from workflows.ports.clock import Clock
from workflows.ports.platforms import Account
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import Storage, UnitOfWork
from workflows.usecases.chats import Chats

_OUT = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.KICKED})
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Updates:
    """Handles updates; whoever was pressed, typed or sent something is answered whatever happens."""

    interview: Interview
    replies: Replies
    spinners: Spinners
    chat: TelegramChat
    chats: Chats
    api: Api
    bot: Bot
    queries: Queries
    storage: Storage
    clock: Clock
    locale: Language
    username: str

    def dispatcher(self) -> Dispatcher:
        """Make the dispatcher that knows these kinds of updates."""
        dispatcher = Dispatcher(disable_fsm=True)
        dispatcher.message.register(self.on_message)
        dispatcher.edited_message.register(self.on_edited)
        dispatcher.callback_query.register(self.on_press)
        dispatcher.my_chat_member.register(self.on_membership)
        return dispatcher

    async def on_press(self, query: CallbackQuery, event_update: Update) -> None:
        """Answer a pressed button within a second, also when the database is slow."""
        message = query.message
        if message is None:
            await self.spinners.stop(query.id)
            await self.api.answer(query.id, phrase(Phrase.UNKNOWN_BUTTON, self._language(query.from_user)))
            return
        incoming = self._incoming_press(event_update.update_id, query, message)
        reply = await self._handled(incoming, self._link(query.from_user, incoming))
        is_answered = await self.spinners.stop(query.id)
        await self.replies.to_press(query.id, message.message_id, incoming, reply, is_answered=is_answered)

    async def on_message(self, message: Message, event_update: Update) -> None:
        """Answer what was typed or sent; other talk in groups is none of ours."""
        if message.migrate_to_chat_id is not None:
            await self._moved(message.chat.id, message.migrate_to_chat_id)
            return
        if message.from_user is None or message.from_user.is_bot:
            return
        await self._heard(message, event_update, is_correction=False)

    async def on_edited(self, message: Message, event_update: Update) -> None:
        """Take the new words of an answer to a case; other edits change nothing."""
        if message.from_user is not None and message.reply_to_message is not None:
            await self._heard(message, event_update, is_correction=True)

    async def on_membership(self, update: ChatMemberUpdated) -> None:
        """Follow whether a chat takes our messages."""
        member, place = update.new_chat_member, Place(update.chat.id)
        is_muted = isinstance(member, ChatMemberRestricted) and not member.can_send_messages
        bound = self._bound(place.chat_id)
        if self.chat.topics is not None:
            self.chat.topics.reconsider(place.chat_id)
        if member.status in _OUT or is_muted:
            code = "no_right_to_post" if is_muted else "bot_was_kicked"
            for chat in bound:
                await self.chats.closed(chat, code)
            return
        for chat in bound or [place.address]:
            await self.chats.opened(chat)

    async def _heard(self, message: Message, update: Update, *, is_correction: bool) -> None:
        person = self._person(message.from_user)
        place = receive.place_of_message(message)
        case_id = None
        answered = message.reply_to_message
        if answered is not None and answered.from_user is not None and answered.from_user.is_bot:
            place, case_id = await self._case_of(place, MessageId(str(answered.message_id)))
        if case_id is None and (is_correction or (place.is_group and not self._is_command(message))):
            return
        sent = receive.sent_file(message)
        intent: Intent = receive.said(message)
        if person is not None and (case_id is not None or sent is not None):
            try:
                file = None if sent is None or is_correction else await self._kept(sent, person)
            except (TooLarge, Unreachable) as trouble:
                await self._refuse_file(message, sent, trouble)
                return
            if case_id is not None:
                files = () if file is None else (file,)
                intent = receive.commented(message, case_id, files, is_correction=is_correction)
            elif file is not None and sent is not None:
                intent = receive.attached(file, sent.name)
        incoming = receive.incoming(
            update.update_id,
            message,
            intent,
            person=person,
            language=self._language(message.from_user),
            is_said=case_id is not None,
        )
        if case_id is not None:
            incoming = replace(incoming, chat=place.address)
        reply = await self._handled(incoming, self._link(message.from_user, incoming))
        try:
            await self.replies.to_message(message.message_id, incoming, reply)
        except ChatError as error:
            log.warning("An answer could not be sent.", action="telegram_reply_failed", code=error.code)

    async def _case_of(self, place: Place, answered: MessageId) -> tuple[Place, CaseId | None]:
        """Answer the case of a message and where it was posted for; a case's own topic lies in a bound chat."""
        found = await case_answered(self.queries, [place.address, *self._bound(place.chat_id)], answered)
        return (place, None) if found is None else (place_of(found[0]), found[1])

    async def _handled(self, incoming: Incoming, link: Link | None) -> Reply:
        reply = await self.interview.handle(incoming, link=link)
        if incoming.room is None and incoming.person is not None:
            self.chat.speak(incoming.chat, (await self.interview.screens_for(incoming)).language)
        await committed()
        return reply

    def _incoming_press(self, update_id: int, query: CallbackQuery, message: Message | InaccessibleMessage) -> Incoming:
        place = Place(message.chat.id)
        if isinstance(message, Message):
            place = receive.place_of_message(message)
        return Incoming(
            update_id=f"{PLATFORM}:{update_id}",
            person=self._person(query.from_user),
            language=self._language(query.from_user),
            chat=place.address,
            dialect=self.chat.dialect,
            intent=receive.pressed(query),
            room=(message.chat.title or str(message.chat.id)) if place.is_group else None,
        )

    def _link(self, user: User | None, incoming: Incoming) -> Link | None:
        """Answer how to tie the account to a person; only in private, where the code stays unread by others."""
        if user is None or incoming.room is not None:
            return None
        now = self.clock.now()

        def link(unit: UnitOfWork, person: PersonId) -> None:
            unit.link_account(
                Account(platform=PLATFORM, account=str(user.id), person=person, chat=incoming.chat, linked_at=now)
            )

        return link

    async def _kept(self, sent: receive.SentFile, person: PersonId) -> FileId:
        return await keep_file(self.bot, sent, by=person, storage=self.storage, clock=self.clock)

    async def _refuse_file(self, message: Message, sent: receive.SentFile | None, trouble: Exception) -> None:
        language, name = self._language(message.from_user), "" if sent is None else sent.name
        said = phrase(Phrase.FILE_NOT_FETCHED, language, name=name)
        if isinstance(trouble, TooLarge):
            said = phrase(Phrase.FILE_TOO_LARGE, language, name=name, limit=MAX_FILE // 2**20)
        incoming = receive.incoming(0, message, receive.said(message), person=None, language=language, is_said=False)
        screens = await self.interview.screens_for(incoming)
        place = receive.place_of_message(message)
        await self.api.send(place, screens.sentence(said), urgency=Urgency.ANSWER, reply_to=message.message_id)

    async def _moved(self, old: int, new: int) -> None:
        for chat in self._bound(old):
            await self.chats.moved(chat, Place(new, place_of(chat).topic).address)

    def _bound(self, chat_id: int) -> list[ChatAddress]:
        """Answer the bound chats with this number: the group itself and its topics."""
        bindings = self.chats.directory.bindings()
        chats = (binding.chat for binding in bindings if platform_of(binding.chat) == PLATFORM)
        return list(dict.fromkeys(chat for chat in chats if place_of(chat).chat_id == chat_id))

    def _person(self, user: User | None) -> PersonId | None:
        return None if user is None else self.chats.directory.person_of(PLATFORM, str(user.id))

    def _language(self, user: User | None) -> Language:
        return receive.language_of(user, self.locale)

    def _is_command(self, message: Message) -> bool:
        return receive.is_command(message, self.username)
