"""The web server: uvicorn, told to let go of the open event streams when it shuts down, and of the program's end."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from bot.web.hub import Hub


class Server(uvicorn.Server):
    """A uvicorn server that ends the streams of *hub* before it waits for open responses.

    A signal ends `serve`, and nothing more: uvicorn would raise it again, and SIGTERM kill the program before it has
    finished what the chats have in hand and closed the database.
    """

    def __init__(self, config: uvicorn.Config, *, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals that end a program, as long as the server runs."""
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the hub, then shut down as uvicorn does."""
        self._hub.close()
        await super().shutdown(sockets)
