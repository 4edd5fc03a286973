"""Telegram in the contract suite of the chat port: the real client against the local server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.telegram.api.addresses import Place
from bot.telegram.api.client import Api
from bot.telegram.api.pace import Pace
from bot.telegram.outbound.chat import TelegramChat
from storage.database import Database
from storage.reads.queries import SqlQueries
from tests.contracts.chat_drivers import ChatDriver, Seen
from tests.fakes.tuning import NO_LIMITS
from tests.telegram.server import Chat, TelegramServer
from tests.telegram.server.aiogram_client import connected
from tests.telegram.telegram_chat import telegram_chat
from workflows.ports.chat import ChatPort, MessageId


class TelegramDriver:
    """A group with the bot in it."""

    knows_keys = True
    longest = 4_096

    def __init__(self, server: TelegramServer, room: Chat, port: TelegramChat) -> None:
        self._server = server
        self._room = room
        self.chat = Place(room.id).address
        self.port: ChatPort = port

    async def sees(self) -> list[Seen]:
        return [
            Seen(
                id=MessageId(str(message.id)),
                text=message.text,
                buttons={b["text"]: b["callback_data"] for row in message.keyboard or [] for b in row},
            )
            for message in self._room.messages
        ]

    async def missing(self) -> MessageId:
        return MessageId("404")

    async def go_away(self) -> None:
        self._server.drop_before(times=1_000)


@asynccontextmanager
async def open_telegram(database_url: str) -> AsyncIterator[ChatDriver]:
    """Open a group on the local server."""
    async with TelegramServer() as server, connected(server) as bot, Database(database_url) as database:
        anna = server.user("Anna", "ru")
        room = server.supergroup("Sales", anna)
        api = Api(bot, Pace(NO_LIMITS))
        port = telegram_chat(api, SqlQueries(database.engine))
        yield TelegramDriver(server, room, port)
