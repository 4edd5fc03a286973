"""The sample companies of the demonstration: each is served on a port of its own, once somebody chooses it."""

import asyncio
import socket
from pathlib import Path

import structlog

import templates
from bot.command_line.serving import served
from bot.host.settings import Settings
from bot.web.server import Server
from bot.web.services import SampleCompany
from workflows.definitions.load import organisation_name
from workflows.domain.text import Text

SAMPLES = templates.FOLDER / "companies"

log = structlog.get_logger(__name__)


def demo_database(company: Path) -> str:
    """Return the address of the database in which the demonstration keeps the cases of a company."""
    return f"sqlite+aiosqlite:///var/demo-{company.name}.db"


class Demonstration:
    """The company with which the demonstration began, on *port*, and the samples that come with the program.

    Telegram and Slack belong to the first company alone.
    """

    def __init__(self, settings: Settings, port: int) -> None:
        self._settings = settings
        self._folders = {path.name: path for path in (settings.company, *sorted(SAMPLES.iterdir())) if path.is_dir()}
        self._ports = {settings.company.name: port}
        self._servers: list[Server] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._starting = asyncio.Lock()

    def companies(self) -> tuple[SampleCompany, ...]:
        """Return the companies, the first one before all."""
        return tuple(
            SampleCompany(id=name, name=organisation_name(folder) or Text.same(name))
            for name, folder in self._folders.items()
        )

    async def port_of(self, company: str) -> int | None:
        """Return the port of a company, which is started if it was not; None where there is no such company."""
        folder = self._folders.get(company)
        if folder is None:
            return None
        async with self._starting:
            if company not in self._ports:
                self._ports[company] = await self._start(folder)
        return self._ports[company]

    async def stop(self) -> None:
        """Stop the companies that were chosen, and wait for them."""
        for server in self._servers:
            server.should_exit = True
        await asyncio.gather(*self._tasks)

    async def _start(self, folder: Path) -> int:
        """Serve a company on a free port and return it; raises what keeps the company from starting."""
        started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._tasks.append(asyncio.create_task(self._serve(folder, started), name=folder.name))
        return await started

    async def _serve(self, folder: Path, started: asyncio.Future[int]) -> None:
        settings = self._settings.model_copy(
            update={
                "company": folder,
                "database_url": demo_database(folder),
                "telegram_bot_token": None,
                "slack_bot_token": None,
            }
        )
        try:
            with socket.create_server((settings.web_host, 0)) as listening:
                async with served(settings, listening, samples=self, handles_signals=False) as server:
                    self._servers.append(server)
                    log.info("A sample company has started.", action="sample_started", company=folder.name)
                    started.set_result(listening.getsockname()[1])
                    await server.serve(sockets=[listening])
        except Exception as error:
            if started.done():
                raise
            started.set_exception(error)
