"""The first calls to the platform: who the bot is, and which way the updates come."""

from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNotFound, TelegramUnauthorizedError

from bot.background.retrying import retry
from bot.telegram.api.errors import FAILURES, PAUSES
from bot.telegram.api.too_many_requests import requested_pause

log = structlog.get_logger(__name__)


async def greet(bot: Bot, choose_way: Callable[[], Awaitable[object]]) -> str:
    """Return the bot's username, once Telegram can be reached and has accepted the way of updates."""

    async def call() -> str:
        me = await bot.get_me()
        await choose_way()
        return me.username or ""

    return await retry(call, on=FAILURES, pauses=PAUSES, report=_report, requested_pause=requested_pause)


def _report(failure: Exception, pause: float) -> None:
    match failure:
        case TelegramUnauthorizedError():
            log.error("Telegram refuses TELEGRAM_BOT_TOKEN.", action="telegram_token_refused")
        case TelegramBadRequest() | TelegramNotFound():
            # A retry alone will not help: the operator has to see Telegram's own words.
            log.error("Telegram refuses our settings.", action="telegram_refused", reason=failure.message, pause=pause)
        case _:
            log.error("Telegram cannot be reached.", action="telegram_away", error=type(failure).__name__, pause=pause)
