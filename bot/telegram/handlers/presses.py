"""What happens with each kind of update: translated, handed to the conversation, answered."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from aiogram import Dispatcher
from aiogram.enums import ChatMemberStatus
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InaccessibleMessage,
    Message,
    Update,
)

from bot.conversation.incoming import Incoming
from bot.rendering.chat_style import SLASH
from bot.rendering.phrases import Phrase, phrase
from bot.telegram.api.addresses import PLATFORM, Place, place_of
from bot.telegram.api.client import Api
from bot.telegram.handlers import receive
from bot.telegram.handlers.messages import Listener
from bot.telegram.handlers.reception import Reception
from bot.telegram.handlers.spinners import Spinners
from bot.telegram.outbound.replies import Pressed, Replies
from workflows.ports.unit_of_work import AlreadyReceived
from workflows.usecases.chats import Chats

_OUT = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.KICKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Updates:
    """Handles updates; whoever was pressed, typed or sent something is answered whatever happens.

    `states` are the newest changes of what we may do in a chat: when, and in which update.
    """

    reception: Reception
    listener: Listener
    replies: Replies
    spinners: Spinners
    api: Api
    chats: Chats
    states: dict[int, tuple[datetime, int]] = field(default_factory=dict)

    def dispatcher(self) -> Dispatcher:
        """Make the dispatcher that knows these kinds of updates."""
        dispatcher = Dispatcher(disable_fsm=True)
        dispatcher.message.register(self.on_message)
        dispatcher.edited_message.register(self.on_edited)
        dispatcher.callback_query.register(self.on_press)
        dispatcher.my_chat_member.register(self.on_membership)
        return dispatcher

    async def on_press(self, query: CallbackQuery, event_update: Update) -> None:
        """Reply to a pressed button within a second, also when the database is slow."""
        user, message = query.from_user, query.message
        language = self.reception.language_of(user)
        if message is None:
            await self.spinners.stop(query.id)
            await self.api.answer(query.id, phrase(Phrase.UNKNOWN_BUTTON, language, my=SLASH.command("my")))
            return
        self._notice_forum(message.chat)
        incoming = self._incoming_press(event_update.update_id, query, message)
        if incoming.person is None and incoming.room is not None:
            # Nothing is looked up for a stranger, so nothing is late, and nothing about them is said in the group.
            await self.spinners.stop(query.id)
            await self.replies.lead_in(query.id, language)
            return
        until = self.spinners.until(query.id)
        reply = await self.reception.handle(incoming, user)
        pressed = Pressed(
            query_id=query.id,
            message_id=message.message_id,
            incoming=incoming,
            private=Place(user.id),
            until=until,
            is_answered=await self.spinners.stop(query.id),
        )
        await self.replies.to_press(pressed, reply)

    async def on_message(self, message: Message, event_update: Update) -> None:
        """Return what was typed or sent; other talk in groups is none of ours."""
        if message.migrate_to_chat_id is not None:
            await self._moved(message.chat.id, message.migrate_to_chat_id)
            return
        self._notice_forum(message.chat)
        await self.listener.heard(message, event_update, is_correction=False)

    async def on_edited(self, message: Message, event_update: Update) -> None:
        """Take the new words of what was said about a case; other edits change nothing."""
        await self.listener.heard(message, event_update, is_correction=True)

    async def on_membership(self, update: ChatMemberUpdated, event_update: Update) -> None:
        """Follow whether a chat takes our messages; news that is older than what we know changes nothing."""
        member, place = update.new_chat_member, Place(update.chat.id)
        moment = (update.date, event_update.update_id)
        if place.chat_id in self.states and moment <= self.states[place.chat_id]:
            return
        is_muted = isinstance(member, ChatMemberRestricted) and not member.can_send_messages
        bound = self.reception.bound(place.chat_id)
        self.reception.chat.topics.reconsider(place.chat_id)
        is_out = member.status in _OUT or is_muted
        for chat in bound if is_out else bound or [place.address]:
            update_id = f"{PLATFORM}:{event_update.update_id}@{chat}"
            with suppress(AlreadyReceived):
                if is_out:
                    code = "no_right_to_post" if is_muted else "bot_was_kicked"
                    await self.chats.closed(chat, code, update_id=update_id)
                else:
                    await self.chats.opened(chat, update_id=update_id)
        self.states[place.chat_id] = moment

    def _notice_forum(self, chat: Chat) -> None:
        if chat.is_forum:
            self.reception.chat.topics.became_forum(chat.id)

    def _incoming_press(self, update_id: int, query: CallbackQuery, message: Message | InaccessibleMessage) -> Incoming:
        place = Place(message.chat.id)
        if isinstance(message, Message):
            place = receive.place_of_message(message)
        return Incoming(
            update_id=f"{PLATFORM}:{update_id}",
            person=self.reception.person_of(query.from_user),
            language=self.reception.language_of(query.from_user),
            chat=place.address,
            dialect=self.reception.chat.dialect,
            intent=receive.pressed(query),
            room=(message.chat.title or str(message.chat.id)) if place.is_group else None,
        )

    async def _moved(self, old: int, new: int) -> None:
        for chat in self.reception.bound(old):
            await self.chats.moved(chat, Place(new, place_of(chat).topic).address)
