"""Long polling that confirms only what is safe.

The library's own polling either confirms updates before they are handled, so that a killed process loses them, or
handles one at a time, so that one slow person holds up all. Here the updates are handled side by side, and the offset
follows the oldest one whose changes are not committed; what is sent again because of that is known and left alone. The
platform shows no more than a hundred unconfirmed updates: when slow ones block that view, they are kept in the database
and confirmed.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramConflictError,
    TelegramUnauthorizedError,
)
from aiogram.types import Update

from bot.remembered import Remembered
from bot.retrying import retry
from bot.telegram.api.errors import FAILURES, PAUSES, requested_pause
from bot.telegram.api.retry import retry_until_done
from bot.telegram.inbound.raw_updates import read_update, update_id_of, updates_in
from bot.telegram.inbound.update_queue import UpdateQueue
from workflows.ports.unit_of_work import StorageUnavailable

WAIT_SECONDS = 25
VIEW = 100
"""How many unconfirmed updates the platform shows at most."""
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
LOOK_AGAIN_SECONDS = 0.15
AT_ONCE_SECONDS = 0.05
REFUSED_SECONDS = 30.0
CONFLICT_SECONDS = 5.0
RESUME_SECONDS = 1.0
"""How long what was parked is waited for before anything new is fetched."""
SILENCE = 24 * 60 * 60
"""Seconds without updates after which a lower id is taken: after a week of silence the platform draws a new one."""

log = structlog.get_logger(__name__)


class Parking(Protocol):
    """Where updates are kept that the platform may forget; see `ParkedUpdates`."""

    async def load(self) -> Sequence[object]:
        """Return what an earlier process did not finish; raises StorageUnavailable."""
        ...

    async def keep(self, updates: Iterable[Update]) -> None:
        """Keep these instead of those kept before; raises StorageUnavailable."""
        ...


@dataclass(slots=True)
class InHand:
    """An update whose changes are not committed yet; a parked one is in the database."""

    update: Update
    committed: asyncio.Future[None]
    is_parked: bool = False

    @property
    def is_done(self) -> bool:
        """Whether it is committed or given up; one that the end of the program let go is not."""
        return self.committed.done() and not self.committed.cancelled()


class Polling:
    """Runs until cancelled."""

    def __init__(
        self, bot: Bot, queue: UpdateQueue, parking: Parking, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._bot = bot
        self._queue = queue
        self._parking = parking
        self._now = now
        self._in_hand: dict[int, InHand] = {}
        self._seen: Remembered[int, None] = Remembered()
        self._next = 0
        self._heard_at = now()
        self._is_resumed = False
        self._parked: set[int] = set()

    async def run(self) -> None:
        """Fetch updates and hand them on; what is in hand at the end is finished and confirmed."""
        resuming = asyncio.create_task(retry_until_done("parked updates", self._resume))
        try:
            # What was parked is older than what comes now; a database that is away does not keep people waiting.
            await asyncio.wait({resuming}, timeout=RESUME_SECONDS)
            while True:
                raw = await retry(
                    self._fetch_next, on=FAILURES, pauses=PAUSES, report=_report, requested_pause=_requested_pause
                )
                await self._take(raw)
        finally:
            resuming.cancel()
            await asyncio.wait({resuming})
            await self._queue.finish()
            await self._settle()
            await self._confirm()

    async def _fetch_next(self) -> Sequence[Update | object]:
        await self._settle()
        return await self._fetch(WAIT_SECONDS, VIEW)

    async def _take(self, updates: Sequence[Update | object]) -> None:
        has_news = False
        for update in updates:
            has_news |= self._is_news(update)
        pending = self._pending()
        if not pending:
            if updates and not has_news:
                # Confirmed, and yet they come again: a server that is not well must not be asked without a breath.
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
            return
        if has_news:
            # Most updates are handled at once; with them confirmed the next call waits instead of repeating them.
            await asyncio.wait(pending, timeout=AT_ONCE_SECONDS)
        elif updates:
            # The platform answers at once as long as something is unconfirmed.
            _, slow = await asyncio.wait(pending, timeout=LOOK_AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if slow and len(updates) >= VIEW:
                await self._park()

    def _is_news(self, update: Update | object) -> bool:
        """Hand an update on; False for one that was seen before, or is none."""
        number = update.update_id if isinstance(update, Update) else update_id_of(update)
        if number is None:
            return False
        self._heard_at = self._now()
        self._next = max(self._next, number + 1)
        if number in self._seen:
            return False
        self._seen[number] = None
        known = update if isinstance(update, Update) else read_update(self._bot, update)
        if known is not None:
            self._in_hand[number] = InHand(known, self._queue.submit(known))
        return True

    async def _resume(self) -> None:
        """Take in hand what an earlier process has parked; raises StorageUnavailable."""
        for raw in await self._parking.load():
            update = read_update(self._bot, raw)
            if update is None:
                continue
            number = update.update_id
            if number not in self._seen:
                self._seen[number] = None
                self._in_hand[number] = InHand(update, self._queue.submit(update))
            if number in self._in_hand:
                self._in_hand[number].is_parked = True
            self._parked.add(number)
        self._is_resumed = True

    async def _park(self) -> None:
        """Keep all that is in hand in the database, so that it may be confirmed before it is done."""
        if self._is_resumed and await self._is_kept(self._unfinished()):
            log.warning("Slow updates are parked.", action="telegram_parked", updates=sorted(self._parked))

    async def _settle(self) -> None:
        """Forget what was parked and is done."""
        left = [held for held in self._unfinished() if held.is_parked]
        if len(left) < len(self._parked):
            await self._is_kept(left)

    async def _is_kept(self, held: list[InHand]) -> bool:
        try:
            await self._parking.keep([each.update for each in held])
        except StorageUnavailable as problem:
            log.warning("Updates cannot be parked now.", action="telegram_not_parked", reason=str(problem))
            return False
        self._parked = {each.update.update_id for each in held}
        for each in held:
            each.is_parked = True
        return True

    def _unfinished(self) -> list[InHand]:
        return [held for held in self._in_hand.values() if not held.is_done]

    async def _fetch(self, wait: int, limit: int) -> Sequence[Update | object]:
        """Fetch updates; where one of them cannot be read, all as they came."""
        try:
            return await self._bot.get_updates(
                offset=self._offset(), limit=limit, timeout=wait, allowed_updates=KINDS, request_timeout=wait + 15
            )
        except ClientDecodeError as unreadable:
            raw = updates_in(unreadable.data)
            if raw is None:
                raise
            return raw

    async def _confirm(self) -> None:
        if self._next:
            try:
                await self._fetch(0, 1)
            except FAILURES as failure:
                log.info("The last updates stay unconfirmed.", action="telegram_unconfirmed", error=str(type(failure)))

    def _offset(self) -> int | None:
        """Return the oldest update in hand, or the first that has not come yet; None takes whatever there is."""
        self._in_hand = {number: held for number, held in self._in_hand.items() if not held.is_done}
        unsafe = [number for number, held in self._in_hand.items() if not held.is_parked]
        if not unsafe and self._now() - self._heard_at > SILENCE:
            self._next = 0
        return min(unsafe, default=self._next) or None

    def _pending(self) -> set[asyncio.Future[None]]:
        return {held.committed for held in self._unfinished() if not held.is_parked}


def _requested_pause(failure: Exception) -> float | None:
    match failure:
        case TelegramUnauthorizedError():
            return REFUSED_SECONDS
        case TelegramConflictError():
            return CONFLICT_SECONDS
    return requested_pause(failure)


def _report(failure: Exception, pause: float) -> None:
    match failure:
        case TelegramUnauthorizedError():
            log.error("Telegram refuses TELEGRAM_BOT_TOKEN.", action="telegram_token_refused")
        case TelegramConflictError():
            log.error("Another program polls Telegram with the same token.", action="telegram_polling_conflict")
        case _:
            error = type(failure).__name__
            log.warning("Telegram cannot be reached.", action="telegram_unreachable", error=error, pause=pause)
