"""A real browser on the real program: a fresh program for every story, a window for every person in it."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.chromium import chromium, headless
from tests.browser.program import Program
from tests.browser.window import Window
from tests.databases import SqliteDatabases
from tests.play.play import Play

OpenWindow = Callable[..., Awaitable[Window]]
"""Opens a window for a person; further arguments are those of a browser context, such as `viewport`."""

REQUIRED = "HANDOVER_REQUIRE_BROWSER"
# A machine may have much else to do; a story that goes well never waits so long.
expect.set_options(timeout=15_000)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium; without one the stories are skipped, or fail where HANDOVER_REQUIRE_BROWSER=1."""
    path = chromium()
    if path is None:
        told = "There is no Chromium in PATH: install the package chromium to run the browser tests."
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(told)
        pytest.skip(told)
    async with headless(path) as running:
        yield running


class Programs:
    """Fresh programs on SQLite; the next one starts while the current story runs."""

    def __init__(self, make_folder: Callable[[], Path], databases: SqliteDatabases) -> None:
        self._make_folder = make_folder
        self._databases = databases
        self._opened = ExitStack()
        self._next: Program | None = None

    async def take(self) -> Program:
        """Return a program that nobody has used and begin to start another."""
        taken = self._next or await self._launched()
        await taken.ready()
        self._next = await self._launched()
        return taken

    async def close(self) -> None:
        """Stop the program that nobody has taken."""
        if self._next is not None:
            await self._next.ready()
            await self._next.stop()
        self._opened.close()

    async def _launched(self) -> Program:
        program = Program(self._make_folder(), self._opened.enter_context(self._databases.fresh()))
        await program.launch()
        return program


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def programs(
    tmp_path_factory: pytest.TempPathFactory, sqlite_databases: SqliteDatabases
) -> AsyncIterator[Programs]:
    """The programs of all stories."""
    lent = Programs(lambda: tmp_path_factory.mktemp("demo"), sqlite_databases)
    yield lent
    await lent.close()


@pytest.fixture
def database_address(request: pytest.FixtureRequest) -> str | None:
    """What a story is parametrised with: "sqlite" (also when with nothing), "postgresql", or "none yet" for None."""
    match getattr(request, "param", "sqlite"):
        case "postgresql":
            return str(request.getfixturevalue("postgres_url"))
        case "none yet":
            return None
    return "sqlite"


@pytest_asyncio.fixture(loop_scope="session")
async def program(
    browser: Browser, programs: Programs, database_address: str | None, tmp_path: Path
) -> AsyncIterator[Program]:
    """The program of one story; whatever it logs at the level of warnings fails the story."""
    if database_address == "sqlite":
        running = await programs.take()
    else:
        running = Program(tmp_path, database_address)
        await running.start()
    yield running
    await running.stop()
    assert running.log() == ""


@pytest_asyncio.fixture(loop_scope="session")
async def window(browser: Browser, program: Program) -> AsyncIterator[OpenWindow]:
    """Opens windows; an error in any of their consoles or scripts that the story does not expect fails it."""
    opened: list[Window] = []

    async def open_window(person: str | None = None, **options: Any) -> Window:
        opened.append(await Window.opened(browser, program, **options))
        if person is not None:
            await opened[-1].become(person)
        return opened[-1]

    yield open_window
    troubles = [trouble for each in opened for trouble in each.troubles]
    for each in opened:
        with suppress(Exception):
            await each.context.close()
    assert not troubles, "\n".join(troubles)


@pytest_asyncio.fixture(loop_scope="session")
async def before(program: Program) -> AsyncIterator[Play]:
    """A play that prepares the story without a browser, as another process on the same database."""
    async with Play(program.database_url) as play:
        play.clock.move(seconds=(datetime.now(UTC) - play.clock.now()).total_seconds() - 600)
        yield play
