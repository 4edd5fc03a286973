"""Screens of forms that were finished elsewhere: each says what became of its form, and loses its buttons."""

import asyncio
from contextlib import suppress

import structlog

from bot.conversation.incoming import Incoming, Said
from bot.conversation.interview.interview import Interview
from bot.conversation.interview.past_forms import people_of
from bot.telegram.api.addresses import PLATFORM, place_of
from bot.telegram.outbound.chat import TelegramChat
from bot.telegram.outbound.reply_posts import ReplyMessages
from workflows.domain.decision import Decision
from workflows.domain.ids import PersonId
from workflows.ports.chat import ChatAddress, ChatError, Dialect, platform_of
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.directory import Directory

log = structlog.get_logger(__name__)


class PastScreens:
    """Changes the current screens of private chats after commits of this process; a lost one answers its next press."""

    def __init__(
        self, *, interview: Interview, messages: ReplyMessages, chat: TelegramChat, directory: Directory
    ) -> None:
        self._interview = interview
        self._messages = messages
        self._chat = chat
        self._directory = directory
        self._working: set[asyncio.Task[None]] = set()

    def on_commit(self, decision: Decision | None) -> None:
        """Look at the screens of those whose forms a decision may have ended; never waits."""
        if decision is None:
            return
        for person in people_of(decision):
            for chat in self._directory.of_person(person):
                if platform_of(chat) == PLATFORM and self._messages.screen_of(place_of(chat)) is not None:
                    task = asyncio.create_task(self._look(decision, person, chat), name=f"telegram screen {chat}")
                    self._working.add(task)
                    task.add_done_callback(self._working.discard)

    async def _look(self, decision: Decision, person: PersonId, chat: ChatAddress) -> None:
        asker = Incoming(
            update_id=f"{PLATFORM}:past",
            person=person,
            language=self._chat.spoken.of(chat),
            chat=chat,
            dialect=Dialect.INLINE_HTML,
            intent=Said(text=""),
        )
        with suppress(ChatError, StorageUnavailable):
            message = await self._interview.end_past(asker, decision)
            if message is not None:
                await self._messages.end_screen(place_of(chat), message)
