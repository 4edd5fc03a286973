"""Updates that are one thing to their sender: the parts of a long text, the files of an album."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from aiogram.types import Message, Update

from bot.conversation.commands.vocabulary import is_command
from bot.rendering.markup.text import units

QUIET_SECONDS = 0.7
"""How long the next part may take to arrive."""
AT_ONCE = timedelta(seconds=3)
"""How far apart a client sends the parts of one text."""
PART_UNITS = 2_048
"""The shortest part that another one follows: clients split at a line or word in the second half of 4,096."""
MOST = 100


def may_continue(update: Update) -> bool:
    """Whether further updates may belong to this one."""
    message = update.message
    return message is not None and (message.media_group_id is not None or units(message.text or "") >= PART_UNITS)


class Gathering:
    """The parts of one thing as they arrive, in order."""

    def __init__(self, first: Update) -> None:
        self.updates = [first]
        self._complete = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._heard_at = self._loop.time()

    def takes(self, update: Update) -> bool:
        """Whether an update belongs to this thing; anything but an edit ends it otherwise."""
        if self._complete.is_set() or update.edited_message is not None:
            return False
        earlier, later = self.updates[-1].message, update.message
        if earlier is None or later is None or not _continues(earlier, later) or len(self.updates) == MOST:
            self._complete.set()
            return False
        self.updates.append(update)
        self._heard_at = self._loop.time()
        if not may_continue(update):
            self._complete.set()
        return True

    async def complete(self) -> None:
        """Return when no further part is to come."""
        while not self._complete.is_set():
            left = self._heard_at + QUIET_SECONDS - self._loop.time()
            if left <= 0:
                self._complete.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._complete.wait()


def _continues(earlier: Message, later: Message) -> bool:
    """Whether a message goes on with the one that the same person sent before it in the same chat."""
    if earlier.media_group_id is not None or later.media_group_id is not None:
        return earlier.media_group_id == later.media_group_id
    if not later.text or later.date - earlier.date > AT_ONCE or is_command(later.text):
        return False
    if later.message_thread_id != earlier.message_thread_id:
        return False
    if (earlier.forward_origin is None) is not (later.forward_origin is None):
        return False
    # Some clients send every part as a reply, others the first one only.
    return later.reply_to_message is None or _answered(later) == _answered(earlier)


def _answered(message: Message) -> int | None:
    return None if message.reply_to_message is None else message.reply_to_message.message_id
