"""Slack as the contract of the chat port sees it: the real port over the local server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.slack.api.addresses import address_of
from bot.slack.api.client import Api
from bot.slack.api.pace import Pace
from bot.slack.outbound.chat import SlackChat
from tests.contracts.chat_drivers import ChatDriver, Seen
from tests.fakes.memory import Memory
from tests.slack.one_channel import a_chat
from tests.slack.server import DropBefore, SlackServer
from tests.slack.server.messages import controls_of
from workflows.ports.chat import ChatPort, MessageId


class SlackDriver:
    """One channel of a workspace."""

    knows_keys = True
    longest = 11_000

    def __init__(self, server: SlackServer, port: SlackChat) -> None:
        self._server = server
        self._channel = server.channel("sales")
        self.chat = address_of(self._channel.id)
        self.port: ChatPort = port

    async def sees(self) -> list[Seen]:
        return [
            Seen(
                id=MessageId(message.ts),
                text=message.plain.rpartition("\n[")[0] if message.labels else message.plain,
                buttons={
                    control.label: str((control.option or control.element)["value"])
                    for control in controls_of(message.blocks)
                },
            )
            for message in self._channel.messages
        ]

    async def missing(self) -> MessageId:
        return MessageId("1700000000.000001")

    async def go_away(self) -> None:
        for method in ("chat.postMessage", "chat.update", "conversations.history"):
            self._server.fail(method, DropBefore(), times=None)


@asynccontextmanager
async def open_slack(_database_url: str) -> AsyncIterator[ChatDriver]:
    """Open a workspace; the port uses a database only to find the cards that replies belong to."""
    async with SlackServer() as server:
        api = Api(token=server.bot_token, url=server.url, pace=Pace({}))
        try:
            yield SlackDriver(server, a_chat(api, Memory()))
        finally:
            await api.close()
