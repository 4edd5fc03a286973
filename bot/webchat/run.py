"""The web server: uvicorn, told to let go of the open event streams when it shuts down."""

import socket

import uvicorn

from bot.webchat.hub import Hub


class Server(uvicorn.Server):
    """A uvicorn server that ends the streams of *hub* before it waits for open responses."""

    def __init__(self, config: uvicorn.Config, *, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the hub, then shut down as uvicorn does."""
        self._hub.close()
        await super().shutdown(sockets)
