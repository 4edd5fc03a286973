"""Telegram's limits, kept before they are hit: 30 messages a second, 1 a second in a chat, 20 a minute in a group."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from enum import IntEnum

from bot.pacing import Sending, Slots, SlotsByKey
from bot.telegram.api.limits import Limits


class Urgency(IntEnum):
    """What goes first when slots are scarce: the lower value."""

    ANSWER = 0
    CARD = 1


class Pace:
    """Hands out slots under all the limits that apply to a message."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._overall = Slots(limits.overall)
        self._chats: SlotsByKey[int] = SlotsByKey()
        self._groups: SlotsByKey[int] = SlotsByKey()

    @asynccontextmanager
    async def slot(self, chat_id: int, urgency: Urgency) -> AsyncIterator[Sending]:
        """Acquire the slots of a message to the chat and hold them until the response has come.

        A penalty blocks this chat alone, for as many seconds as the platform asks.
        """
        sending = Sending()
        async with AsyncExitStack() as held:
            for slots in self._of_chat(chat_id):
                await slots.acquire(urgency)
                held.callback(_release, slots, sending)
            # The overall slot is acquired last: who waits for a busy chat does not block the others.
            await self._overall.acquire(urgency)
            held.callback(self._overall.release)
            yield sending

    def _of_chat(self, chat_id: int) -> tuple[Slots, ...]:
        of_chat = self._chats.of(chat_id, self._limits.chat)
        if chat_id > 0:
            return (of_chat,)
        # The limit per minute is waited for first, so that the wait does not block urgent messages in the chat.
        return (self._groups.of(chat_id, self._limits.group), of_chat)


def _release(slots: Slots, sending: Sending) -> None:
    slots.release(sending.penalty)
