"""The first words with the platform: who we are, and which way the updates come."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNotFound, TelegramUnauthorizedError

from bot.telegram.api.errors import FAILURES, pause_after

log = structlog.get_logger(__name__)


async def met(bot: Bot, choose_way: Callable[[], Awaitable[object]]) -> str:
    """Say hello until the platform lets us in; returns the bot's username."""
    for attempt in itertools.count():
        try:
            me = await bot.get_me()
            await choose_way()
            return me.username or ""
        except FAILURES as failure:
            pause = pause_after(failure, attempt)
            _tell(failure, pause)
            await asyncio.sleep(pause)
    raise AssertionError  # the count has no end


def _tell(failure: Exception, pause: float) -> None:
    match failure:
        case TelegramUnauthorizedError():
            log.error("Telegram refuses TELEGRAM_BOT_TOKEN.", action="telegram_token_refused")
        case TelegramBadRequest() | TelegramNotFound():
            # Trying again alone will not help: the operator has to know the platform's own words.
            log.error("Telegram refuses our settings.", action="telegram_refused", reason=failure.message, pause=pause)
        case _:
            log.error("Telegram does not let us in.", action="telegram_away", error=type(failure).__name__, pause=pause)
