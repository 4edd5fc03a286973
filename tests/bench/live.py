"""From the commit to the card in another browser: delivery, web chat and server-sent events included."""

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager

import httpx
import uvicorn

from bot import bootstrap
from bot.web.app import create_app
from bot.web.server import Server
from tests.bench.core import INPLAT, OPENER, claim, documents_task, opening, program_settings
from tests.bench.databases import POSTGRESQL, SQLITE, Databases
from tests.bench.figures import Line, Scale, milliseconds
from workflows.domain.ids import PersonId

READER = PersonId("olga")
PRESSERS: Mapping[PersonId, str] = {PersonId("boris"): "Лебедев", PersonId("maria"): "Зайцева"}
"""Colleagues of the reader, each with the word by which the claimed card is recognised."""
OFFERED = "Взять"
"""The word of a card that waits to be claimed."""
_CASE = re.compile(r'data-case="(\d+)"')
_PATIENCE_SECONDS = 30.0


def measure(databases: Databases, scale: Scale) -> Iterator[Line]:
    """Yield for each database how long a new card and a changed card take, with one and with ten people at work."""
    for name in (SQLITE, POSTGRESQL):
        for people in (1, 10):
            count = scale.of(full=20, quick=5) * (5 if people == 1 else 20)
            with databases.fresh(name) as url:
                offered, claimed = asyncio.run(_watch(url, count, people))
            for what, seconds in (("new card", offered), ("claimed card", claimed)):
                yield Line(what=f"{what}, {name}, {people} at work", figures=milliseconds(seconds))


class Browser:
    """An open page that notes when it first saw which card with which word."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self._seen: dict[tuple[int, str], float] = {}
        self._news = asyncio.Condition()

    async def read(self, client: httpx.AsyncClient) -> None:
        """Read the stream of events until cancelled."""
        await client.get(f"/pick/{READER}")
        data: list[str] = []
        async with client.stream("GET", f"/as/{READER}/events", timeout=None) as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                self.ready.set()
                if line:
                    data.append(line)
                    continue
                await self._note("\n".join(data), time.perf_counter())
                data.clear()

    async def first_saw(self, case_id: int, word: str) -> float:
        """Return when a card of the case with *word* was first there; raises TimeoutError when none comes."""
        async with asyncio.timeout(_PATIENCE_SECONDS), self._news:
            await self._news.wait_for(lambda: (case_id, word) in self._seen)
        return self._seen[case_id, word]

    async def _note(self, event: str, at: float) -> None:
        found = _CASE.search(event)
        if found is None:
            return
        async with self._news:
            for word in (OFFERED, *PRESSERS.values()):
                if word in event:
                    self._seen.setdefault((int(found[1]), word), at)
            self._news.notify_all()


async def _watch(url: str, count: int, people: int) -> tuple[list[float], list[float]]:
    """Open and claim *count* cases; answer the seconds from each commit until the reader saw the card."""
    offered: list[float] = []
    claimed: list[float] = []
    async with bootstrap.running(program_settings(url, INPLAT)) as program, served(program) as address:
        browser = Browser()
        async with httpx.AsyncClient(base_url=address, headers={"Accept-Language": "ru"}) as client:
            reading = asyncio.create_task(browser.read(client))
            await browser.ready.wait()
            numbers = iter(range(count + people))

            async def person() -> None:
                for number in numbers:
                    decision = await program.handler.handle(opening(number), actor=OPENER)
                    new = await _until_seen(browser, decision.case.id, OFFERED)
                    presser, word = list(PRESSERS.items())[number % len(PRESSERS)]
                    await program.handler.handle(claim(documents_task(decision)), actor=presser)
                    changed = await _until_seen(browser, decision.case.id, word)
                    # Everybody's first case warms the templates.
                    if number >= people:
                        offered.append(new)
                        claimed.append(changed)

            try:
                await asyncio.gather(*(person() for _ in range(people)))
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
    return offered, claimed


async def _until_seen(browser: Browser, case_id: int, word: str) -> float:
    committed = time.perf_counter()
    return max(0.0, await browser.first_saw(case_id, word) - committed)


@asynccontextmanager
async def served(program: bootstrap.Application) -> AsyncIterator[str]:
    """Serve the web chat on a free port; lend its address."""
    config = uvicorn.Config(create_app(program.services), log_config=None, access_log=False, lifespan="off")
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(config, hub=program.services.hub)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
