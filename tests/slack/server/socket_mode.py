"""Socket Mode: tickets, connections, envelopes and their acknowledgements."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from .deliveries import Delivery, Kind, NotAcknowledged
from .values import JSON
from .workspace import APP_ID

MOST_CONNECTIONS = 10
_DEBUG = {"host": "applink-test-1", "build_number": 1, "approximate_connection_time": 18060}


@dataclass(slots=True, eq=False)
class _Connection:
    socket: web.WebSocketResponse
    request: web.Request
    leaving: bool = False


@dataclass(slots=True, eq=False)
class _Awaited:
    answered: asyncio.Future[Any]
    sent: int = 1


@dataclass(slots=True)
class SocketMode:
    """All Socket Mode connections of the app; *trouble* is called for everything that a careful client does not do.

    The next *refusals* connections are refused, and their tickets are used up; *held* makes those to come wait.
    While it *is_silent* no ping is answered.
    """

    changed: Callable[[], None]
    trouble: Callable[[str], None]
    url: str = ""
    timeout_reason: str = "timeout"
    pongs: int = 0
    refusals: int = 0
    held: asyncio.Event | None = None
    is_silent: bool = False
    waiting: int = 0
    _tickets: set[str] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _connections: list[_Connection] = field(default_factory=list)
    _awaited: dict[str, _Awaited] = field(default_factory=dict)
    _owed: dict[str, list[_Connection]] = field(default_factory=dict)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def connections(self) -> int:
        """How many sockets are open."""
        return len(self._connections)

    def issue_url(self) -> str:
        """The address of one connection; it works once."""
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return f"{self.url}link/?ticket={ticket}&app_id={APP_ID}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="invalid ticket")
        self._tickets.remove(ticket)
        if self.refusals > 0:
            self.refusals -= 1
            return web.Response(status=503, text="upstream connect error")
        if self.held is not None:
            self.waiting += 1
            self.changed()
            await self.held.wait()
            self.waiting -= 1
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if len(self._connections) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": _DEBUG})
            await socket.close()
            return socket
        connection = _Connection(socket, request)
        self._connections.append(connection)
        hello: JSON = {"type": "hello", "num_connections": self.connections, "debug_info": _DEBUG}
        await socket.send_json(hello | {"connection_info": {"app_id": APP_ID}})
        await socket.ping(b"Ping from applink-test-1")
        self._arrived.set()
        self.changed()
        try:
            await self._listen(connection)
        finally:
            self._forget(connection)
        return socket

    def _forget(self, connection: _Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        if not self._usable():
            self._arrived.clear()
        self.changed()

    async def _listen(self, connection: _Connection) -> None:
        async for message in connection.socket:
            if message.type is WSMsgType.PING and not self.is_silent:
                await connection.socket.pong(message.data)
            elif message.type is WSMsgType.PONG:
                self.pongs += 1
                self.changed()
            elif message.type is WSMsgType.TEXT:
                self._acknowledged(connection, message.data)

    def _acknowledged(self, connection: _Connection, text: str) -> None:
        try:
            body = json.loads(text)
            envelope_id = body["envelope_id"]
        except (ValueError, KeyError, TypeError):
            self.trouble(f"not an acknowledgement: {text[:80]}")
            return
        owed = self._owed.get(envelope_id, [])
        if not owed:
            self.trouble(f"acknowledged an envelope that was not owed: {envelope_id}")
            return
        if connection not in owed and any(one in self._connections for one in owed):
            self.trouble(f"acknowledged by another connection than it came by: {envelope_id}")
        owed.remove(connection if connection in owed else owed[0])
        waiting = self._awaited.get(envelope_id)
        if waiting is not None and not waiting.answered.done():
            waiting.answered.set_result(body.get("payload") or None)
        self.changed()

    def _usable(self) -> list[_Connection]:
        return [connection for connection in self._connections if not connection.leaving]

    async def send(self, delivery: Delivery, *, attempt: int, reason: str, within: float) -> Any:
        """Send an envelope over one of the connections, taking turns; waits for a connection when there is none."""
        envelope: JSON = {
            "envelope_id": delivery.envelope_id,
            "type": str(delivery.kind),
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind is not Kind.EVENT,
        }
        if delivery.kind is Kind.EVENT:
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        try:
            async with asyncio.timeout(within):
                return await self._exchange(delivery.envelope_id, envelope)
        except TimeoutError as problem:
            raise NotAcknowledged(self.timeout_reason) from problem

    async def _exchange(self, envelope_id: str, envelope: JSON) -> Any:
        await self._arrived.wait()
        connection = self._usable()[0]
        # The next envelope goes over the next connection.
        self._connections.remove(connection)
        self._connections.append(connection)
        waiting = self._awaited.setdefault(envelope_id, _Awaited(asyncio.get_running_loop().create_future(), sent=0))
        waiting.sent += 1
        self._owed.setdefault(envelope_id, []).append(connection)
        try:
            await connection.socket.send_json(envelope)
            return await asyncio.shield(waiting.answered)
        except ConnectionError as problem:
            self._owed[envelope_id].remove(connection)
            raise NotAcknowledged("connection_failed") from problem
        finally:
            waiting.sent -= 1
            if not waiting.sent:
                self._awaited.pop(envelope_id, None)

    async def disconnect(self, reason: str, *, close: bool = False) -> None:
        """Ask every connection to reconnect (``warning``, ``refresh_requested``); *close* closes them at once."""
        for connection in list(self._connections):
            connection.leaving = reason != "warning"
            await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": _DEBUG})
            if close:
                await connection.socket.close()
        if not self._usable():
            self._arrived.clear()

    async def garble(self) -> None:
        """Send something that is no message over every connection."""
        for connection in list(self._connections):
            await connection.socket.send_str("<html>upstream error</html>")

    def drop(self) -> None:
        """Cut every connection without a message."""
        for connection in list(self._connections):
            connection.leaving = True
            if connection.request.transport is not None:
                connection.request.transport.abort()
        self._arrived.clear()

    async def close(self) -> None:
        """End every connection in order."""
        for connection in list(self._connections):
            await connection.socket.close()
