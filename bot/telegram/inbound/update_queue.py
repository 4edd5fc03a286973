"""Updates in hand: those of one person in order, those of different people side by side, none forgotten."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import structlog
from aiogram.types import Update
from structlog.contextvars import bound_contextvars

from bot.telegram.api.turns import CURRENT, Turn

AT_ONCE = 100
FINISH_SECONDS = 3
RETRIES = (0.5, 2.0, 5.0)
"""Seconds to wait before an update whose handling failed is handled again; after that it is given up and logged."""

K = TypeVar("K")
F = TypeVar("F", bound=asyncio.Future[None])
log = structlog.get_logger(__name__)


def _unnoticed(update: Update) -> None:
    """Nothing has to be done at the arrival of an update."""


class UpdateQueue:
    """Handles updates with *handle*, in turns; *arrived* is called at once, however long the update waits then."""

    def __init__(
        self,
        handle: Callable[[Update], Awaitable[object]],
        retries: tuple[float, ...] = RETRIES,
        arrived: Callable[[Update], None] = _unnoticed,
    ) -> None:
        self._handle = handle
        self._retries = retries
        self._arrived = arrived
        self._places = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._changing: dict[int, asyncio.Future[None]] = {}
        self._speaking: dict[tuple[int, int], asyncio.Task[None]] = {}

    def submit(self, update: Update) -> asyncio.Future[None]:
        """Take an update in hand; returns what ends when its changes are committed or given up.

        It begins after the changes of the same person's earlier updates, and is answered after those in the same chat.
        """
        self._arrived(update)
        person, chat = _whose(update), (_whose(update), _where(update))
        turn = Turn(self._speaking.get(chat))
        work = self._in_turn(update, turn, self._changing.get(person))
        task = asyncio.create_task(work, name=f"telegram update {update.update_id}")
        self._tasks.add(task)
        self._changing[person], self._speaking[chat] = turn.committed, task
        turn.committed.add_done_callback(partial(_forget, self._changing, person))
        task.add_done_callback(partial(_forget, self._speaking, chat))
        task.add_done_callback(partial(self._ended, turn))
        return turn.committed

    async def finish(self, within: float = FINISH_SECONDS) -> None:
        """Wait a little for what is in hand; what is not ready by then is let go, unhandled or unsaid."""
        left = set(self._tasks)
        if left:
            _, left = await asyncio.wait(left, timeout=within)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, turn: Turn, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            turn.committed.cancel()
        turn.commit()

    async def _in_turn(self, update: Update, turn: Turn, earlier: asyncio.Future[None] | None) -> None:
        if earlier is not None:
            await asyncio.wait({earlier})
        await self._places.acquire()
        turn.committed.add_done_callback(lambda _: self._places.release())
        CURRENT.set(turn)
        with bound_contextvars(update_id=update.update_id):
            for pause in (*self._retries, None):
                if await self._is_handled(update, turn, is_last=pause is None):
                    # One that has nothing to say keeps the later ones from overtaking what is said before it.
                    turn.commit()
                    await turn.speak()
                    return
                await asyncio.sleep(pause or 0)

    async def _is_handled(self, update: Update, turn: Turn, *, is_last: bool) -> bool:
        """Handle an update once; False when it has to be tried again."""
        try:
            await self._handle(update)
        except Exception as error:
            # The outermost guard: one bad update must not stop those that follow it.
            is_unsaid = turn.committed.done()
            log.exception(
                "A Telegram update could not be answered." if is_unsaid else "A Telegram update could not be handled.",
                action="telegram_reply_failed" if is_unsaid else "telegram_update_failed",
                update_id=update.update_id,
                error=type(error).__name__,
                is_given_up=is_last,
            )
            return is_last or is_unsaid
        return True


def _forget(kept: dict[K, F], key: K, done: F) -> None:
    if kept.get(key) is done:
        del kept[key]


def _whose(update: Update) -> int:
    """Return the person an update comes from, or the chat where it is nobody's."""
    if update.callback_query is not None:
        return update.callback_query.from_user.id
    message = update.message or update.edited_message
    if message is not None:
        return message.chat.id if message.from_user is None else message.from_user.id
    return 0 if update.my_chat_member is None else update.my_chat_member.chat.id


def _where(update: Update) -> int:
    """Return the chat an update comes from; 0 where there is none."""
    pressed = None if update.callback_query is None else update.callback_query.message
    event = pressed or update.message or update.edited_message or update.my_chat_member
    return 0 if event is None else event.chat.id
