"""Telegram's limits, kept before they are hit: 30 messages a second, 1 a second in a chat, 20 a minute in a group.

Of a group's slots a few are kept for answers and for cards that have changed: new cards never fill the minute.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from enum import IntEnum

from bot.background.pacing import Sending, Slots, SlotsByKey
from bot.telegram.api.limits import Limits


class Urgency(IntEnum):
    """What goes first when slots are scarce: the lower value."""

    ANSWER = 0
    CHANGE = 1
    CARD = 2


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
            held.callback(_release, self._overall, sending, serves_penalty=False)
            yield sending

    def is_full(self, chat_id: int) -> bool:
        """Whether even an answer would wait for the minute of a group."""
        return chat_id < 0 and not self._groups.of(chat_id, self._limits.group).has_room(Urgency.ANSWER)

    def has_room(self, chat_id: int, urgency: Urgency) -> bool:
        """Whether a group takes a call of this urgency without a wait; of a private chat it is not asked."""
        return chat_id > 0 or all(slots.has_room(urgency) for slots in self._of_chat(chat_id))

    def _of_chat(self, chat_id: int) -> tuple[Slots, ...]:
        if chat_id > 0:
            return (self._chats.of(chat_id, self._limits.private),)
        of_chat = self._chats.of(chat_id, self._limits.chat)
        # The limit per minute is waited for first, so that the wait does not block urgent messages in the chat.
        return (self._groups.of(chat_id, self._limits.group), of_chat)


def _release(slots: Slots, sending: Sending, *, serves_penalty: bool = True) -> None:
    if sending.is_spared:
        slots.spare()
    else:
        slots.release(sending.penalty if serves_penalty else 0.0)
