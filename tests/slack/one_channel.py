"""One channel and the port to it, without the program around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

from bot.slack.api.addresses import address_of
from bot.slack.api.client import Api
from bot.slack.api.pace import Pace
from bot.slack.outbound.chat import SlackChat
from bot.slack.run import Slack, SlackPlatform, SlackSettings
from tests.conversation.desk import Desk
from tests.fakes.core import core_over
from tests.fakes.memory import Memory
from tests.fakes.tuning import AT_ONCE
from tests.slack.server import Channel, SlackServer
from workflows.domain.ids import CaseId, FileId, PersonId, TaskId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, Message, MessageId, Subject
from workflows.ports.unit_of_work import Announcement, KeptFile, OutboxKind, ShownCard

ABOUT = Subject(case_id=CaseId(1), task_id=TaskId("1.2"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OneChannel:
    """A channel of a workspace and the port to it."""

    server: SlackServer
    channel: Channel
    api: Api
    chat: SlackChat
    memory: Memory

    def again(self) -> Self:
        """A program that was restarted and knows nothing of what the last one did."""
        chat = a_chat(self.api, self.memory, started_at=datetime.now(UTC))
        return replace(self, chat=chat)

    async def awaits_something(self) -> None:
        """Add an outbox row that waits for the channel."""
        row = Announcement(chat=self.address, kind=OutboxKind.CARD, case_id=CaseId(1), task_id=TaskId("1.2"))
        await self.memory.transact(lambda unit: unit.announce([row], datetime.now(UTC)))

    async def has_file(self, name: str, content: bytes) -> FileId:
        """Store a file in our database."""
        file = KeptFile(id=FileId(name), name=name, media_type="application/octet-stream", content=content)
        await self.memory.transact(lambda unit: unit.add_file(file, PersonId("gleb"), datetime.now(UTC)))
        return file.id

    def shows_card(self, message: MessageId) -> None:
        """Record a message as the card of the task that everything here is about."""
        shown = ShownCard(task_id=TaskId("1.2"), chat=self.address, message_id=message, revision=1)
        self.memory.rows.cards[TaskId("1.2"), self.address] = shown

    @property
    def address(self) -> ChatAddress:
        """The channel as an address."""
        return address_of(self.channel.id)

    async def post(self, words: str, key: str = "card:1.2", *files: FileId) -> MessageId:
        """Say something in the channel."""
        renditions = {Language.RU: Message(text=words, files=files)}
        return await self.chat.post(self.address, renditions, key=key, subject=ABOUT)

    async def edit(self, message: MessageId, words: str) -> None:
        """Edit a posted message."""
        await self.chat.edit(self.address, message, {Language.RU: Message(text=words)}, subject=ABOUT)


def a_chat(api: Api, memory: Memory, *, started_at: datetime | None = None, rest: float = 0.0) -> SlackChat:
    """Return the port over a store in memory."""
    chats = core_over(memory).chats
    return SlackChat(api=api, queries=memory, chats=chats, locale=Language.RU, started_at=started_at, rest=rest)


@asynccontextmanager
async def open_one_channel() -> AsyncIterator[OneChannel]:
    """Open a workspace with a channel that the app is in."""
    async with SlackServer() as server:
        api, memory = Api(token=server.bot_token, url=server.url, pace=Pace({})), Memory()
        chat = a_chat(api, memory)
        try:
            yield OneChannel(server=server, channel=server.channel("support"), api=api, chat=chat, memory=memory)
        finally:
            await api.close()


def slack_of(one_channel: OneChannel) -> Slack:
    """Make the adapter, before a conversation over the same store."""
    settings = SlackSettings(token=one_channel.server.bot_token, api_url=one_channel.server.url)
    desk = Desk(Language.RU, memory=one_channel.memory)
    return SlackPlatform(settings, core_over(one_channel.memory), AT_ONCE.slack).adapter(desk.conversation)
