"""Many pages open: how long a claim takes, how soon a burst of new cases stands, how long the process stands still."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

from bot import bootstrap
from bot.host.garbage_collection import freeze_loaded
from tests.bench.cases import all_said
from tests.bench.core import INPLAT, OPENER, claim, documents_task, opening, program_settings
from tests.bench.databases import POSTGRESQL, SQLITE, Databases
from tests.bench.figures import Aim, Line, Scale, milliseconds
from tests.bench.live import served
from tests.bench.pages import open_pages
from workflows.domain.ids import PersonId, TaskId

READER = PersonId("olga")
CLAIMER = PersonId("boris")
PAGES_AT_CLAIMS, PAGES_AT_BURST = 200, 50
BURST = 500
BETWEEN_CLAIMS = 0.05
"""Seconds from one claim to the next: twenty people a second press somewhere."""
STALL = Aim(figure="longest stall ms", most=100)
CLAIM_AIMS = (Aim(figure="p99 ms", most=50), STALL)
BURST_AIMS = (Aim(figure="seconds", most=5), STALL)
_BEAT = 0.005


class Pulse:
    """Notes by how much the event loop was late at most, in seconds."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def beat(self) -> None:
        """Watch until cancelled."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_BEAT)
            self.longest = max(self.longest, time.perf_counter() - began - _BEAT)


def measure(databases: Databases, scale: Scale) -> Iterator[Line]:
    """Yield for each database a claim with 200 pages open, then a burst of 500 cases with 50 pages open."""
    for name in (SQLITE, POSTGRESQL):
        with databases.fresh(name) as url:
            claims, stall = asyncio.run(_claims(url, scale.of(full=200, quick=40)))
        figures = {**milliseconds(claims), STALL.figure: stall * 1000}
        yield Line(what=f"claim, {name}, {PAGES_AT_CLAIMS} pages open", figures=figures, aims=CLAIM_AIMS)
        count = scale.of(full=BURST, quick=100)
        with databases.fresh(name) as url:
            seconds, stall = asyncio.run(_burst(url, count))
        figures = {"seconds": seconds, STALL.figure: stall * 1000}
        yield Line(what=f"{count} cases at once, {name}, {PAGES_AT_BURST} pages open", figures=figures, aims=BURST_AIMS)


async def _claims(url: str, count: int) -> tuple[Sequence[float], float]:
    """Claim one task after the other; return the seconds each took and the longest stall."""
    async with _crowd(url, PAGES_AT_CLAIMS) as program:
        tasks = [documents_task(await program.handler.handle(opening(n), actor=OPENER)) for n in range(count + 10)]
        await all_said(program.queries)()
        for task in tasks[count:]:
            await _claim(program, task)
        pulse = Pulse()
        watching = asyncio.create_task(pulse.beat())
        each = [await _claim(program, task) for task in tasks[:count]]
        watching.cancel()
        return each, pulse.longest


async def _claim(program: bootstrap.Application, task: TaskId) -> float:
    began = time.perf_counter()
    await program.handler.handle(claim(task), actor=CLAIMER)
    taken = time.perf_counter() - began
    await asyncio.sleep(BETWEEN_CLAIMS)
    return taken


async def _burst(url: str, count: int) -> tuple[float, float]:
    """Open cases at once; return the seconds until every card stands, and the longest stall."""
    async with _crowd(url, PAGES_AT_BURST) as program:
        await asyncio.gather(*(program.handler.handle(opening(-n), actor=OPENER) for n in range(1, 11)))
        await all_said(program.queries)()
        pulse = Pulse()
        watching = asyncio.create_task(pulse.beat())
        began = time.perf_counter()
        await asyncio.gather(*(program.handler.handle(opening(n), actor=OPENER) for n in range(1, count + 1)))
        await all_said(program.queries)()
        seconds = time.perf_counter() - began
        watching.cancel()
        return seconds, pulse.longest


@asynccontextmanager
async def _crowd(url: str, pages: int) -> AsyncIterator[bootstrap.Application]:
    async with (
        bootstrap.running(program_settings(url, INPLAT)) as program,
        served(program) as address,
        open_pages(address, READER, pages),
    ):
        freeze_loaded()
        yield program
