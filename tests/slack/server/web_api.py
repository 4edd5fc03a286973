"""The door of the Web API: token, scope, limit and argument checks, then the method."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from . import api_chat, api_conversations, api_files, api_people, api_views
from .arguments import check_arguments, read_body
from .faults import Delay, DropAfter, DropBefore, Fault, Faults, Hold, Jitter, RateLimited, Refuse, ServerError
from .limits import Limits
from .methods import ALL_BOT_SCOPES, COMMON_ERRORS, METHODS, Method
from .values import JSON, SlackRefusal
from .workspace import Workspace

Handler = Callable[[Workspace, JSON], JSON]

HANDLERS: dict[str, Handler] = {
    "auth.test": api_people.auth_test,
    "bots.info": api_people.bots_info,
    "chat.postMessage": api_chat.post_message,
    "chat.update": api_chat.update,
    "chat.delete": api_chat.delete,
    "chat.postEphemeral": api_chat.post_ephemeral,
    "chat.getPermalink": api_chat.get_permalink,
    "conversations.open": api_conversations.open_im,
    "conversations.info": api_conversations.info,
    "conversations.history": api_conversations.history,
    "conversations.replies": api_conversations.replies,
    "conversations.join": api_conversations.join,
    "views.open": api_views.open_view,
    "views.update": api_views.update_view,
    "views.publish": api_views.publish_view,
    "files.getUploadURLExternal": api_files.get_upload_url,
    "files.completeUploadExternal": api_files.complete_upload,
    "files.info": api_files.info,
}


@dataclass(slots=True, kw_only=True)
class Call:
    """One call and its response; *answer* is None when it was cut off before."""

    method: str
    args: JSON
    at: datetime
    answer: JSON | None = None
    status: int = 0
    fault: Fault | None = None

    @property
    def error(self) -> str | None:
        """The error code of the response, None for an accepted call."""
        return None if self.answer is None else self.answer.get("error")


@dataclass(slots=True, kw_only=True)
class Tokens:
    """The two tokens of the installed app and what they are good for."""

    bot: str = "xoxb-1111111111-2222222222-handover"
    app: str = "xapp-1-A0HANDOVER-3333333333-handover"
    scopes: set[str] = field(default_factory=lambda: set(ALL_BOT_SCOPES))
    revoked: set[str] = field(default_factory=set)

    def check(self, token: str | None, method: Method) -> None:
        """Raise SlackRefusal unless *token* may call *method*."""
        if not token:
            raise SlackRefusal("not_authed")
        if token not in (self.bot, self.app):
            raise SlackRefusal("invalid_auth")
        if token in self.revoked:
            raise SlackRefusal("token_revoked")
        if (token == self.app) != method.app_token:
            raise SlackRefusal("not_allowed_token_type")

    def check_scopes(self, needed: list[str]) -> None:
        """Raise missing_scope unless all *needed* scopes were granted."""
        missing = [scope for scope in needed if scope not in self.scopes]
        if missing:
            raise SlackRefusal("missing_scope", needed=",".join(missing), provided=",".join(sorted(self.scopes)))


class WebApi:
    """Serves ``/api/<method>``; *connect* gives the address of a new Socket Mode connection."""

    def __init__(
        self, slack: Workspace, tokens: Tokens, limits: Limits, *, connect: Callable[[], str], faults: Faults
    ) -> None:
        self._slack, self._tokens, self._limits, self._connect, self._faults = slack, tokens, limits, connect, faults
        self.jitter: Jitter | None = None
        self.calls: list[Call] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One HTTP request to the Web API."""
        name = request.match_info["method"]
        call = Call(method=name, args={}, at=self._slack.clock.now(), fault=self._faults.take(name))
        self.calls.append(call)
        await self._travel()
        early = await self._before(request, call)
        if early is not None:
            return early
        headers = {"x-oauth-scopes": ",".join(sorted(self._tokens.scopes))}
        try:
            call.answer = {"ok": True, **await self._answer(request, call)}
            call.status = 200
        except SlackRefusal as refusal:
            call.answer = {"ok": False, "error": refusal.code, **refusal.fields}
            call.status = 200
            if refusal.code == "ratelimited":
                call.status = 429
                headers["Retry-After"] = str(call.answer.pop("retry_after"))
        self._slack.changed()
        await self._travel()
        if isinstance(call.fault, DropAfter):
            return _cut(request)
        return web.json_response(call.answer, status=call.status, headers=headers)

    async def _travel(self) -> None:
        if self.jitter is not None:
            await self.jitter.one_way()

    async def _before(self, request: web.Request, call: Call) -> web.StreamResponse | None:
        fault = call.fault
        if isinstance(fault, Delay):
            await asyncio.sleep(fault.seconds)
        if isinstance(fault, Hold):
            self._slack.changed()
            await fault.released.wait()
        if isinstance(fault, ServerError):
            call.status = fault.status
            return web.Response(
                status=fault.status, text="<html>upstream connect error</html>", content_type="text/html"
            )
        return _cut(request) if isinstance(fault, DropBefore) else None

    async def _answer(self, request: web.Request, call: Call) -> JSON:
        method = METHODS.get(call.method)
        if method is None:
            raise SlackRefusal("unknown_method", req_method=call.method)
        sent = await read_body(request)
        call.args = {name: value for name, value in sent.items() if name != "token"}
        header = request.headers.get("Authorization", "")
        self._tokens.check(header.removeprefix("Bearer ").strip() or sent.get("token"), method)
        if isinstance(call.fault, Refuse):
            raise SlackRefusal(call.fault.code, **call.fault.fields)
        self._tokens.check_scopes(self._needed_scopes(method, sent))
        self._refuse_when_limited(call)
        args = call.args = check_arguments(method, sent)
        try:
            return self._run(method, args)
        except SlackRefusal as refusal:
            if refusal.code not in method.errors | COMMON_ERRORS:
                raise AssertionError(f"{method.name} never answers {refusal.code}") from refusal
            raise

    def _refuse_when_limited(self, call: Call) -> None:
        if isinstance(call.fault, RateLimited):
            raise SlackRefusal("ratelimited", retry_after=call.fault.retry_after)
        wait = self._limits.check(call.method, call.args, self._slack.clock.now().timestamp())
        if wait is not None:
            raise SlackRefusal("ratelimited", retry_after=wait)

    def _needed_scopes(self, method: Method, sent: JSON) -> list[str]:
        if method.name.startswith("conversations."):
            return api_conversations.scopes_for(self._slack, method.name, sent)
        return sorted(method.scopes)

    def _run(self, method: Method, args: JSON) -> JSON:
        if method.name == "apps.connections.open":
            return {"url": self._connect()}
        if method.name == "users.info":
            return api_people.users_info(self._slack, args, sees_email="users:read.email" in self._tokens.scopes)
        return HANDLERS[method.name](self._slack, args)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
