"""The Slack adapter, put together: opened with the program, running until it ends."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from slack_bolt.app.async_app import AsyncApp

from bot.conversation.router import Conversation
from bot.rendering.environment import Messages
from bot.slack.api.addresses import PLATFORM
from bot.slack.api.client import JSON, Api
from bot.slack.api.errors import OF_THE_TOKEN
from bot.slack.handlers.accounts import People
from bot.slack.handlers.channels import Rooms
from bot.slack.handlers.events import Events
from bot.slack.handlers.files import Files
from bot.slack.handlers.forms import Forms
from bot.slack.handlers.home import Home
from bot.slack.handlers.presses import Presses
from bot.slack.handlers.reception import Patience, Reception
from bot.slack.inbound import webhook
from bot.slack.inbound.inbox import Inbox
from bot.slack.inbound.listeners import Listeners, make_app
from bot.slack.inbound.socket_mode import PAUSES, Connection
from bot.slack.outbound.chat import SlackChat
from bot.slack.outbound.replies import Answers
from bot.slack.setup.channel_check import look_around
from workflows.domain.text import Language
from workflows.ports.chat import ChatError, platform_of
from workflows.ports.platforms import ChatState
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.chats import Chats
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.keep_file import FileKeeper

TITLE = "Slack"
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
        self.pauses: Sequence[float] = PAUSES
        self.is_listening = asyncio.Event()
        self._identity: JSON = {}
        self._chats: Chats | None = None
        self._met = asyncio.Event()
        self.app: AsyncApp = make_app(
            signing_secret=settings.signing_secret or "",
            token=settings.token,
            url=settings.api_url,
            who=self._who,
        )

    def listen(self, *, conversation: Conversation, handler: CommandHandler, chats: Chats, messages: Messages) -> None:
        """Tell to whom what people do goes."""
        self.chat.begin(handler.clock.now())
        self._chats = chats
        people = People(
            api=self.api,
            chats=chats,
            locale=self._settings.locale,
            team=lambda: self._told("team_id"),
            command=self._settings.command,
        )
        reception = Reception(
            conversation=conversation,
            people=people,
            answers=Answers(self.api, self.chat),
            chat=self.chat,
            directory=chats.directory,
            locale=self._settings.locale,
            patience=self.patience,
            earlier=self.inbox.earlier,
        )
        home, rooms = Home(reception=reception, api=self.api), Rooms(api=self.api)
        files = Files(api=self.api, keeper=FileKeeper(storage=handler.storage, clock=handler.clock))
        events = Events(
            reception=reception,
            home=home,
            files=files,
            rooms=rooms,
            queries=self._queries,
            chats=chats,
            bot=lambda: self._told("user_id"),
            pauses=lambda: self.pauses,
        )
        Listeners(
            inbox=self.inbox,
            reception=reception,
            presses=Presses(reception=reception, home=home, api=self.api, rooms=rooms),
            forms=Forms(reception, files),
            events=events,
            patience=self.patience,
        ).attach(self.app)
        chats.ways_in[TITLE] = lambda code: f"{self._settings.command} link {code}"

    def routes(self) -> APIRouter:
        """Return the route that Slack calls; none over Socket Mode."""
        if self._settings.app_token is not None or self._settings.signing_secret is None:
            return APIRouter()
        return webhook.routes(self.app, self._settings.signing_secret)

    async def run(self) -> None:
        """Meet the platform, then listen until cancelled."""
        connection: Connection | None = None
        beginning = [asyncio.create_task(_surely(self._learn_languages))]
        try:
            await self._meet()
            beginning.append(asyncio.create_task(_surely(self._look_around)))
            if self._settings.app_token is not None:
                connection = Connection(
                    self.app,
                    self.api,
                    self._settings.app_token,
                    ping_seconds=self.ping_seconds,
                    pauses=self.pauses,
                )
                await connection.connect()
            self.is_listening.set()
            await asyncio.Event().wait()
        finally:
            for task in beginning:
                task.cancel()
            await asyncio.gather(*beginning, return_exceptions=True)
            if connection is not None:
                await _closed(connection)
            await self.inbox.close()
            await self.api.close()

    def _told(self, fact: str) -> str:
        """Return what Slack has told of us; nothing before it has."""
        return str(self._identity.get(fact, ""))

    async def _who(self) -> JSON | None:
        """Return our own accounts; None when Slack has not told them yet."""
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
                failures = await self._pause(failures)
            else:
                self._met.set()
                await self._reopen()
                return

    async def _reopen(self) -> None:
        """Have what waits in chats that an earlier token had closed go out now."""
        if self._chats is None:
            return
        closed = [
            binding.chat
            for binding in self._chats.directory.bindings()
            if platform_of(binding.chat) == PLATFORM
            and binding.state is ChatState.CLOSED
            and binding.code in OF_THE_TOKEN
        ]
        try:
            for chat in dict.fromkeys(closed):
                await self._chats.opened(chat)
                log.info("A chat is tried again: Slack knows us.", action="slack_reopened", chat=chat)
        except StorageUnavailable as problem:
            log.warning("Chats are tried again later.", action="slack_reopen_failed", reason=str(problem))

    async def _look_around(self) -> None:
        """Learn what happened to our channels while we were not here, as soon as the database tells."""
        failures = 0
        while self._chats is not None:
            try:
                await look_around(self.api, self._chats)
            except StorageUnavailable as problem:
                log.warning("Channels are looked at later.", action="slack_unseen", reason=str(problem))
                failures = await self._pause(failures)
            else:
                return

    async def _learn_languages(self) -> None:
        """Learn who has chosen which language, as soon as the database tells."""
        failures = 0
        while True:
            try:
                for chat, language in (await self._queries.languages_chosen(PLATFORM)).items():
                    self.chat.speak(chat, language)
            except StorageUnavailable as problem:
                log.warning("Languages cannot be read.", action="languages_unreadable", reason=str(problem))
                failures = await self._pause(failures)
            else:
                return

    async def _pause(self, failures: int) -> int:
        await asyncio.sleep(self.pauses[min(failures, len(self.pauses) - 1)])
        return failures + 1


async def _surely(learn: Callable[[], Awaitable[None]]) -> None:
    """Learn what is good to know; a fault in it is told, and keeps nobody from working."""
    try:
        await learn()
    except Exception:
        # The outermost guard of a task that nobody waits for.
        log.exception("Not everything could be learnt at the start.", action="slack_start_incomplete")


async def _closed(connection: Connection) -> None:
    """Close a connection, whatever the library meets while it does."""
    try:
        await connection.close()  # type: ignore[no-untyped-call]  # the library leaves it untyped
    except Exception as problem:
        # What is still to be ended after it must not be kept from it.
        reason = type(problem).__name__
        log.warning("Slack's connection could not be closed.", action="slack_unclosed", reason=reason)
