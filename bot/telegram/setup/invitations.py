"""Invitations that are made where the bot does not run: how a code is used in Telegram."""

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.telegram.api import markup
from bot.telegram.api.errors import FAILURES
from bot.telegram.api.session import Session

SECONDS = 5


async def way_in(token: str, api_url: str, code: str) -> str:
    """Return the link that brings a code to the bot; where the platform does not tell its name, what to type to it."""
    bot = Bot(token, session=Session(api=TelegramAPIServer.from_base(api_url)))
    try:
        me = await bot.get_me(request_timeout=SECONDS)
    except FAILURES:
        return markup.way_in("", code)
    finally:
        await bot.session.close()
    return markup.way_in(me.username or "", code)
