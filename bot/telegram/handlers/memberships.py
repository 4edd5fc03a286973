"""Our place in groups: the platform adds, removes, mutes the bot, or gives a group another number."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberRestricted, ChatMemberUpdated

from bot.telegram.api.addresses import PLATFORM, Place, bound_chats, place_of
from bot.telegram.outbound.topics import CaseTopics
from workflows.ports.unit_of_work import AlreadyReceived
from workflows.usecases.chats import Chats

_OUT = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.KICKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Memberships:
    """Keeps the state of bound chats; `newest` is the newest change in each chat: when, and in which update."""

    chats: Chats
    topics: CaseTopics
    newest: dict[int, tuple[datetime, int]] = field(default_factory=dict)

    async def handle(self, update_id: int, change: ChatMemberUpdated) -> None:
        """Record whether a chat takes our messages; a change that is older than the newest one is skipped."""
        member, place = change.new_chat_member, Place(change.chat.id)
        moment = (change.date, update_id)
        if place.chat_id in self.newest and moment <= self.newest[place.chat_id]:
            return
        is_muted = isinstance(member, ChatMemberRestricted) and not member.can_send_messages
        is_out = member.status in _OUT or is_muted
        bound = bound_chats(self.chats.directory, place.chat_id)
        self.topics.reconsider(place.chat_id)
        for chat in bound if is_out else bound or [place.address]:
            received = f"{PLATFORM}:{update_id}@{chat}"
            with suppress(AlreadyReceived):
                if is_out:
                    code = "no_right_to_post" if is_muted else "bot_was_kicked"
                    await self.chats.close(chat, code, update_id=received)
                else:
                    await self.chats.reopen(chat, update_id=received)
        self.newest[place.chat_id] = moment

    async def move(self, old: int, new: int) -> None:
        """Follow a group that has become a supergroup, with all its bindings."""
        for chat in bound_chats(self.chats.directory, old):
            await self.chats.move(chat, Place(new, place_of(chat).topic).address)
