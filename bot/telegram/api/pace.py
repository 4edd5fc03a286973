"""Telegram's limits, kept before they are hit: 30 messages a second, 1 a second in a chat, 20 a minute in a group."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from enum import IntEnum

from bot.pacing import Sending, Slots, SlotsByKey
from bot.telegram.api.limits import Limits


class Urgency(IntEnum):
    """What goes first when slots are scarce."""

    ANSWER = 0
    CARD = 1


class Pace:
    """Lends slots of all the limits that a message falls under."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._overall = Slots(limits.overall)
        self._chats: SlotsByKey[int] = SlotsByKey()
        self._groups: SlotsByKey[int] = SlotsByKey()

    @asynccontextmanager
    async def slot(self, chat_id: int, urgency: Urgency) -> AsyncIterator[Sending]:
        """Wait until a message may be sent to the chat, and hold its slots until the response is there.

        A penalty closes the chat alone, for as many seconds as the platform says.
        """
        sending = Sending()
        async with AsyncExitStack() as held:
            for slots in self._of_chat(chat_id):
                await slots.take(urgency)
                held.callback(_release, slots, sending)
            # The common slots come last: whoever waits for a chat does not keep the others from sending.
            await self._overall.take(urgency)
            held.callback(self._overall.release)
            yield sending

    def _of_chat(self, chat_id: int) -> tuple[Slots, ...]:
        of_chat = self._chats.of(chat_id, self._limits.chat)
        if chat_id > 0:
            return (of_chat,)
        # A full group's minute is waited for first: whoever waits for it does not keep the chat from what is urgent.
        return (self._groups.of(chat_id, self._limits.group), of_chat)


def _release(slots: Slots, sending: Sending) -> None:
    slots.release(sending.penalty)
