"""Updates that the platform brings itself, to `/telegram/webhook`."""

import asyncio
import hmac

from aiogram import Bot
from aiogram.types import Update
from fastapi import APIRouter
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from bot.telegram.queue import UpdateQueue

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_BODY = 1024 * 1024
SECONDS = 50
"""The platform waits a minute, then brings the update again."""


def routes(bot: Bot, queue: UpdateQueue, secret: str) -> APIRouter:
    """Make the route; without the right secret it answers 401 and does nothing else."""
    router = APIRouter()

    @router.post(PATH, include_in_schema=False)
    async def webhook(request: Request) -> Response:
        """Handle an update and confirm it only then."""
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=401)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                return Response(status_code=413)
        try:
            update = Update.model_validate_json(bytes(body), context={"bot": bot})
        except ValidationError:
            return Response(status_code=400)
        done, _ = await asyncio.wait({queue.submit(update)}, timeout=SECONDS)
        return Response(status_code=200 if done else 503)

    return router
