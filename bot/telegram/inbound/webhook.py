"""Updates that Telegram sends to `/telegram/webhook`."""

import asyncio
import hmac
import json

import structlog
from aiogram import Bot
from aiogram.types import Update
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.remembered import Remembered
from bot.request_body import BodyTooLarge, read_body
from bot.telegram.inbound.parked_updates import Parking
from bot.telegram.inbound.parts import may_continue
from bot.telegram.inbound.raw_updates import read_update, update_id_of
from bot.telegram.inbound.update_queue import UpdateQueue
from workflows.ports.unit_of_work import StorageUnavailable

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_BODY = 1024 * 1024
SECONDS = 50
"""How long a request may take: after a minute Telegram sends the update again."""

log = structlog.get_logger(__name__)


class Unfinished:
    """Updates of which more may follow: Telegram sends nothing more of a chat until they are confirmed.

    They are parked in the database, then confirmed, and dropped from there when they are done.
    """

    def __init__(self, bot: Bot, queue: UpdateQueue, parking: Parking) -> None:
        self._bot = bot
        self._queue = queue
        self._parking = parking
        self._held: dict[int, Update] = {}
        self._saving = asyncio.Lock()
        self._settling: set[asyncio.Task[None]] = set()

    async def resume(self) -> None:
        """Submit the updates that an earlier process has parked; raises StorageUnavailable."""
        for raw in await self._parking.load():
            update = read_update(self._bot, raw)
            if update is not None and update.update_id not in self._held:
                self._held[update.update_id] = update
                self._settle_after(update, self._queue.submit(update))

    async def park(self, update: Update, handled: asyncio.Future[None]) -> bool:
        """Keep an update until it is handled; False when the database cannot."""
        self._held[update.update_id] = update
        try:
            await self._save()
        except StorageUnavailable as problem:
            del self._held[update.update_id]
            log.warning("Updates cannot be parked now.", action="telegram_not_parked", reason=str(problem))
            return False
        self._settle_after(update, handled)
        return True

    def _settle_after(self, update: Update, handled: asyncio.Future[None]) -> None:
        task = asyncio.create_task(self._settle(update, handled))
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    async def _settle(self, update: Update, handled: asyncio.Future[None]) -> None:
        await asyncio.wait({handled})
        if handled.cancelled():
            # The end of the program: the next one resumes it.
            return
        self._held.pop(update.update_id, None)
        try:
            await self._save()
        except StorageUnavailable as problem:
            # Resumed by the next program, it is recognised as handled.
            log.warning("Updates stay parked.", action="telegram_not_parked", reason=str(problem))

    async def _save(self) -> None:
        async with self._saving:
            await self._parking.keep(list(self._held.values()))


def routes(bot: Bot, queue: UpdateQueue, secret: str, unfinished: Unfinished) -> APIRouter:
    """Make the route; a request without the right secret gets status 401."""
    router = APIRouter()
    taken: Remembered[int, asyncio.Future[None]] = Remembered()

    @router.post(PATH, include_in_schema=False)
    async def webhook(request: Request) -> Response:
        """Handle an update, then confirm it."""
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=401)
        try:
            raw = json.loads(await read_body(request, MAX_BODY))
        except BodyTooLarge:
            return Response(status_code=413)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        number = update_id_of(raw)
        if number is None:
            return Response(status_code=400)
        # An update that is sent again is neither handled nor replied to twice.
        handled = taken.get(number)
        if handled is None or handled.cancelled():
            update = read_update(bot, raw)
            if update is None:
                # After an error Telegram would send it again and hold back those behind it.
                return Response(status_code=200)
            handled = taken[number] = queue.submit(update)
            if may_continue(update) and await unfinished.park(update, handled):
                return Response(status_code=200)
        done, _ = await asyncio.wait({handled}, timeout=SECONDS)
        # What was cancelled at the end of the program is sent again.
        return Response(status_code=200 if any(not each.cancelled() for each in done) else 503)

    return router
