"""The updates in hand: one person's in order, different people's concurrently."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

import structlog
from aiogram.types import Update
from structlog.contextvars import bound_contextvars

from bot.telegram.inbound.parts import Gathering, may_continue
from bot.telegram.outbound.reply_order import UpdateOrder

AT_ONCE = 100
FINISH_SECONDS = 3
RETRIES = (0.5, 2.0, 5.0)
"""Seconds before each retry of an update whose handling raised; after the last one it is given up."""

K = TypeVar("K")
F = TypeVar("F", bound=asyncio.Future[None])
log = structlog.get_logger(__name__)


class UpdateQueue:
    """Hands updates to *handle*, those that are one thing together; it is called again when it raises.

    *on_arrival* is called at once, however long the update waits then; nothing is handled before *ready*.
    """

    def __init__(
        self,
        handle: Callable[[Sequence[Update], UpdateOrder], Awaitable[object]],
        *,
        retries: tuple[float, ...] = RETRIES,
        on_arrival: Callable[[Update], None] | None = None,
        ready: asyncio.Event | None = None,
    ) -> None:
        self._handle = handle
        self._retries = retries
        self._on_arrival = on_arrival
        self._ready = ready
        self._places = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._changing: dict[int, asyncio.Future[None]] = {}
        self._replying: dict[tuple[int, int], asyncio.Task[None]] = {}
        self._gathering: dict[tuple[int, int], tuple[Gathering, UpdateOrder]] = {}

    def submit(self, update: Update) -> asyncio.Future[None]:
        """Take an update in hand and return a future that ends when its changes are committed or given up.

        Its handling begins after the changes of the same person's earlier updates; its reply comes after theirs in the
        same chat. A part of what came before shares its future.
        """
        if self._on_arrival is not None:
            self._on_arrival(update)
        person, chat = _whose(update), (_whose(update), _where(update))
        gathering, order = self._gathering.get(chat, (None, None))
        if gathering is not None and order is not None and gathering.takes(update):
            return order.committed
        order, gathering = UpdateOrder(self._replying.get(chat)), Gathering(update)
        work = self._process(gathering, order, self._changing.get(person))
        task = asyncio.create_task(work, name=f"telegram update {update.update_id}")
        self._tasks.add(task)
        self._changing[person], self._replying[chat] = order.committed, task
        order.committed.add_done_callback(partial(_forget, self._changing, person))
        task.add_done_callback(partial(_forget, self._replying, chat))
        task.add_done_callback(partial(self._end, order))
        if may_continue(update):
            self._gathering[chat] = gathering, order
            task.add_done_callback(partial(self._forget_parts, chat, gathering))
        return order.committed

    async def finish(self, within: float = FINISH_SECONDS) -> None:
        """Wait *within* seconds for what is in hand, then cancel the rest."""
        left = set(self._tasks)
        if left:
            _, left = await asyncio.wait(left, timeout=within)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _end(self, order: UpdateOrder, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            order.committed.cancel()
        order.mark_committed()

    def _forget_parts(self, chat: tuple[int, int], gathering: Gathering, _: asyncio.Task[None]) -> None:
        known = self._gathering.get(chat)
        if known is not None and known[0] is gathering:
            del self._gathering[chat]

    async def _process(self, gathering: Gathering, order: UpdateOrder, earlier: asyncio.Future[None] | None) -> None:
        update = gathering.updates[0]
        if earlier is not None:
            await asyncio.wait({earlier})
        await self._places.acquire()
        order.committed.add_done_callback(lambda _: self._places.release())
        if self._ready is not None:
            await self._ready.wait()
        if may_continue(update):
            await gathering.complete()
        with bound_contextvars(update_id=update.update_id):
            for pause in (*self._retries, None):
                try:
                    await self._handle(gathering.updates, order)
                    break
                except Exception as error:
                    # The outermost guard: one bad update must not stop those that follow it.
                    _log_failure(update, error, is_unsaid=order.is_committed, is_given_up=pause is None)
                    if pause is None or order.is_committed:
                        break
                await asyncio.sleep(pause)
            # Also without a reply of its own: later replies wait for this task, and so for the earlier ones.
            order.mark_committed()
            await order.wait_for_earlier()


def _log_failure(update: Update, error: Exception, *, is_unsaid: bool, is_given_up: bool) -> None:
    log.exception(
        "A Telegram update could not be replied to." if is_unsaid else "A Telegram update could not be handled.",
        action="telegram_reply_failed" if is_unsaid else "telegram_update_failed",
        update_id=update.update_id,
        error=type(error).__name__,
        is_given_up=is_given_up,
    )


def _forget(kept: dict[K, F], key: K, done: F) -> None:
    if kept.get(key) is done:
        del kept[key]


def _whose(update: Update) -> int:
    """Return the person that an update comes from, or its chat if it comes from nobody."""
    if update.callback_query is not None:
        return update.callback_query.from_user.id
    message = update.message or update.edited_message
    if message is not None:
        return message.chat.id if message.from_user is None else message.from_user.id
    return 0 if update.my_chat_member is None else update.my_chat_member.chat.id


def _where(update: Update) -> int:
    """Return the chat that an update comes from; 0 if there is none."""
    pressed = None if update.callback_query is None else update.callback_query.message
    event = pressed or update.message or update.edited_message or update.my_chat_member
    return 0 if event is None else event.chat.id
