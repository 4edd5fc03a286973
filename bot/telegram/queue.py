"""Updates in hand: those of one person in order, those of different people side by side, none forgotten."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiogram.types import Update

AT_ONCE = 100
FINISH_SECONDS = 3
RETRIES = (0.5, 2.0, 5.0)
"""Seconds to wait before an update whose handling failed is handled again; after that it is given up and logged."""

log = structlog.get_logger(__name__)


class UpdateQueue:
    """Handles updates with *handle*; `submit` answers a task that ends when the update is handled or given up."""

    def __init__(self, handle: Callable[[Update], Awaitable[object]], retries: tuple[float, ...] = RETRIES) -> None:
        self._handle = handle
        self._retries = retries
        self._places = asyncio.Semaphore(AT_ONCE)
        self._last: dict[int, asyncio.Task[None]] = {}

    def submit(self, update: Update) -> asyncio.Task[None]:
        """Take an update in hand, after the earlier ones of the same person."""
        key = _whose(update)
        task = asyncio.create_task(self._after(self._last.get(key), update), name=f"telegram update {update.update_id}")
        self._last[key] = task
        task.add_done_callback(lambda done: self._forget(key, done))
        return task

    async def finish(self) -> None:
        """Wait a little for what is in hand; what is not ready by then is let go unhandled."""
        left = set(self._last.values())
        if left:
            _, left = await asyncio.wait(left, timeout=FINISH_SECONDS)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _forget(self, key: int, done: asyncio.Task[None]) -> None:
        if self._last.get(key) is done:
            del self._last[key]

    async def _after(self, earlier: asyncio.Task[None] | None, update: Update) -> None:
        if earlier is not None:
            await asyncio.wait({earlier})
        async with self._places:
            for pause in (*self._retries, None):
                try:
                    await self._handle(update)
                    return
                except Exception as error:
                    # The outermost guard: one bad update must not stop those that follow it.
                    log.exception(
                        "A Telegram update could not be handled.",
                        action="telegram_update_failed",
                        update_id=update.update_id,
                        error=type(error).__name__,
                        is_given_up=pause is None,
                    )
                    if pause is not None:
                        await asyncio.sleep(pause)


def _whose(update: Update) -> int:
    """Answer the person an update comes from, or the chat where it is nobody's."""
    if update.callback_query is not None:
        return update.callback_query.from_user.id
    message = update.message or update.edited_message
    if message is not None:
        return message.chat.id if message.from_user is None else message.from_user.id
    return 0 if update.my_chat_member is None else update.my_chat_member.chat.id
