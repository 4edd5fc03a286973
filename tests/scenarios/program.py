"""The real program as a process of its own, and browser windows that speak to it as its pages do."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self
from uuid import uuid4

import httpx

from tests.play.screen import words_of
from tests.taxpayers import inn_of

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE = 60
"""Seconds after which a program that does not come up, or does not show what it should, has failed."""


class Program:
    """A running `handover demo`."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        self._process = process
        self.address = address

    @classmethod
    async def start(cls, database_url: str, folder: Path) -> Self:
        """Start the program in *folder* on a free port and wait for its address."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(REPOSITORY),
            "DATABASE_URL": database_url,
            "WEB_PORT": "0",
            "SECRET_KEY": "nothing is secret on a stage",
        }
        with (folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "demo",
                cwd=folder,
                env=environment,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = (await process.stdout.readline()).decode()
        address = re.search(r"http://[^/\s]+", line)
        assert address is not None, (folder / "log").read_text(encoding="utf-8")
        return cls(process, address[0])

    async def kill(self) -> None:
        """End it with SIGKILL: nothing of it runs any more, nothing was tidied up."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


@asynccontextmanager
async def running_program(database_url: str, folder: Path) -> AsyncIterator[Program]:
    """Run the program until the block ends, however it ends."""
    program = await Program.start(database_url, folder)
    try:
        yield program
    finally:
        await program.kill()


class Window:
    """A browser window of one person."""

    def __init__(self, client: httpx.AsyncClient, person: str) -> None:
        self._client = client
        self.person = person

    async def post(self, what: str, parts: Mapping[str, object]) -> httpx.Response:
        """Send what a form of the page would send."""
        body = {"update": str(uuid4()), **parts}
        return await self._client.post(f"/as/{self.person}/{what}", data=body, headers={"HX-Request": "true"})

    async def opens_case(self, client: str) -> bool:
        """Fill in and send the form of a new case; returns whether the program confirmed it."""
        answered = await self.post(
            "form/send", {"form": "new:client_onboarding", "outcome": "work_begun", **_form(client)}
        )
        return answered.status_code == 200 and "dialogDone" in answered.headers.get("HX-Trigger", "")

    async def reads(self, department: str) -> list[str]:
        """Return the words of every message of a channel, oldest first."""
        found: list[str] = []
        before = ""
        while True:
            page = await self._client.get(f"/as/{self.person}/chat/{department}/messages{before}")
            articles = re.findall(r'<article id="m(\d+)"(.*?)</article>', page.text, re.DOTALL)
            found = [" ".join(words_of(f"<p{html}").split()) for _, html in articles] + found
            if 'class="earlier"' not in page.text:
                return found
            before = f"?before={articles[0][0]}"

    async def waits_until(self, department: str, is_there: Callable[[list[str]], bool]) -> list[str]:
        """Watch a channel live until it shows what is waited for; returns what it shows then."""
        stream = self._client.stream("GET", f"/as/{self.person}/events", timeout=None)
        async with asyncio.timeout(PATIENCE), stream as events:
            lines = events.aiter_lines()
            while not is_there(shown := await self.reads(department)):
                await anext(lines)
            return shown


@asynccontextmanager
async def window(program: Program, person: str) -> AsyncIterator[Window]:
    """Open a window and pick somebody."""
    headers = {"Origin": program.address, "Accept-Language": "ru"}
    async with httpx.AsyncClient(base_url=program.address, headers=headers, timeout=PATIENCE) as client:
        picked = await client.get(f"/pick/{person}")
        assert picked.status_code == 303
        yield Window(client, person)


def _form(client: str) -> dict[str, object]:
    return {
        "t:client": client,
        "t:contact": "Мария Петровна",
        "t:phone": "+7 495 123-45-67",
        "t:email": "info@romashka.example",
        "t:inn": inn_of(client),
        "t:site": "romashka.example",
        "l:services": ["cards", "sbp"],
        "t:expected_start": "2027-04-01",
    }
