"""Links for invitations that are made while the bot does not run."""

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.telegram.api import markup
from bot.telegram.api.errors import FAILURES
from bot.telegram.api.session import Session

SECONDS = 5


async def way_in(token: str, api_url: str, code: str) -> str:
    """Return the link that redeems a code; what to type to the bot if Telegram cannot be asked for its name."""
    bot = Bot(token, session=Session(api=TelegramAPIServer.from_base(api_url)))
    try:
        me = await bot.get_me(request_timeout=SECONDS)
    except FAILURES:
        return markup.way_in("", code)
    finally:
        await bot.session.close()
    return markup.way_in(me.username or "", code)
