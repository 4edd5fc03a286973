"""The Telegram adapter: its parts wired together, and its run from the greeting to the end of the program."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramNotFound
from aiogram.types import LinkPreviewOptions
from fastapi import APIRouter

from bot.adapter import Core
from bot.conversation.conversation import Conversation
from bot.conversation.interview.interview import Interview
from bot.telegram.api.client import Api
from bot.telegram.api.identity import Identity
from bot.telegram.api.pace import Pace
from bot.telegram.api.session import Session
from bot.telegram.api.start_chores import retry_until_done
from bot.telegram.handlers.accounts import Accounts
from bot.telegram.handlers.attachments import Attachments
from bot.telegram.handlers.chat_messages import ChatMessages
from bot.telegram.handlers.comments import Comments
from bot.telegram.handlers.files import Files
from bot.telegram.handlers.hints import Hints
from bot.telegram.handlers.memberships import Memberships
from bot.telegram.handlers.presses import Presses
from bot.telegram.handlers.spinners import Spinners
from bot.telegram.handlers.updates import Updates
from bot.telegram.inbound import webhook
from bot.telegram.inbound.parked_updates import ParkedUpdates
from bot.telegram.inbound.polling import KINDS, Polling
from bot.telegram.inbound.update_queue import UpdateQueue
from bot.telegram.outbound.chat import TelegramChat
from bot.telegram.outbound.group_press_replies import GroupPressReplies
from bot.telegram.outbound.links import Links
from bot.telegram.outbound.past_screens import PastScreens
from bot.telegram.outbound.private_press_replies import PrivatePressReplies
from bot.telegram.outbound.replies_to_messages import MessageReplies
from bot.telegram.outbound.reply_posts import ReplyMessages
from bot.telegram.outbound.topics import CaseTopics
from bot.telegram.setup.greeting import greet
from bot.telegram.setup.menu import offer_commands
from bot.telegram.tuning import TelegramTuning

LANGUAGES_WITHIN = 2.0
"""Seconds that the start waits for the languages of readers: the first cards need them."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """With both `public_url` and `secret` Telegram sends the updates to a webhook; otherwise they are polled."""

    token: str
    api_url: str
    public_url: str | None = None
    secret: str | None = None

    @property
    def has_webhook(self) -> bool:
        """Whether Telegram sends the updates to a webhook."""
        return self.public_url is not None and self.secret is not None


class TelegramPlatform:
    """The bot's API and its chat."""

    def __init__(self, settings: TelegramSettings, core: Core, tuning: TelegramTuning) -> None:
        self.settings = settings
        self.core = core
        self.patience = tuning.patience
        self.bot = Bot(
            settings.token,
            session=Session(api=TelegramAPIServer.from_base(settings.api_url)),
            default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview=LinkPreviewOptions(is_disabled=True)),
        )
        self.identity = Identity(bot_id=self.bot.id)
        self.api = Api(self.bot, Pace(tuning.limits))
        topics = CaseTopics(api=self.api, queries=core.queries, chats=core.chats)
        self.chat = TelegramChat(
            api=self.api,
            queries=core.queries,
            locale=core.locale,
            topics=topics,
            chats=core.chats,
            identity=self.identity,
        )

    def adapter(self, conversation: Conversation) -> "Telegram":
        """Return the adapter that hands to *conversation* what people do."""
        return Telegram(self, conversation)


class Telegram:
    """Implements Adapter."""

    def __init__(self, platform: TelegramPlatform, conversation: Conversation) -> None:
        core = platform.core
        self.bot, self.api, self.chat = platform.bot, platform.api, platform.chat
        self.is_listening = asyncio.Event()
        self._settings = platform.settings
        self._identity = platform.identity
        self._locale = core.locale
        self._notes, self._clock = core.notes, core.clock
        self._parked = ParkedUpdates(notes=core.notes, clock=core.clock)
        accounts = Accounts(directory=core.chats.directory, locale=core.locale)
        self._spinners = Spinners(self.api, accounts, platform.patience)
        self.updates = self._handlers(core, conversation, accounts)
        self._queue = UpdateQueue(self.updates.handle, on_arrival=self._spinners.start, ready=self.is_listening)
        self._unfinished = webhook.Unfinished(self.bot, self._queue, self._parked)

    def routes(self) -> APIRouter:
        """Return the routes of the webhook; none when the updates are polled."""
        if not self._settings.has_webhook or self._settings.secret is None:
            return APIRouter()
        return webhook.routes(self.bot, self._queue, self._settings.secret, self._unfinished)

    async def run(self) -> None:
        """Greet the platform, then listen until cancelled; may be run again after it failed."""
        chores: set[asyncio.Task[None]] = set()
        try:
            self._identity.username = await greet(self.bot, self._choose_way)
            log.info("Telegram is connected.", action="telegram_connected", webhook=self._settings.has_webhook)
            languages = asyncio.create_task(retry_until_done("telegram_languages", self.chat.spoken.load))
            chores.add(languages)
            await asyncio.wait(chores, timeout=LANGUAGES_WITHIN)
            self.is_listening.set()
            chores.add(asyncio.create_task(retry_until_done("telegram_commands", self._offer_commands)))
            if self._settings.has_webhook:
                chores.add(asyncio.create_task(retry_until_done("telegram_parked_updates", self._unfinished.resume)))
                await asyncio.Event().wait()
            else:
                await Polling(self.bot, self._queue, self._parked).run()
        finally:
            await self._queue.finish()
            self.is_listening.clear()
            self._spinners.close()
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
            with suppress(Exception):
                await self.bot.session.close()

    def _handlers(self, core: Core, conversation: Conversation, accounts: Accounts) -> Updates:
        interview = Interview(
            conversation=conversation,
            notes=core.notes,
            queries=core.queries,
            definitions=core.definitions,
            messages=conversation.messages,
            clock=core.clock,
            zone=core.zone,
        )
        links = Links(self._identity)
        messages = ReplyMessages(api=self.api, files=self.chat.files, lists=core.lists)
        past = PastScreens(interview=interview, messages=messages, chat=self.chat, directory=core.chats.directory)
        core.commits.subscribe(past.on_commit)
        replies = MessageReplies(messages=messages, interview=interview, links=links)
        hints = Hints(accounts=accounts, chat=self.chat, interview=interview, replies=replies)
        attachments = Attachments(files=Files(bot=self.bot, keeper=core.files), hints=hints)
        return Updates(
            presses=Presses(
                conversation=conversation,
                interview=interview,
                accounts=accounts,
                chat=self.chat,
                spinners=self._spinners,
                api=self.api,
                in_groups=GroupPressReplies(
                    api=self.api,
                    messages=messages,
                    interview=interview,
                    chat=self.chat,
                    queries=core.queries,
                    links=links,
                ),
                in_private=PrivatePressReplies(api=self.api, messages=messages),
            ),
            messages=ChatMessages(
                conversation=conversation,
                interview=interview,
                accounts=accounts,
                chat=self.chat,
                comments=Comments(
                    directory=core.chats.directory,
                    chat=self.chat,
                    queries=core.queries,
                    attachments=attachments,
                    hints=hints,
                    identity=self._identity,
                ),
                attachments=attachments,
                hints=hints,
                replies=replies,
                identity=self._identity,
            ),
            memberships=Memberships(chats=core.chats, topics=self.chat.topics),
        )

    async def _choose_way(self) -> None:
        if self._settings.has_webhook:
            url = f"{self._settings.public_url}{webhook.PATH}"
            await self.bot.set_webhook(url, secret_token=self._settings.secret, allowed_updates=KINDS)
        else:
            # A server without webhooks has none that would withhold updates from polling.
            with suppress(TelegramNotFound):
                await self.bot.delete_webhook(drop_pending_updates=False)

    async def _offer_commands(self) -> None:
        await offer_commands(self.bot, self._locale, self._notes, self._clock)
