"""Socket Mode: the library's client, which opens its connections at our pace and logs in one line what prevents it.

The library itself would retry the same address, though each works once, and ask for a new one every few seconds for as
long as a token is wrong.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.retrying import retry
from bot.slack.api.client import TIMEOUT, Api
from workflows.ports.chat import ChatError

log = structlog.get_logger(__name__)


class SocketMode(SocketModeClient):
    """Hands requests to a bolt app; `connect` returns when it is connected."""

    def __init__(
        self, app: AsyncApp, api: Api, app_token: str, *, ping_seconds: float, pauses: Sequence[float]
    ) -> None:
        super().__init__(app_token=app_token, web_client=api.client, ping_interval=ping_seconds)
        self._app = app
        self._api = api
        self._pauses = pauses
        self._opening = asyncio.Lock()
        self.socket_mode_request_listeners.append(self._handle)

    async def issue_new_wss_url(self) -> str:
        """Return nothing yet: each connection requests an address of its own."""
        return ""

    async def connect(self) -> None:
        """Replace the present connection by a new one, retried until that succeeds."""
        await retry(self._open_unless_closed, on=Exception, pauses=self._pauses, report=_report)

    async def _open_unless_closed(self) -> None:
        if self.closed:
            return
        async with self._opening:
            await self._open()
        log.info("Slack is connected.", action="slack_connected")

    async def _open(self) -> None:
        """Do what the library's `connect` does, once."""
        # The present connection serves until there is an address for the next: Slack requests a new one in good time.
        url: str = (await self._api.call("apps.connections.open", app_token=self.app_token))["url"]
        self.auto_reconnect_enabled = False
        if self.current_session is not None:
            with suppress(Exception):
                # A broken one may fail to close, which must not prevent the next.
                await self.current_session.close()
        async with asyncio.timeout(TIMEOUT):
            self.current_session = await self.aiohttp_client_session.ws_connect(
                url, autoping=False, heartbeat=self.ping_interval, proxy=self.proxy
            )
        self.auto_reconnect_enabled = self.default_auto_reconnect_enabled
        self.stale = False
        self.last_ping_pong_time = None
        monitor, receiver = self.current_session_monitor, self.message_receiver
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())
        for ended in (monitor, receiver):
            # Not the task that opens this connection: it ends by itself when it sees the new one.
            if ended is not None and ended is not asyncio.current_task():
                ended.cancel()

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        response = await run_async_bolt_app(self._app, request)
        started = time.time()  # noqa: TID251  # bolt only logs how long it took
        await send_async_response(client, request, response, started)


def _report(problem: Exception, pause: float) -> None:
    code = problem.code if isinstance(problem, ChatError) else type(problem).__name__
    log.error("Slack does not take our connection.", action="slack_unconnected", code=code, pause=pause)
