"""The Slack adapter, put together: opened with the program, running until it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from fastapi import APIRouter
from slack_bolt.app.async_app import AsyncApp

from bot.adapter import Core
from bot.conversation.router import Conversation
from bot.slack.api.addresses import PLATFORM
from bot.slack.api.client import Api
from bot.slack.api.errors import OF_THE_TOKEN
from bot.slack.api.identity import Identity
from bot.slack.api.pace import Pace
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.channels import Channels
from bot.slack.handlers.events import Events
from bot.slack.handlers.files import Files
from bot.slack.handlers.forms import Forms
from bot.slack.handlers.home import Home
from bot.slack.handlers.presses import Presses
from bot.slack.handlers.reception import Reception
from bot.slack.inbound import webhook
from bot.slack.inbound.inbox import Inbox
from bot.slack.inbound.listeners import Listeners, make_app
from bot.slack.inbound.socket_mode import SocketMode
from bot.slack.outbound.chat import SlackChat
from bot.slack.outbound.replies import Replies
from bot.slack.setup.channel_check import look_around
from bot.slack.tuning import SlackTuning
from workflows.ports.chat import ChatError, platform_of
from workflows.ports.platforms import ChatState
from workflows.ports.unit_of_work import StorageUnavailable

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """With an `app_token` Slack is listened to over Socket Mode, else it calls us, and signs with `signing_secret`."""

    token: str
    api_url: str
    command: str = "/handover"
    app_token: str | None = None
    signing_secret: str | None = None


class SlackPlatform:
    """The app's API and its chat."""

    def __init__(self, settings: SlackSettings, core: Core, tuning: SlackTuning) -> None:
        self.settings = settings
        self.core = core
        self.tuning = tuning
        self.api = Api(token=settings.token, url=settings.api_url, pace=Pace(tuning.limits))
        self.chat = SlackChat(
            api=self.api,
            queries=core.queries,
            locale=core.locale,
            command=settings.command,
            started_at=core.clock.now(),
        )

    def adapter(self, conversation: Conversation) -> "Slack":
        """Return the adapter that hands to *conversation* what people do."""
        return Slack(self, conversation)


class Slack:
    """The adapter; `chat` is for delivery, `routes` for the web server, `run` is everything else."""

    def __init__(self, platform: SlackPlatform, conversation: Conversation) -> None:
        core, self._settings, self._tuning = platform.core, platform.settings, platform.tuning
        self.api, self.chat = platform.api, platform.chat
        self.inbox = Inbox()
        self.is_listening = asyncio.Event()
        self._chats = core.chats
        self._identity = Identity()
        self.app: AsyncApp = make_app(
            signing_secret=self._settings.signing_secret or "",
            token=self._settings.token,
            url=self._settings.api_url,
            who=self._identity.facts,
        )
        self._listeners(core, conversation).attach(self.app)

    def _listeners(self, core: Core, conversation: Conversation) -> Listeners:
        patience = self._tuning.patience
        reception = Reception(
            conversation=conversation,
            accounts=Accounts(
                api=self.api,
                chats=core.chats,
                locale=core.locale,
                identity=self._identity,
                command=self._settings.command,
            ),
            replies=Replies(self.api, self.chat, self._tuning.window_pauses),
            chat=self.chat,
            directory=core.chats.directory,
            locale=core.locale,
            patience=patience,
            earlier=self.inbox.earlier,
        )
        home, channels = Home(reception=reception, api=self.api), Channels(api=self.api)
        files = Files(api=self.api, keeper=core.files)
        events = Events(
            reception=reception,
            home=home,
            files=files,
            channels=channels,
            queries=core.queries,
            chats=core.chats,
            identity=self._identity,
            pauses=self._tuning.retry_pauses,
        )
        return Listeners(
            inbox=self.inbox,
            reception=reception,
            presses=Presses(reception=reception, home=home, api=self.api, channels=channels),
            forms=Forms(reception, files),
            events=events,
            patience=patience,
        )

    def routes(self) -> APIRouter:
        """Return the route that Slack calls; none over Socket Mode."""
        if self._settings.app_token is not None or self._settings.signing_secret is None:
            return APIRouter()
        return webhook.routes(self.app, self._settings.signing_secret)

    async def run(self) -> None:
        """Meet the platform, then listen until cancelled."""
        connection: SocketMode | None = None
        beginning = [asyncio.create_task(_surely(self._learn_languages))]
        try:
            await self._meet()
            beginning.append(asyncio.create_task(_surely(self._look_around)))
            if self._settings.app_token is not None:
                connection = SocketMode(
                    self.app,
                    self.api,
                    self._settings.app_token,
                    ping_seconds=self._tuning.ping_seconds,
                    pauses=self._tuning.retry_pauses,
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

    async def _meet(self) -> None:
        """Learn who we are; the web chat works meanwhile."""
        failures = 0
        while True:
            try:
                self._identity.learn(await self.api.call("auth.test"))
            except ChatError as problem:
                log.error("Slack does not let us in.", action="slack_away", code=problem.code)
                failures = await self._pause(failures)
            else:
                await self._reopen()
                return

    async def _reopen(self) -> None:
        """Have what waits in chats that an earlier token had closed go out now."""
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
        while True:
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
                await self.chat.spoken.load()
            except StorageUnavailable as problem:
                log.warning("Languages cannot be read.", action="languages_unreadable", reason=str(problem))
                failures = await self._pause(failures)
            else:
                return

    async def _pause(self, failures: int) -> int:
        pauses = self._tuning.retry_pauses
        await asyncio.sleep(pauses[min(failures, len(pauses) - 1)])
        return failures + 1


async def _surely(learn: Callable[[], Awaitable[None]]) -> None:
    """Learn what is good to know; a fault in it is told, and keeps nobody from working."""
    try:
        await learn()
    except Exception:
        # The outermost guard of a task that nobody waits for.
        log.exception("Not everything could be learnt at the start.", action="slack_start_incomplete")


async def _closed(connection: SocketMode) -> None:
    """Close a connection, whatever the library meets while it does."""
    try:
        await connection.close()  # type: ignore[no-untyped-call]  # the library leaves it untyped
    except Exception as problem:
        # What is still to be ended after it must not be kept from it.
        reason = type(problem).__name__
        log.warning("Slack's connection could not be closed.", action="slack_unclosed", reason=reason)
