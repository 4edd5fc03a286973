"""Socket Mode (https://docs.slack.dev/apis/events-api/using-socket-mode): one connection, replaced without a gap.

The library's client closes the present connection before it opens the next, acknowledges over the new one what came by
the old, and looks for a lost connection only now and then. Here the next connection is open before the present one is
given up; the old one is read until Slack closes it, and what came by it is acknowledged there.
"""

import asyncio
import json
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.background.retrying import retry
from bot.slack.api.client import JSON, TIMEOUT, Api
from workflows.ports.chat import ChatError

DRAINED_WITHIN = 30.0
"""Seconds for which an old connection is read at most: Slack closes it about ten seconds after its warning."""
_PLAIN = "text/plain"
log = structlog.get_logger(__name__)


class NotWelcome(Exception):
    """Slack asks a connection to end before it has begun, as when there are too many of them."""


@dataclass(slots=True, eq=False)
class _Connection:
    socket: aiohttp.ClientWebSocketResponse
    opened_at: float


class SocketMode:
    """Hands requests to a bolt app.

    A connection that Slack does not answer for *ping_seconds* counts as lost. *pauses* are the seconds before each
    further attempt to open one; the first is also how long one has to live to be replaced at once when it ends.
    """

    def __init__(
        self, app: AsyncApp, api: Api, app_token: str, *, ping_seconds: float, pauses: Sequence[float]
    ) -> None:
        self._app = app
        self._api = api
        self._app_token = app_token
        self._ping_seconds = ping_seconds
        self._pauses = pauses
        self._session: aiohttp.ClientSession | None = None
        self._current: _Connection | None = None
        self._replacing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def connect(self) -> None:
        """Return when there is a connection, which is replaced from then on until `close`."""
        async with self._replacing:
            await self._open_again_and_again()

    async def close(self) -> None:
        """Close all connections."""
        self._current = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _open_again_and_again(self) -> None:
        await retry(self._open, on=Exception, pauses=self._pauses, report=_report)
        log.info("Slack is connected.", action="slack_connected")

    async def _open(self) -> None:
        """Open a connection and make it the present one; each address works once."""
        url: str = (await self._api.call("apps.connections.open", app_token=self._app_token))["url"]
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with asyncio.timeout(TIMEOUT):
            socket = await self._session.ws_connect(url, heartbeat=self._ping_seconds, proxy=load_http_proxy_from_env())
            try:
                await _greeted(socket)
            except BaseException:
                await socket.close()
                raise
        self._current = _Connection(socket, asyncio.get_running_loop().time())
        self._start(self._read(self._current))

    async def _read(self, connection: _Connection) -> None:
        """Take what comes until the connection ends; then replace it, unless that was done already."""
        async for message in connection.socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._start(self._take(connection, message.data))
        await self._replace(connection)

    async def _take(self, connection: _Connection, text: str) -> None:
        """Take one thing that came, in a task of its own: one that cannot be read must not end the reading."""
        message: JSON = json.loads(text)
        if message.get("type") == "disconnect":
            await self._leave(connection)
            return
        request = SocketModeRequest.from_dict(message)
        if request is not None:
            await self._handle(connection, request)

    async def _leave(self, connection: _Connection) -> None:
        """Replace a connection that Slack is about to close, and read it until then."""
        await self._replace(connection)
        await asyncio.sleep(DRAINED_WITHIN)
        await connection.socket.close()

    async def _replace(self, connection: _Connection) -> None:
        async with self._replacing:
            if self._current is not connection:
                return
            lived = asyncio.get_running_loop().time() - connection.opened_at
            if lived < self._pauses[0]:
                await asyncio.sleep(self._pauses[0])
            await self._open_again_and_again()

    async def _handle(self, connection: _Connection, request: SocketModeRequest) -> None:
        response = await run_async_bolt_app(self._app, request)
        if response.status != 200:
            log.info("Something from Slack was not acknowledged.", action="slack_unacknowledged", code=response.status)
            return
        acknowledgement = _acknowledgement(request, response)
        for through in (connection, self._current):
            if through is None:
                continue
            try:
                await through.socket.send_json(acknowledgement)
            except ConnectionError:
                continue
            return
        log.warning("An acknowledgement could not be sent.", action="slack_unacknowledged", code="no_connection")

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The outermost guard of a connection and of each thing that comes by it.
            log.error("Slack's connection has a fault.", action="slack_connection_failed", exc_info=error)


async def _greeted(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Wait for the first message of a connection; raises NotWelcome when it is no greeting."""
    message = await socket.receive()
    if message.type is not aiohttp.WSMsgType.TEXT or json.loads(message.data).get("type") != "hello":
        raise NotWelcome


def _acknowledgement(request: SocketModeRequest, response: BoltResponse) -> JSON:
    """Return the envelope of an acknowledgement, with what bolt gives Slack to show."""
    acknowledged: JSON = {"envelope_id": request.envelope_id}
    if not response.body:
        return acknowledged
    kind = response.headers.get("content-type", [_PLAIN])[0]
    payload = json.loads(response.body) if kind.startswith("application/json") else {"text": response.body}
    return {**acknowledged, "payload": payload}


def _report(problem: Exception, pause: float) -> None:
    code = problem.code if isinstance(problem, ChatError) else type(problem).__name__
    log.error("Slack does not take our connection.", action="slack_unconnected", code=code, pause=pause)
