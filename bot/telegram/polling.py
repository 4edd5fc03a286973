"""Long polling that confirms only what is handled.

The library's own polling either confirms updates before they are handled, so that a killed process loses them, or
handles one at a time, so that one slow person holds up all. Here the updates are handled side by side, and the offset
follows the oldest one that is still in hand; what is sent again because of that is known and left alone.
"""

import asyncio

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError, TelegramRetryAfter, TelegramUnauthorizedError
from aiogram.types import Update

from bot.telegram.errors import FAILURES
from bot.telegram.queue import UpdateQueue

WAIT_SECONDS = 25
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
LOOK_AGAIN_SECONDS = 0.5
AT_ONCE_SECONDS = 0.05

log = structlog.get_logger(__name__)


class Polling:
    """Runs until cancelled."""

    def __init__(self, bot: Bot, queue: UpdateQueue) -> None:
        self._bot = bot
        self._queue = queue
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._next = 0
        self._failures = 0

    async def run(self) -> None:
        """Fetch updates and hand them on; what is in hand at the end is finished and confirmed."""
        try:
            while True:
                await self._once()
        finally:
            await self._queue.finish()
            await self._confirm()

    async def _once(self) -> None:
        try:
            updates = await self._fetch(WAIT_SECONDS, 100)
        except TelegramUnauthorizedError:
            log.error("Telegram refuses TELEGRAM_BOT_TOKEN.", action="telegram_token_refused")
            await asyncio.sleep(PAUSES[-1])
        except TelegramConflictError:
            log.error("Another program polls Telegram with the same token.", action="telegram_polling_conflict")
            await asyncio.sleep(PAUSES[3])
        except TelegramRetryAfter as slow:
            await asyncio.sleep(slow.retry_after)
        except FAILURES as failure:
            pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
            self._failures += 1
            log.warning("Telegram does not answer.", action="telegram_unreachable", error=type(failure).__name__)
            await asyncio.sleep(pause)
        else:
            self._failures = 0
            await self._take(updates)

    async def _take(self, updates: list[Update]) -> None:
        fresh = [update for update in updates if update.update_id >= self._next]
        for update in fresh:
            self._in_hand[update.update_id] = self._queue.submit(update)
            self._next = update.update_id + 1
        if not fresh and self._pending():
            # The platform answers at once as long as something is unconfirmed.
            await asyncio.wait(self._pending(), timeout=LOOK_AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        elif pending := self._pending():
            # Most updates are handled at once; with them confirmed the next call waits instead of repeating them.
            await asyncio.wait(pending, timeout=AT_ONCE_SECONDS)

    async def _fetch(self, wait: int, limit: int) -> list[Update]:
        return await self._bot.get_updates(
            offset=self._offset(), limit=limit, timeout=wait, allowed_updates=KINDS, request_timeout=wait + 15
        )

    async def _confirm(self) -> None:
        if self._next:
            try:
                await self._fetch(0, 1)
            except FAILURES as failure:
                log.info("The last updates stay unconfirmed.", action="telegram_unconfirmed", error=str(type(failure)))

    def _offset(self) -> int | None:
        """Answer the oldest update in hand, or the first that has not come yet."""
        handled = [number for number, task in self._in_hand.items() if task.done() and not task.cancelled()]
        for update_id in handled:
            del self._in_hand[update_id]
        return min(self._in_hand, default=self._next) or None

    def _pending(self) -> set[asyncio.Task[None]]:
        return {task for task in self._in_hand.values() if not task.done()}
