"""The HTTP face of the platform: a server on the local machine that a real client library talks to."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from aiohttp import web

from . import bots, files, messages, rooms
from .chats import Account, Chat
from .clock import Clock, SystemClock
from .errors import ApiError, conflict, too_many_requests
from .facts import MAX_UPLOAD_BYTES, METHODS
from .faults import Fault, Gate, Moment, Network
from .limits import Limits, Meter
from .platform import Platform
from .requests import read_call
from .updates import MAX_POLL_SECONDS, Update, Updates
from .validation import Parameters, Upload, check_call
from .watch import Watch
from .webhook import WebhookSender
from .world import World

T = TypeVar("T")
Handler = Callable[[Platform, Parameters], Any]

HANDLERS: Final[dict[str, Handler]] = {
    "setWebhook": bots.set_webhook,
    "deleteWebhook": bots.delete_webhook,
    "getMe": bots.get_me,
    "sendMessage": messages.send_message,
    "sendDocument": messages.send_document,
    "editMessageText": messages.edit_text,
    "editMessageReplyMarkup": messages.edit_markup,
    "deleteMessage": messages.delete_message,
    "setMessageReaction": messages.set_reaction,
    "answerCallbackQuery": bots.answer_callback_query,
    "getFile": bots.get_file,
    "createForumTopic": rooms.create_topic,
    "closeForumTopic": rooms.close_topic,
    "setMyCommands": bots.set_commands,
}
_NAMES: Final = {name.lower(): name for name in METHODS}
_UNLIMITED: Final = 1_000_000
DOWNLOAD: Final = "download"
"""Stands for fetching a file, where faults are prepared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that reached the platform: its parameters as decoded, when it came, and how it was refused, if so."""

    method: str
    params: dict[str, Any]
    at: datetime
    error: ApiError | None


class TelegramServer(World):
    """A Bot API server for one bot, on a free local port while entered."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        token: str = "123456:TEST-token",
        username: str = "handover_test_bot",
        strict_parameters: bool = True,
        limits: Limits | None = None,
        privacy_mode: bool = True,
        callback_lifetime: timedelta = timedelta(seconds=15),
        webhook_retry_after: float = 0.05,
    ) -> None:
        watch = Watch()
        bot = Account(id=int(token.partition(":")[0]), first_name="Handover", username=username, is_bot=True)
        platform = Platform(
            clock=clock or SystemClock(),
            bot=bot,
            watch=watch,
            updates=Updates(watch),
            privacy_mode=privacy_mode,
            callback_lifetime=callback_lifetime,
            accounts={bot.id: bot},
        )
        super().__init__(platform)
        self.token = token
        self.url = ""
        self.calls: list[Call] = []
        self.network = Network()
        self._strict = strict_parameters
        self._webhook = WebhookSender(platform, self._execute_from_webhook, retry_after=webhook_retry_after)
        self._delivery: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None
        self.limit(limits)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=MAX_UPLOAD_BYTES + 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        self._delivery = asyncio.create_task(self._webhook.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for fault in self.network.faults:
            if fault.gate is not None:
                fault.gate.release()
        self.platform.updates.interrupt(None)
        if self._delivery is not None:
            self._delivery.cancel()
            await asyncio.wait([self._delivery])
        if self._runner is not None:
            await self._runner.cleanup()
        if self._delivery is not None and not self._delivery.cancelled():
            self._delivery.result()

    # waiting

    async def wait_for(self, predicate: Callable[[], T | None], within: float = 30.0) -> T:
        """The first truthy value of the predicate, checked after each change; TimeoutError describes the state."""
        try:
            return await self.platform.watch.until(predicate, within=within)
        except TimeoutError:
            last = ", ".join(f"{call.method}{f' ({call.error})' if call.error else ''}" for call in self.calls[-5:])
            raise TimeoutError(f"waited {within} s in vain; last calls: {last}\n{self.transcript()}") from None

    def calls_of(self, *methods: str) -> list[Call]:
        """The calls of these methods so far, refused ones included."""
        return [call for call in self.calls if call.method in methods]

    def commands(self, scope: dict[str, Any] | None = None, language_code: str = "") -> list[dict[str, str]]:
        """The commands set for exactly this scope (default: everybody) and language."""
        return self.platform.commands.get((bots.scope_key(scope), language_code), [])

    # limits, faults and updates

    def limit(self, limits: Limits | None) -> None:
        """Switch the platform's limits on, or off with None."""
        self.platform.meter = None if limits is None else Meter(limits)

    def fail(
        self, method: str = "*", *, status: int = 502, description: str = "Bad Gateway", times: int = 1, body: str = ""
    ) -> Fault:
        """Refuse calls before handling them; `body` replaces the JSON, as a proxy's error page does."""
        error = ApiError(status, description)
        text = body or web.json_response(error.answer()).text or ""
        return self._prepare(Fault(method=method, moment=Moment.REFUSE, times=times, status=status, body=text))

    def slow_down(
        self, method: str, *, retry_after: int, chat: Chat | None = None, lasts: float | None = None
    ) -> Fault:
        """Refuse calls (about one chat) with 429 from the next one on, for `retry_after` seconds unless told."""
        error = too_many_requests(retry_after)
        return self._prepare(
            Fault(
                method=method,
                moment=Moment.REFUSE,
                times=_UNLIMITED,
                status=error.code,
                body=web.json_response(error.answer()).text or "",
                chat_id=None if chat is None else chat.id,
                lasts=retry_after,
            )
        )

    def drop_before(self, method: str = "*", *, times: int = 1) -> Fault:
        """Close the connection before the call is handled."""
        return self._prepare(Fault(method=method, moment=Moment.DROP_BEFORE, times=times))

    def drop_after(self, method: str = "*", *, times: int = 1) -> Fault:
        """Handle the call, then close the connection instead of responding."""
        return self._prepare(Fault(method=method, moment=Moment.DROP_AFTER, times=times))

    def delay(self, method: str, seconds: float, *, times: int = 1) -> Fault:
        """Delay calls for this many real seconds before they are handled."""
        return self._prepare(Fault(method=method, moment=Moment.HOLD, times=times, seconds=seconds))

    def hold(self, method: str, *, times: int = _UNLIMITED) -> Gate:
        """Let calls wait before they are handled until the gate is released."""
        gate = Gate()
        self._prepare(Fault(method=method, moment=Moment.HOLD, times=times, gate=gate))
        return gate

    def jitter(self, shortest: float = 0.02, longest: float = 0.2, *, seed: int = 1) -> None:
        """A network that takes between these real seconds for a call, drawn from a seeded source."""
        self.network.jitter(shortest, longest, seed=seed)

    def redeliver(self, update: Update) -> None:
        """Send an update again under its id."""
        self.platform.updates.redeliver(update)

    def hold_updates(self) -> None:
        """Keep new updates back."""
        self.platform.updates.hold()

    def release_updates(self, order: Callable[[Sequence[int]], Sequence[int]] | None = None) -> None:
        """Deliver what was held back, in this order of positions: `release_updates(lambda places: places[::-1])`."""
        self.platform.updates.release(order)

    @property
    def updates(self) -> list[Update]:
        """Every update made so far, oldest first, confirmed or not."""
        return self.platform.updates.sent

    def _prepare(self, fault: Fault) -> Fault:
        self.network.faults.append(fault)
        return fault

    # HTTP

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = _NAMES.get(request.match_info["method"].lower(), "")
        if request.method not in {"GET", "POST"}:
            return _answer(ApiError(405, "Method Not Allowed"))
        if (refusal := self._refusal(request.match_info["token"], method)) is not None:
            return _answer(refusal)
        try:
            raw, uploads = await read_call(request)
        except ApiError as error:
            return _answer(error)
        except web.HTTPRequestEntityTooLarge:
            return _answer(ApiError(413, "Request Entity Too Large"))
        await self.network.travel()
        fault = self.network.take(method, str(raw.get("chat_id", "")))
        if fault is not None:
            self.platform.watch.changed()
        if fault is not None and fault.moment is Moment.HOLD:
            await asyncio.sleep(fault.seconds)
            if fault.gate is not None:
                await fault.gate.pass_through()
        if fault is not None and fault.moment is Moment.REFUSE:
            return web.Response(status=fault.status, text=fault.body, content_type="application/json")
        if fault is not None and fault.moment is Moment.DROP_BEFORE:
            return _drop(request)
        answer = await self._handle(method, raw, uploads)
        await self.network.travel()
        return _drop(request) if fault is not None and fault.moment is Moment.DROP_AFTER else answer

    def _refusal(self, token: str, method: str) -> ApiError | None:
        if not re.fullmatch(r"\d+:[\w-]+", token):
            return ApiError(401, "Unauthorized: invalid token specified")
        if token != self.token:
            return ApiError(401, "Unauthorized")
        return None if method else ApiError(404, "Not Found")

    async def _handle(self, method: str, raw: dict[str, Any], uploads: dict[str, Upload]) -> web.Response:
        at = self.platform.clock.now()
        params, error = raw, None
        try:
            call = check_call(method, raw, uploads, strict=self._strict)
            params = call.values
            if method == "getUpdates":
                result: Any = await self._get_updates(call)
            else:
                result = HANDLERS[method](self.platform, call)
        except ApiError as refusal:
            error = refusal
        self.calls.append(Call(method=method, params=params, at=at, error=error))
        self.platform.watch.changed()
        return web.json_response({"ok": True, "result": result}) if error is None else _answer(error)

    async def _get_updates(self, call: Parameters) -> list[dict[str, Any]]:
        if self.platform.webhook.url:
            reason = (
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
            raise conflict(reason)
        updates = self.platform.updates
        updates.allow(call.get("allowed_updates"))
        limit = min(max(call.number("limit", 100), 1), 100)
        seconds = min(max(call.number("timeout"), 0), MAX_POLL_SECONDS)
        return await updates.take(call.number("offset"), limit, seconds)

    async def _execute_from_webhook(self, method: str, raw: dict[str, Any], uploads: dict[str, Upload]) -> None:
        # The bot never learns the result of a call in the response of its webhook; `calls` has it.
        if method in _NAMES:
            await self._handle(_NAMES[method], raw, uploads)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _answer(ApiError(401, "Unauthorized"))
        fault = self.network.take(DOWNLOAD, "")
        if fault is not None and fault.moment is Moment.REFUSE:
            return web.Response(status=fault.status, text=fault.body, content_type="application/json")
        if fault is not None and fault.moment is Moment.DROP_BEFORE:
            return _drop(request)
        path = request.match_info["path"]
        content = None if path.startswith("/") else files.at_path(self.platform, path)
        if content is None:  # as for every path on the disk that a server with --local names
            return _answer(ApiError(404, "Not Found"))
        if fault is not None and fault.moment is Moment.DROP_AFTER:
            return await _break_off(request, content)
        return web.Response(body=content)


def _answer(error: ApiError) -> web.Response:
    return web.json_response(error.answer(), status=error.code)


def _drop(request: web.Request, response: web.StreamResponse | None = None) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return response or web.Response()


async def _break_off(request: web.Request, content: bytes) -> web.StreamResponse:
    """Send all but the last byte, then close the connection."""
    response = web.StreamResponse(headers={"Content-Length": str(len(content))})
    await response.prepare(request)
    await response.write(content[:-1])
    return _drop(request, response)
