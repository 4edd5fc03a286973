"""The server: Slack's Web API, Socket Mode and request URLs, on a free local port."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from .answers import answer_by_url
from .clock import Clock, WallClock
from .deliveries import Deliveries, Delivery
from .faults import Fault, Faults, Jitter
from .http_mode import HttpMode
from .limits import Limits
from .messages import Message
from .people import Channel, File
from .person import Person
from .socket_mode import SocketMode
from .transcript import transcript
from .values import JSON, SlackRefusal
from .web_api import Call, Tokens, WebApi
from .workspace import Workspace

T = TypeVar("T")
LOOKS_AGAIN = 0.1
"""Seconds after which a waiting test checks again though nothing has happened here."""


class SlackServer:
    """One workspace behind a real HTTP server.

    *answer_within* is how many real seconds the app has to acknowledge, *trigger_lives* how many seconds it has to
    open a window: Slack gives 3, but a busy machine is no slow app. *retry_after* are the waits before each of the
    retries after a failed event, *limits* is whether the platform's rate limits are on (*burst* posts together).
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        answer_within: float = 30.0,
        trigger_lives: float = 30.0,
        retry_after: tuple[float, ...] = (0.0, 60.0, 300.0),
        limits: bool = False,
        burst: int = 1,
    ) -> None:
        self.clock: Clock = clock or WallClock()
        self.signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
        self.tokens = Tokens()
        self.limits = Limits(enabled=limits, burst=burst)
        self.faults = Faults()
        self.violations: list[str] = []
        self._changed = asyncio.Event()
        self.workspace = Workspace(
            self.clock,
            trigger_lives=timedelta(seconds=trigger_lives),
            emit=self._emit,
            changed=self._note_change,
        )
        self.deliveries = Deliveries(
            self.workspace.ids, changed=self._note_change, answer_within=answer_within, retry_after=retry_after
        )
        self.socket_mode = SocketMode(self._note_change, self._note_violation)
        self.api = WebApi(self.workspace, self.tokens, self.limits, connect=self._connect, faults=self.faults)
        self._answer_within = answer_within
        self._http: HttpMode | None = None
        self._persons: dict[str, Person] = {}
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=50_000_000)
        app.add_routes(
            [
                web.route("*", "/api/{method}", self.api.handle),
                web.get("/link/", self.socket_mode.handle),
                web.post("/upload/v1/{file}", self._receive_upload),
                web.get("/files-pri/{file}/{name}", self._download),
                web.post("/{kind:actions|commands|app}/{team}/{key:.+}", self._response_url),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.workspace.url = f"http://{host}:{port}/"
        self.socket_mode.url = f"ws://{host}:{port}/"
        self.url = f"{self.workspace.url}api/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.deliveries.close()
        await self.socket_mode.close()
        if self._http is not None:
            await self._http.close()
        await self._runner.cleanup()

    # Credentials

    @property
    def bot_token(self) -> str:
        """The xoxb token."""
        return self.tokens.bot

    @property
    def app_token(self) -> str:
        """The xapp token of Socket Mode."""
        return self.tokens.app

    def revoke(self, token: str | None = None) -> None:
        """Make calls with the bot token (or another) fail with token_revoked from now on."""
        self.tokens.revoked.add(token or self.bot_token)

    # People and channels

    def user(self, name: str, email: str | None = None, *, locale: str = "ru-RU") -> Person:
        """A new person."""
        profile = self.workspace.add_profile(name, email or f"{len(self._persons) + 1}@inplat.example")
        profile.locale = locale
        person = Person(self.workspace, self.deliveries, profile)
        self._persons[person.id] = person
        return person

    @property
    def bot_user_id(self) -> str:
        """The user id of the app's bot."""
        return self.workspace.bot.id

    def channel(
        self, name: str, *, private: bool = False, members: tuple[Person, ...] = (), bot: bool = True
    ) -> Channel:
        """A new channel with these members; *bot*: with the app in it from the start."""
        creator = members[0].id if members else self.bot_user_id
        channel = self.workspace.add_channel(name, creator=creator, private=private)
        channel.members += [person.id for person in members]
        if bot:
            channel.members.append(self.bot_user_id)
        return channel

    def invite(self, channel: Channel, person: Person) -> None:
        """Bring a person into a channel."""
        self.workspace.join(channel, person.id)

    def remove(self, channel: Channel, person: Person) -> None:
        """Take a person out of a channel."""
        self.workspace.leave(channel, person.id, by=person.id)

    def invite_bot(self, channel: Channel, *, by: Person | None = None) -> None:
        """Bring the app into a channel."""
        self.workspace.join(channel, self.bot_user_id, inviter=by.id if by else None)

    def remove_bot(self, channel: Channel, *, by: Person | None = None) -> None:
        """Take the app out of a channel."""
        self.workspace.leave(channel, self.bot_user_id, by=by.id if by else channel.creator)

    def rename(self, channel: Channel, name: str) -> None:
        """Give a channel another name."""
        channel.name = name
        self.workspace.channel_event(channel, "rename", {"id": channel.id, "name": name, "created": channel.created})

    def archive(self, channel: Channel, *, by: Person | None = None) -> None:
        """Archive a channel."""
        channel.is_archived = True
        self.workspace.channel_event(channel, "archive", channel.id, user=by.id if by else channel.creator)

    def unarchive(self, channel: Channel, *, by: Person | None = None) -> None:
        """Bring an archived channel back. Slack does not bring the apps back with it."""
        channel.is_archived = False
        self.workspace.channel_event(channel, "unarchive", channel.id, user=by.id if by else channel.creator)

    def convert_to_private(self, channel: Channel, *, by: Person | None = None) -> None:
        """Make a channel private: its id stays, the app receives a message of subtype channel_convert_to_private."""
        channel.is_private = True
        user = by.id if by else channel.creator
        text = f"<@{user}> made this channel private"
        self.workspace.system_message(channel, "channel_convert_to_private", user, text)

    # Files that Slack does not have

    def bare_file(self, name: str, told: JSON, owner: Person) -> File:
        """A file for which payloads contain only its id, its names and this: one hidden by a limit, for example."""
        file = self.workspace.add_file(name, name, owner.id, 0)
        file.completed, file.told = True, told
        return file

    def external_file(self, name: str, address: str, owner: Person) -> File:
        """A file stored by another service; its ``url_private`` is not Slack's."""
        told: JSON = {"mode": "external", "is_external": True, "external_type": "gdrive", "size": 0}
        return self.bare_file(name, told | {"external_url": address, "url_private": address}, owner)

    # Transports

    def _connect(self) -> str:
        if self.deliveries.transport is None:
            self.deliveries.transport = self.socket_mode
        return self.socket_mode.issue_url()

    async def deliver_to(self, url: str, *, now: Callable[[], float] = time.time, secret: str | None = None) -> None:
        """Send everything to the app at *url* from now on, after the url_verification handshake; raises CannotDo."""
        if self._http is not None:
            await self._http.close()
        self._http = HttpMode(url, secret or self.signing_secret, now=now)
        await self._http.verify(self._answer_within)
        self.deliveries.transport = self._http

    def _emit(self, event: JSON) -> None:
        self.deliveries.emit(event, bot_id=self.bot_user_id, seconds=self.workspace.seconds())

    async def settled(self) -> None:
        """Wait until the app has accepted, or failed to accept, every event."""
        await self.deliveries.settled()

    # What went on

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API, in order."""
        return self.api.calls

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    def fail(self, method: str, fault: Fault, *, times: int | None = 1) -> None:
        """Apply *fault* to the next *times* calls of *method*; None: all."""
        self.faults.add(method, fault, times=times)

    def jitter(self, low: float, high: float, *, seed: int = 1) -> None:
        """Delay every call of the Web API by *low* to *high* seconds in each direction."""
        self.api.jitter = Jitter(low, high, seed=seed)

    def repeat_next(self, times: int = 1) -> None:
        """Send each of the next *times* envelopes or requests twice."""
        self.deliveries.repeats += times

    def last(self, kind: str | None = None) -> Delivery:
        """The newest delivery, of this event type or interaction type where one is given; raises LookupError."""
        for delivery in reversed(self.deliveries.made):
            inner = delivery.payload.get("event", delivery.payload)
            if kind is None or kind in (inner.get("type"), inner.get("command")):
                return delivery
        raise LookupError(f"nothing of the kind {kind} was delivered")

    def transcript(self) -> str:
        """Everything in channels, on screens and in windows, as people read it."""
        return transcript(self.workspace, list(self._persons.values()))

    def _note_violation(self, sentence: str) -> None:
        self.violations.append(sentence)
        self._note_change()

    def _note_change(self) -> None:
        # Waiters hold the old event; the next ones wait for the next change.
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_for(self, predicate: Callable[[], T], *, within: float = 30.0) -> T:
        """The first true value of *predicate*; raises AssertionError with the transcript.

        It is checked after each change here, and at intervals: the app changes by itself too.
        A predicate that raises LookupError or CannotDo counts as not yet true.
        """
        try:
            async with asyncio.timeout(within):
                while True:
                    changed = self._changed
                    found, missing = self._look(predicate)
                    if found:
                        return found
                    with suppress(TimeoutError):
                        await asyncio.wait_for(changed.wait(), LOOKS_AGAIN)
        except TimeoutError as problem:
            raise AssertionError(f"not so within {within} s ({missing})\n{self.transcript()}") from problem

    def _look(self, predicate: Callable[[], T]) -> tuple[T | None, str]:
        try:
            return predicate(), "the condition is false"
        except (LookupError, AssertionError) as problem:
            return None, str(problem)

    async def wait_for_message(self, channel: Channel, words: str, *, within: float = 30.0) -> Message:
        """The newest message of the channel (or of its threads) in which people read *words*."""

        def found() -> Message:
            return [message for message in channel.everything if words in message.plain][-1]

        return await self.wait_for(found, within=within)

    # Side doors

    async def _receive_upload(self, request: web.Request) -> web.StreamResponse:
        file = self.workspace.files.get(request.match_info["file"])
        if file is None:
            return web.Response(status=404, text="not found")
        if request.content_type == "multipart/form-data":
            part: Any = (await request.post()).get("file") or (await request.post()).get("filename")
            file.content = part.file.read() if isinstance(part, web.FileField) else str(part).encode()
        else:
            file.content = await request.read()
        return web.Response(text=f"OK - {len(file.content or b'')}")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        file = self.workspace.files.get(request.match_info["file"].partition("-")[2])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        allowed = token == self.bot_token and token not in self.tokens.revoked and "files:read" in self.tokens.scopes
        if not allowed:
            # Without a good token Slack shows its sign-in page, with status 200.
            return web.Response(text="<!DOCTYPE html><title>Sign in | Slack</title>", content_type="text/html")
        if file is None or file.content is None:
            return web.Response(status=404)
        return web.Response(body=file.content, content_type=file.to_json()["mimetype"])

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        try:
            url = self.workspace.response_urls.check(request.match_info["key"])
        except SlackRefusal as refusal:
            return web.json_response({"ok": False, "error": refusal.code}, status=404)
        try:
            body = await request.json()
            if not isinstance(body, dict):
                raise SlackRefusal("invalid_payload")
            answer_by_url(self.workspace, url, body)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except SlackRefusal as refusal:
            return web.json_response({"ok": False, "error": refusal.code, **refusal.fields}, status=400)
        return web.json_response({"ok": True})
