"""The real client library, pointed at the test server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from .server import TelegramServer


class QuickSession(AiohttpSession):
    """The library's session without its pause of 250 ms for TLS when it closes."""

    async def close(self) -> None:
        if self._session is not None and not self._session.closed:
            await self._session.close()


@asynccontextmanager
async def connected(server: TelegramServer, *, token: str | None = None) -> AsyncIterator[Bot]:
    """The server's bot, with a session of its own."""
    session = QuickSession(api=TelegramAPIServer.from_base(server.url))
    bot = Bot(token or server.token, session=session)
    try:
        yield bot
    finally:
        await session.close()


@asynccontextmanager
async def polling(dispatcher: Dispatcher, bot: Bot) -> AsyncIterator[None]:
    """Run the dispatcher's long polling; stopped, with its handlers, when left."""
    task = asyncio.create_task(
        dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False, polling_timeout=20)
    )
    try:
        yield
    finally:
        await dispatcher.stop_polling()
        await task
