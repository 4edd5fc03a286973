"""One company served in the browser and in its chats: everything wired and running, and the web server for it."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from bot import bootstrap
from bot.host.settings import Settings
from bot.web.app import create_app
from bot.web.server import Server
from bot.web.services import SampleCompanies

SHUTDOWN_SECONDS = 5


@asynccontextmanager
async def served(
    settings: Settings, listening: socket.socket, *, samples: SampleCompanies | None, handles_signals: bool = True
) -> AsyncIterator[Server]:
    """Provide the web server of a company that is running; raises what `bootstrap.wired` raises.

    `samples` are the companies of the demonstration, None outside it.
    """
    async with bootstrap.running(settings, samples=samples, port=listening.getsockname()[1]) as application:
        web = create_app(application.services)
        for adapter in application.adapters:
            web.include_router(adapter.routes())
        config = uvicorn.Config(
            web,
            log_config=None,
            access_log=False,
            proxy_headers=settings.public_url is not None,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            lifespan="off",
        )
        yield Server(config, hub=application.services.hub, handles_signals=handles_signals)
