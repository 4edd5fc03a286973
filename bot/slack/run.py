"""The Slack adapter, put together: opened with the program, running until it ends."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from fastapi import APIRouter
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

from bot.conversation.router import Conversation
from bot.rendering.environment import Messages
from bot.slack import webhook
from bot.slack.addresses import PLATFORM
from bot.slack.answers import Answers
from bot.slack.api import JSON, Api
from bot.slack.chat import SlackChat
from bot.slack.errors import FAILURES
from bot.slack.events import Events
from bot.slack.files import Files
from bot.slack.forms import Forms
from bot.slack.home import Home
from bot.slack.inbox import Inbox
from bot.slack.listeners import Listeners, make_app
from bot.slack.people import People
from bot.slack.presses import Presses
from bot.slack.reception import Patience, Reception
from workflows.domain.text import Language
from workflows.ports.chat import ChatError, platform_of
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.chats import Chats
from workflows.usecases.handle_command import CommandHandler

TITLE = "Slack"
PAUSES = (1, 2, 5, 15, 30, 60)
"""Seconds to wait before Slack is tried again."""
FAR_AHEAD = timedelta(days=365)
MOST_WAITING = 10_000
MET_WITHIN = 2.5
PING_SECONDS = 5.0
"""How often a connection is looked at, and so how soon a lost one is opened anew."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """With an `app_token` Slack is listened to over Socket Mode, else it calls us, and signs with `signing_secret`."""

    token: str
    api_url: str
    locale: Language
    command: str = "/handover"
    app_token: str | None = None
    signing_secret: str | None = None


class Slack:
    """The adapter; `chat` is for delivery, `routes` for the web server, `run` is everything else."""

    def __init__(self, settings: SlackSettings, queries: Queries) -> None:
        self._settings = settings
        self._queries = queries
        self.api = Api(token=settings.token, url=settings.api_url)
        self.chat = SlackChat(api=self.api, queries=queries, locale=settings.locale)
        self.inbox = Inbox()
        self.patience = Patience()
        self.ping_seconds = PING_SECONDS
        self.is_listening = asyncio.Event()
        self._identity: JSON = {}
        self._met = asyncio.Event()
        self._chats: Chats
        self.app: AsyncApp = make_app(
            signing_secret=settings.signing_secret or "",
            token=settings.token,
            url=settings.api_url,
            who=self._who,
        )

    def listen(self, *, conversation: Conversation, handler: CommandHandler, chats: Chats, messages: Messages) -> None:
        """Tell to whom what people do goes."""
        self._chats = chats
        people = People(api=self.api, chats=chats, locale=self._settings.locale)
        reception = Reception(
            conversation=conversation,
            people=people,
            answers=Answers(self.api, self._settings.command),
            chat=self.chat,
            directory=chats.directory,
            locale=self._settings.locale,
            patience=self.patience,
        )
        home = Home(reception=reception, api=self.api)
        files = Files(api=self.api, storage=handler.storage, clock=handler.clock)
        events = Events(
            reception=reception,
            home=home,
            files=files,
            queries=self._queries,
            chats=chats,
            bot=lambda: str(self._identity.get("user_id", "")),
        )
        Listeners(
            inbox=self.inbox,
            reception=reception,
            presses=Presses(reception=reception, home=home, api=self.api),
            forms=Forms(reception, files),
            events=events,
            patience=self.patience,
        ).attach(self.app)
        chats.ways_in[TITLE] = lambda code: f"{self._settings.command} link {code}"

    def routes(self) -> APIRouter:
        """Answer the route that Slack calls; none over Socket Mode."""
        if self._settings.app_token is not None or self._settings.signing_secret is None:
            return APIRouter()
        return webhook.routes(self.app)

    async def run(self) -> None:
        """Meet the platform, then listen until cancelled."""
        handler: AsyncSocketModeHandler | None = None
        try:
            await self._remember()
            await self._meet()
            if self._settings.app_token is not None:
                handler = AsyncSocketModeHandler(
                    self.app, self._settings.app_token, web_client=self.api.client, ping_interval=self.ping_seconds
                )
                await self._connect(handler)
            self.is_listening.set()
            await asyncio.Event().wait()
        finally:
            if handler is not None:
                with suppress(Exception):
                    await handler.close_async()  # type: ignore[no-untyped-call]  # bolt leaves it untyped
            await self.inbox.close()
            await self.api.close()

    async def _who(self) -> JSON | None:
        """Answer our own accounts; None when Slack has not told them yet."""
        with suppress(TimeoutError):
            async with asyncio.timeout(MET_WITHIN):
                await self._met.wait()
        return self._identity or None

    async def _meet(self) -> None:
        """Learn who we are; the web chat works meanwhile."""
        failures = 0
        while True:
            try:
                self._identity = await self.api.call("auth.test")
            except ChatError as problem:
                log.error("Slack does not let us in.", action="slack_away", code=problem.code)
                await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1
            else:
                self._met.set()
                return

    async def _connect(self, handler: AsyncSocketModeHandler) -> None:
        """Open the first connection; the library opens the following ones."""
        failures = 0
        while True:
            try:
                await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt leaves it untyped
            except FAILURES as problem:
                log.error(
                    "Slack does not take our connection.", action="slack_unconnected", error=type(problem).__name__
                )
                await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1
            else:
                log.info("Slack is connected.", action="slack_connected")
                return

    async def _remember(self) -> None:
        """Doubt the first posts into the chats that an earlier process left something waiting for; learn languages."""
        with suppress(StorageUnavailable):
            waiting = await self._queries.outbox(self._chats.clock.now() + FAR_AHEAD, MOST_WAITING)
            self.chat.doubt(row.announcement.chat for row in waiting if platform_of(row.announcement.chat) == PLATFORM)
            for account in await self._queries.accounts():
                if account.platform == PLATFORM and account.chat is not None:
                    chosen = await self._queries.language(account.person)
                    if chosen is not None:
                        self.chat.speak(account.chat, chosen)
