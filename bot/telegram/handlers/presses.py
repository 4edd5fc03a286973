"""Pressed buttons: translated, handed to the conversation, replied to."""

from dataclasses import dataclass

from aiogram.types import CallbackQuery, InaccessibleMessage, Message

from bot.conversation.conversation import Conversation
from bot.conversation.interview.interview import Interview
from bot.rendering.language.chat_style import SLASH
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from bot.telegram.api.addresses import Place
from bot.telegram.api.client import Api
from bot.telegram.handlers import receive
from bot.telegram.handlers.accounts import Accounts
from bot.telegram.handlers.spinners import Spinners
from bot.telegram.outbound.chat import TelegramChat
from bot.telegram.outbound.group_press_replies import GroupPressReplies
from bot.telegram.outbound.pressed import Pressed
from bot.telegram.outbound.private_press_replies import PrivatePressReplies
from bot.telegram.outbound.reply_order import UpdateOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Presses:
    """Handles presses; the spinner of each stops within a second, also when the database is slow."""

    conversation: Conversation
    interview: Interview
    accounts: Accounts
    chat: TelegramChat
    spinners: Spinners
    api: Api
    in_groups: GroupPressReplies
    in_private: PrivatePressReplies

    async def handle(self, update_id: int, query: CallbackQuery, order: UpdateOrder) -> None:
        """Reply to a press: in a group from the conversation, in private from the interview."""
        user, message = query.from_user, query.message
        person, language = self.accounts.identify(user)
        if message is None:
            await self.spinners.stop(query.id)
            await self.api.answer(query.id, phrase(Phrase.UNKNOWN_BUTTON, language, my=SLASH.command("my")))
            return
        if message.chat.is_forum:
            self.chat.topics.note_forum(message.chat.id)
        incoming = receive.press(update_id, query, message, person=person, language=language)
        is_group = incoming.group_title is not None
        if is_group and person is None:
            # Nothing is looked up for a stranger, so nothing is late, and nothing about them is said in the group.
            await self.spinners.stop(query.id)
            await self.in_groups.lead_in(query.id, language)
            return
        reply = await (self.conversation if is_group else self.interview).handle(incoming)
        order.mark_committed()
        if not is_group and person is not None:
            self.chat.spoken.set(incoming.chat, reply.language)
        spinner = await self.spinners.stop(query.id)
        pressed = Pressed(
            query_id=query.id,
            message_id=message.message_id,
            incoming=incoming,
            private=Place(user.id),
            due=spinner.due,
            is_answered=spinner.is_answered,
            had_button=_has_button(message, query.data),
            order=order,
        )
        await (self.in_groups if is_group else self.in_private).reply(pressed, reply)


def _has_button(message: Message | InaccessibleMessage, action: str | None) -> bool:
    """Whether a message shows a button with an action."""
    keyboard = message.reply_markup if isinstance(message, Message) else None
    rows = [] if keyboard is None else keyboard.inline_keyboard
    return any(button.callback_data == action for row in rows for button in row)
