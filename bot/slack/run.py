"""The Slack adapter, put together: opened with the program, running until it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import structlog
from fastapi import APIRouter
from slack_bolt.app.async_app import AsyncApp

from bot.adapter import Core
from bot.background.retrying import do_chore, retry
from bot.conversation.conversation import Conversation
from bot.slack.api.addresses import PLATFORM
from bot.slack.api.client import Api
from bot.slack.api.identity import Identity
from bot.slack.api.pace import Pace
from bot.slack.blockkit.form_pages import Paging
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.channels.joining import Channels
from bot.slack.handlers.channels.life import ChannelLife
from bot.slack.handlers.commands import Commands
from bot.slack.handlers.conversation_gateway import ConversationGateway
from bot.slack.handlers.excerpts import Excerpts
from bot.slack.handlers.forms.changes import FormChanges
from bot.slack.handlers.forms.drafts import FormDrafts
from bot.slack.handlers.forms.record_menus import RecordMenus
from bot.slack.handlers.forms.submissions import REMEMBERED, SentForms, Submissions
from bot.slack.handlers.home import Home
from bot.slack.handlers.messages.chat_messages import ChatMessages
from bot.slack.handlers.messages.comments import Comments
from bot.slack.handlers.messages.files import Files
from bot.slack.handlers.presses import Presses
from bot.slack.handlers.waiting_windows import WaitingWindows
from bot.slack.inbound import webhook
from bot.slack.inbound.bolt_app import make_app
from bot.slack.inbound.events import Events
from bot.slack.inbound.inbox import Inbox
from bot.slack.inbound.listeners import Listeners
from bot.slack.inbound.socket_mode import SocketMode
from bot.slack.outbound.chat import SlackChat
from bot.slack.outbound.pressed_lists import PressedLists
from bot.slack.outbound.replies import Replies
from bot.slack.outbound.sent_messages import FAR_AHEAD, MOST_WAITING
from bot.slack.setup.channel_check import check_channels, reopen_chats
from bot.slack.tuning import SlackTuning
from workflows.ports.chat import ChatError, platform_of
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
        self.api = Api(
            token=settings.token, url=settings.api_url, pace=Pace(tuning.limits, opens_within=tuning.patience.trigger)
        )
        self.chat = SlackChat(
            api=self.api,
            queries=core.queries,
            chats=core.chats,
            locale=core.locale,
            command=settings.command,
            started_at=core.clock.now(),
            rest=tuning.card_rest,
        )

    def adapter(self, conversation: Conversation) -> "Slack":
        """Return the adapter that hands to *conversation* what people do."""
        return Slack(self, conversation)


class Slack:
    """The adapter; `chat` is for delivery, `routes` for the web server, `run` is everything else."""

    def __init__(self, platform: SlackPlatform, conversation: Conversation) -> None:
        self.platform = platform
        self.api, self.chat = platform.api, platform.chat
        self.inbox = Inbox()
        self.is_listening = asyncio.Event()
        self._settings, self._tuning, self._chats = platform.settings, platform.tuning, platform.core.chats
        self._identity = Identity()
        self.app: AsyncApp = make_app(
            signing_secret=self._settings.signing_secret or "",
            token=self._settings.token,
            url=self._settings.api_url,
            who=self._identity.facts,
        )
        self._listeners(platform.core, conversation).attach(self.app)

    def _listeners(self, core: Core, conversation: Conversation) -> Listeners:
        api, tuning, directory = self.api, self._tuning, core.chats.directory
        paging, sent = Paging(questions=tuning.questions_per_page), SentForms(REMEMBERED)
        accounts = Accounts(
            api=api, chats=core.chats, locale=core.locale, identity=self._identity, command=self._settings.command
        )
        replies = Replies(api=api, chat=self.chat, directory=directory, paging=paging, lists=core.lists)
        gateway = ConversationGateway(
            conversation=conversation, accounts=accounts, chat=self.chat, directory=directory, locale=core.locale
        )
        waiting_windows = WaitingWindows(
            replies=replies,
            locale=core.locale,
            opening=tuning.patience.opening,
            pauses=tuning.window_pauses,
            earlier=self.inbox.wait_for_turn,
        )
        home = Home(gateway=gateway, accounts=accounts, api=api)
        channels, files = Channels(api=api, replies=replies), Files(api=api, keeper=core.files)
        excerpts = Excerpts(
            gateway=gateway, replies=replies, waiting_windows=waiting_windows, accounts=accounts, api=api
        )
        drafts = FormDrafts(gateway=gateway, accounts=accounts, files=files)
        return Listeners(
            inbox=self.inbox,
            presses=Presses(
                gateway=gateway,
                replies=replies,
                waiting_windows=waiting_windows,
                excerpts=excerpts,
                accounts=accounts,
                home=home,
                channels=channels,
                lists=PressedLists(),
            ),
            commands=Commands(
                gateway=gateway, replies=replies, waiting_windows=waiting_windows, accounts=accounts, channels=channels
            ),
            excerpts=excerpts,
            changes=FormChanges(gateway=gateway, replies=replies, drafts=drafts, paging=paging, sent=sent),
            submissions=Submissions(
                gateway=gateway, accounts=accounts, drafts=drafts, paging=paging, sent=sent, locale=core.locale
            ),
            record_menus=RecordMenus(
                accounts=accounts, queries=core.queries, definitions=core.definitions, locale=core.locale
            ),
            waiting_windows=waiting_windows,
            replies=replies,
            events=self._events(
                core,
                gateway=gateway,
                replies=replies,
                accounts=accounts,
                files=files,
                channels=channels,
                home=home,
            ),
            patience=tuning.patience,
        )

    def _events(
        self,
        core: Core,
        *,
        gateway: ConversationGateway,
        replies: Replies,
        accounts: Accounts,
        files: Files,
        channels: Channels,
        home: Home,
    ) -> Events:
        return Events(
            messages=ChatMessages(
                gateway=gateway,
                replies=replies,
                accounts=accounts,
                comments=Comments(
                    gateway=gateway,
                    replies=replies,
                    accounts=accounts,
                    files=files,
                    queries=core.queries,
                    identity=self._identity,
                ),
                queries=core.queries,
                chats=core.chats,
                threads=self.chat.threads,
                identity=self._identity,
            ),
            life=ChannelLife(channels=channels, chats=core.chats, identity=self._identity),
            home=home,
            identity=self._identity,
            pauses=self._tuning.retry_pauses,
        )

    def routes(self) -> APIRouter:
        """Return the route that Slack calls; none over Socket Mode."""
        if self._settings.app_token is not None or self._settings.signing_secret is None:
            return APIRouter()
        return webhook.routes(self.app, self._settings.signing_secret)

    async def run(self) -> None:
        """Authenticate, then listen until cancelled."""
        pauses, connection = self._tuning.retry_pauses, None
        chores = [self._start_chore("slack_languages", self.chat.spoken.load)]
        try:
            await retry(self._authenticate, on=ChatError, pauses=pauses, report=_report_refused)
            chores.append(self._start_chore("slack_token", self._watch_token))
            chores.append(self._start_chore("slack_channels", partial(check_channels, self.api, self._chats)))
            if self._settings.app_token is not None:
                connection = SocketMode(
                    self.app, self.api, self._settings.app_token, ping_seconds=self._tuning.ping_seconds, pauses=pauses
                )
                await connection.connect()
            self.is_listening.set()
            await asyncio.Event().wait()
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
            if connection is not None:
                await _close(connection)
            await self.inbox.close()
            await self.api.close()

    async def _authenticate(self) -> None:
        """Learn who we are; raises a ChatError when Slack does not let us in."""
        self._identity.learn(await self.api.call("auth.test"))
        await reopen_chats(self._chats)

    async def _watch_token(self) -> None:
        """Have everything that waits go out as soon as a token that was refused is accepted again."""
        while True:
            await asyncio.sleep(self._tuning.token_pause)
            if self.api.is_let_in:
                continue
            try:
                await self.api.call("auth.test")
            except ChatError:
                continue
            core = self.platform.core
            self.api.is_let_in = True
            rows = await core.queries.outbox(core.clock.now() + FAR_AHEAD, MOST_WAITING)
            chats = (row.announcement.chat for row in rows)
            await reopen_chats(self._chats, [chat for chat in chats if platform_of(chat) == PLATFORM])

    def _start_chore(self, name: str, work: Callable[[], Awaitable[object]]) -> asyncio.Task[None]:
        """Start what is not waited for, again while the database is away."""
        return asyncio.create_task(do_chore(name, work, on=StorageUnavailable, pauses=self._tuning.retry_pauses))


def _report_refused(problem: ChatError, pause: float) -> None:
    log.error("Slack does not let us in.", action="slack_away", code=problem.code, pause=pause)


async def _close(connection: SocketMode) -> None:
    """Close a connection; a fault in it must not keep the rest from being closed."""
    try:
        await connection.close()
    except Exception as problem:
        reason = type(problem).__name__
        log.warning("Slack's connection could not be closed.", action="slack_unclosed", reason=reason)
