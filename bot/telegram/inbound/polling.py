"""Long polling that confirms only updates whose changes are safe.

The library's own polling either confirms updates before they are handled, so that a killed process loses them, or
handles one at a time, so that one slow update blocks everybody. Here updates are handled concurrently, and the offset
stays at the oldest one whose changes are not committed; those that Telegram sends again meanwhile are skipped. Telegram
returns at most a hundred unconfirmed updates: when slow ones fill that window, they are parked in the database and
confirmed.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramConflictError,
    TelegramUnauthorizedError,
)
from aiogram.types import Update

from bot.background.retrying import retry
from bot.remembered import Remembered
from bot.telegram.api.errors import FAILURES, PAUSES
from bot.telegram.api.start_chores import retry_until_done
from bot.telegram.api.too_many_requests import requested_pause
from bot.telegram.inbound.parked_updates import Parking
from bot.telegram.inbound.raw_updates import read_update, update_id_of, updates_in
from bot.telegram.inbound.update_queue import UpdateQueue
from workflows.ports.unit_of_work import StorageUnavailable

WAIT_SECONDS = 25
VIEW = 100
"""How many unconfirmed updates Telegram returns at most."""
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
LOOK_AGAIN_SECONDS = 0.15
AT_ONCE_SECONDS = 0.05
REFUSED_SECONDS = 30.0
CONFLICT_SECONDS = 5.0
RESUME_SECONDS = 1.0
"""How long the parked updates may take to load before new ones are fetched."""
SILENCE = 24 * 60 * 60
"""Seconds without updates after which a lower id is accepted: after a week Telegram starts from a random one."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class InHand:
    """An update in hand; `committed` ends when its changes are, `is_parked` means that it is in the database."""

    update: Update
    committed: asyncio.Future[None]
    is_parked: bool = False

    @property
    def is_done(self) -> bool:
        """Whether it is committed or given up; one that was cancelled at the end of the program is neither."""
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
        self._received_at = now()
        self._is_resumed = False
        self._parked: set[int] = set()

    async def run(self) -> None:
        """Fetch updates and submit them; at the end, finish what is in hand and confirm it."""
        resuming = asyncio.create_task(retry_until_done("telegram_parked_updates", self._resume))
        try:
            # Parked updates are older than new ones; but people do not wait for a database that is away.
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
            has_news |= self._submit(update)
        pending = self._pending()
        if not pending:
            if updates and not has_news:
                # Confirmed updates that come again: do not poll a faulty server in a tight loop.
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
            return
        if has_news:
            # Most updates are handled within this time; once they are confirmed, the next call waits for new ones.
            await asyncio.wait(pending, timeout=AT_ONCE_SECONDS)
        elif updates:
            # Telegram responds at once as long as something is unconfirmed.
            _, slow = await asyncio.wait(pending, timeout=LOOK_AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if slow and len(updates) >= VIEW:
                await self._park()

    def _submit(self, update: Update | object) -> bool:
        """Submit an update; False for one that was seen before, or is none."""
        number = update.update_id if isinstance(update, Update) else update_id_of(update)
        if number is None:
            return False
        self._received_at = self._now()
        self._next = max(self._next, number + 1)
        if number in self._seen:
            return False
        self._seen[number] = None
        known = update if isinstance(update, Update) else read_update(self._bot, update)
        if known is not None:
            self._in_hand[number] = InHand(known, self._queue.submit(known))
        return True

    async def _resume(self) -> None:
        """Submit the updates that an earlier process has parked; raises StorageUnavailable."""
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
        """Save all that is in hand in the database, so that it may be confirmed before it is done."""
        if self._is_resumed and await self._save(self._unfinished()):
            log.warning("Slow updates are parked.", action="telegram_parked", updates=sorted(self._parked))

    async def _settle(self) -> None:
        """Delete the parked updates that are done from the database."""
        left = [held for held in self._unfinished() if held.is_parked]
        if len(left) < len(self._parked):
            await self._save(left)

    async def _save(self, held: list[InHand]) -> bool:
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
        """Fetch updates; if the library cannot read one of them, return all of them undecoded."""
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
        """Return the id of the oldest update in hand, else of the next one; None accepts any."""
        self._in_hand = {number: held for number, held in self._in_hand.items() if not held.is_done}
        unsafe = [number for number, held in self._in_hand.items() if not held.is_parked]
        if not unsafe and self._now() - self._received_at > SILENCE:
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
