"""Who did something on Telegram, and handing it to the conversation: what all kinds of updates have in common."""

from dataclasses import dataclass, replace

from aiogram.types import User

from bot.conversation.incoming import Incoming
from bot.conversation.interview.interview import Interview
from bot.conversation.reply import Reply
from bot.telegram.api.addresses import PLATFORM, Place, bound_chats
from bot.telegram.api.turns import commit
from bot.telegram.handlers import receive
from bot.telegram.outbound.chat import TelegramChat
from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress
from workflows.ports.clock import Clock
from workflows.ports.platforms import LinkedAccount
from workflows.usecases.directory import Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Knows people by their accounts; `handle` never raises."""

    interview: Interview
    chat: TelegramChat
    directory: Directory
    clock: Clock
    locale: Language

    async def handle(self, incoming: Incoming, user: User | None) -> Reply:
        """Return what somebody did, and speak their language in their private chat from now on."""
        reply = await self.interview.handle(replace(incoming, account=_account(user, incoming)))
        if incoming.room is None and incoming.person is not None:
            self.chat.spoken.set(incoming.chat, reply.language)
        commit()
        return reply

    def person_of(self, user: User | None) -> PersonId | None:
        """Return who is behind an account."""
        return None if user is None else self.directory.person_of(PLATFORM, str(user.id))

    def language_of(self, user: User | None) -> Language:
        """Return what is known of an account's language."""
        return receive.language_of(user, self.locale)

    def bound(self, chat_id: int) -> list[ChatAddress]:
        """Return the bound chats with this number: the group itself and its topics."""
        return bound_chats(self.directory, chat_id)


def _account(user: User | None, incoming: Incoming) -> LinkedAccount | None:
    """Return the account that an invitation is redeemed for; only in private, where nobody else reads the code."""
    if user is None or incoming.room is not None:
        return None
    # The number of a private chat is that of the account.
    return LinkedAccount(platform=PLATFORM, account=str(user.id), chat=Place(user.id).address)
