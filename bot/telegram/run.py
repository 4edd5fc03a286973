"""The Telegram adapter, put together: opened with the program, running until it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramNotFound
from aiogram.types import LinkPreviewOptions, Update
from fastapi import APIRouter

from bot.conversation.interview.interview import Interview
from bot.conversation.router import Conversation
from bot.rendering.environment import Messages
from bot.telegram.api.addresses import PLATFORM
from bot.telegram.api.client import Api
from bot.telegram.api.markup import way_in
from bot.telegram.api.pace import OF_TELEGRAM, Limits, Pace
from bot.telegram.api.retry import done_in_the_end
from bot.telegram.api.session import Session
from bot.telegram.handlers.files import Files
from bot.telegram.handlers.messages import Listener
from bot.telegram.handlers.presses import Updates
from bot.telegram.handlers.reception import Reception
from bot.telegram.handlers.spinners import Spinners
from bot.telegram.inbound import webhook
from bot.telegram.inbound.parked import ParkedUpdates
from bot.telegram.inbound.polling import KINDS, Polling
from bot.telegram.inbound.raw_updates import is_of_known_kind
from bot.telegram.inbound.update_queue import UpdateQueue
from bot.telegram.outbound.chat import TelegramChat
from bot.telegram.outbound.replies import Replies
from bot.telegram.outbound.topics import CaseTopics
from bot.telegram.setup.greeting import met
from bot.telegram.setup.menu import offer_commands
from workflows.domain.text import Language
from workflows.ports.queries import Queries
from workflows.usecases.chats import Chats
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.keep_file import FileKeeper

TITLE = "Telegram"
LANGUAGES_WITHIN = 2.0
"""Seconds that the first cards wait for the languages of their readers."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """`public_url` and `secret` go together: with them the platform brings the updates, else they are fetched."""

    token: str
    api_url: str
    locale: Language
    zone: ZoneInfo
    public_url: str | None = None
    secret: str | None = None
    limits: Limits = OF_TELEGRAM


class Telegram:
    """The adapter; `chat` is for delivery, `routes` for the web server, `run` is everything else."""

    def __init__(self, settings: TelegramSettings, queries: Queries) -> None:
        self._settings = settings
        self._queries = queries
        session = Session(api=TelegramAPIServer.from_base(settings.api_url))
        self.bot = Bot(
            settings.token,
            session=session,
            default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview=LinkPreviewOptions(is_disabled=True)),
        )
        self.api = Api(self.bot, Pace(settings.limits))
        self.chat = TelegramChat(api=self.api, queries=queries, locale=settings.locale)
        self._feed: Callable[[Update], Awaitable[object]]
        self._conversation: Conversation
        self._handler: CommandHandler
        self._chats: Chats
        self._messages: Messages
        self.is_listening = asyncio.Event()
        self._spinners = Spinners(self.api, settings.locale)
        self._queue = UpdateQueue(self._dispatch, arrived=self._spinners.arrived)

    def listen(self, *, conversation: Conversation, handler: CommandHandler, chats: Chats, messages: Messages) -> None:
        """Tell to whom the updates go."""
        self._conversation, self._handler, self._chats, self._messages = conversation, handler, chats, messages
        self.chat.topics = CaseTopics(api=self.api, queries=self._queries, chats=chats)

    def routes(self) -> APIRouter:
        """Return the routes of the webhook; none when the updates are fetched."""
        if not self._has_webhook or self._settings.secret is None:
            return APIRouter()
        return webhook.routes(self.bot, self._queue, self._settings.secret)

    async def run(self) -> None:
        """Meet the platform, then listen until cancelled; may be run again after it failed."""
        chores: set[asyncio.Task[None]] = set()
        try:
            username = await met(self.bot, self._choose_way)
            log.info("Telegram is connected.", action="telegram_connected", webhook=self._has_webhook)
            self._chats.ways_in[TITLE] = lambda code: way_in(username, code)
            dispatcher = self._updates(username).dispatcher()
            self._feed = lambda update: dispatcher.feed_update(self.bot, update)
            languages = asyncio.create_task(done_in_the_end("languages", self._learn_languages))
            chores.add(languages)
            await asyncio.wait(chores, timeout=LANGUAGES_WITHIN)
            self.is_listening.set()
            chores.add(asyncio.create_task(done_in_the_end("commands", self._offer_commands)))
            if self._has_webhook:
                await asyncio.Event().wait()
            else:
                await Polling(self.bot, self._queue, self._parked()).run()
        finally:
            await self._queue.finish()
            self.is_listening.clear()
            self._spinners.close()
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
            with suppress(Exception):
                await self.bot.session.close()

    @property
    def _has_webhook(self) -> bool:
        return self._settings.public_url is not None and self._settings.secret is not None

    def _parked(self) -> ParkedUpdates:
        handler = self._handler
        return ParkedUpdates(storage=handler.storage, queries=self._queries, clock=handler.clock)

    async def _dispatch(self, update: Update) -> None:
        await self.is_listening.wait()
        if is_of_known_kind(update):
            await self._feed(update)

    def _updates(self, username: str) -> Updates:
        interview = Interview(
            conversation=self._conversation,
            handler=self._handler,
            messages=self._messages,
            zone=self._settings.zone,
        )
        replies = Replies(
            api=self.api,
            interview=interview,
            posted=self.chat,
            queries=self._queries,
            username=username,
        )
        self.chat.username = username
        reception = Reception(
            interview=interview,
            chat=self.chat,
            directory=self._chats.directory,
            clock=self._handler.clock,
            locale=self._settings.locale,
        )
        listener = Listener(
            reception=reception,
            replies=replies,
            api=self.api,
            bot=self.bot,
            queries=self._queries,
            files=Files(bot=self.bot, keeper=FileKeeper(storage=self._handler.storage, clock=self._handler.clock)),
            username=username,
        )
        return Updates(
            reception=reception,
            listener=listener,
            replies=replies,
            spinners=self._spinners,
            api=self.api,
            chats=self._chats,
        )

    async def _choose_way(self) -> None:
        if self._has_webhook:
            url = f"{self._settings.public_url}{webhook.PATH}"
            await self.bot.set_webhook(url, secret_token=self._settings.secret, allowed_updates=KINDS)
        else:
            # A server that knows no webhooks has none that would keep updates from us.
            with suppress(TelegramNotFound):
                await self.bot.delete_webhook(drop_pending_updates=False)

    async def _offer_commands(self) -> None:
        await offer_commands(self.bot, self._settings.locale)

    async def _learn_languages(self) -> None:
        for chat, language in (await self._queries.languages_chosen(PLATFORM)).items():
            self.chat.speak(chat, language)
