"""The web server: uvicorn, which closes the event streams when it shuts down and does not end the program itself."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from bot.web.hub import Hub


class Server(uvicorn.Server):
    """A uvicorn server that ends the streams of *hub* before it waits for open responses.

    A signal ends `serve` and nothing more: uvicorn would raise it again, and SIGTERM would kill the program before
    the chats have finished their updates and the database is closed. One that is not the first of its program leaves
    the signals to that.
    """

    def __init__(self, config: uvicorn.Config, *, hub: Hub, handles_signals: bool = True) -> None:
        super().__init__(config)
        self._hub = hub
        self._handles_signals = handles_signals

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle the signals that end a program while the block runs."""
        handled = HANDLED_SIGNALS if self._handles_signals else ()
        before = {number: signal.signal(number, self.handle_exit) for number in handled}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the hub, then shut down as uvicorn does."""
        self._hub.close()
        await super().shutdown(sockets)
