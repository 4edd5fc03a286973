"""Starting and stopping the program: what an operator sees when it starts, and when it cannot."""

import asyncio
import socket
from contextlib import suppress

import structlog
import typer

from bot import bootstrap
from bot.command_line.demonstration import Demonstration, demo_database
from bot.command_line.serving import served
from bot.host.garbage_collection import freeze_loaded
from bot.host.settings import Settings
from workflows.domain.text import Language

log = structlog.get_logger(__name__)


class CannotStart(Exception):
    """The program cannot start; the text explains to the operator why and what to do."""


async def serve(settings: Settings, *, demo: bool) -> None:
    """Run until stopped; raises CannotStart, and what `bootstrap.wired` raises.

    The demo keeps its cases in a database of its own unless DATABASE_URL names another.
    """
    if demo and "database_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"database_url": demo_database(settings.company)})
    with _listen(settings.web_host, settings.web_port) as listening:
        port = listening.getsockname()[1]
        samples = Demonstration(settings, port) if demo else None
        async with served(settings, listening, samples=samples) as server:
            freeze_loaded()
            # The operator may stop the program as soon as the address is printed.
            with server.capture_signals(), suppress(asyncio.CancelledError):
                _print_address(settings, port, demo=demo)
                log.info("The program has started.", action="started", port=port, demo=demo)
                await server.serve(sockets=[listening])
            log.info("The program stops.", action="stopped")
            if samples is not None:
                await samples.stop()


def _listen(host: str, port: int) -> socket.socket:
    """Bind the port before anything else is opened; raises CannotStart when it is taken or not allowed."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
        listening.setblocking(False)
    except OSError as error:
        raise CannotStart(
            f"Адрес {host}:{port} занят или недоступен ({error.strerror}). Остановите другую программу или задайте "
            f"WEB_PORT (0 — любой свободный).\n"
            f"The address {host}:{port} is taken or cannot be used ({error.strerror}). Stop the other program or set "
            f"WEB_PORT (0 for any free one)."
        ) from None
    return listening


def _print_address(settings: Settings, port: int, *, demo: bool) -> None:
    """Print the address of the web chat, the line that a newcomer looks for."""
    ready = "Handover готов" if settings.language is Language.RU else "Handover is ready"
    typer.echo(f"{ready}: {bootstrap.web_address(settings, port)}/" + (" (demo)" if demo else ""))
