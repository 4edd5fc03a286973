"""Updates that Telegram sends to `/telegram/webhook`."""

import asyncio
import hmac
import json

from aiogram import Bot
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.remembered import Remembered
from bot.request_body import BodyTooLarge, read_body
from bot.telegram.inbound.raw_updates import read_update, update_id_of
from bot.telegram.inbound.update_queue import UpdateQueue

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_BODY = 1024 * 1024
SECONDS = 50
"""How long a request may take: after a minute Telegram sends the update again."""


def routes(bot: Bot, queue: UpdateQueue, secret: str) -> APIRouter:
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
        done, _ = await asyncio.wait({handled}, timeout=SECONDS)
        # What was cancelled at the end of the program is sent again.
        return Response(status_code=200 if any(not each.cancelled() for each in done) else 503)

    return router
