"""From the press to the committed answer, beside the same rows written by hand in the same run."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from bot.host.garbage_collection import freeze_loaded
from storage.database import Database
from tests.bench.bare import Rehearsal, Timing, write_by_hand
from tests.bench.core import (
    CROWD,
    OPENER,
    approval,
    claim,
    command_handler,
    documents_task,
    inplat,
    opening,
    ticks,
)
from tests.bench.databases import POSTGRESQL, SQLITE, Databases
from tests.bench.figures import Aim, Line, Scale, milliseconds
from workflows.domain.commands import Command
from workflows.domain.ids import PersonId, TaskId
from workflows.usecases.handle_command import CommandHandler

IN_FLIGHT = (1, 10, 50)
AIMS = (Aim(figure="ratio", least=0.5), Aim(figure="p99 ms", most=50))
SETTING_UP = 32
"""How many are in flight while the cases are prepared, unmeasured."""
TICKS = 4

Order = tuple[Command, PersonId]


def measure(databases: Databases, scale: Scale) -> Iterator[Line]:
    """Yield claim and advance (complete with a form) for both databases and each number of people."""
    for name in (SQLITE, POSTGRESQL):
        for people in IN_FLIGHT:
            presses = scale.of(full=200 if people == 1 else 500, quick=50 if people == 1 else 150)
            with databases.fresh(name) as url:
                claims, advances = asyncio.run(_rounds(url, people, presses, scale.of(full=5, quick=2)))
            for what, rounds in (("claim", claims), ("advance", advances)):
                yield _line(f"{what}, {name}, {people} in flight", rounds, AIMS if people > 1 else ())


Round = tuple[Timing, Timing]
"""Ours and by hand, one right after the other."""


def _line(what: str, rounds: Sequence[Round], aims: Sequence[Aim]) -> Line:
    ours = [len(mine.each) / mine.total for mine, _ in rounds]
    bare = [len(hand.each) / hand.total for _, hand in rounds]
    figures = {
        "per second": median(ours),
        **milliseconds([seconds for mine, _ in rounds for seconds in mine.each]),
        "CPU ms": median(mine.cpu / len(mine.each) for mine, _ in rounds) * 1000,
        "by hand per second": median(bare),
        "by hand p99 ms": milliseconds([seconds for _, hand in rounds for seconds in hand.each])["p99 ms"],
        "by hand CPU ms": median(hand.cpu / len(hand.each) for _, hand in rounds) * 1000,
        "ratio": median(mine / hand for mine, hand in zip(ours, bare, strict=True)),
    }
    return Line(what=what, figures=figures, aims=aims)


async def _rounds(url: str, people: int, presses: int, rounds: int) -> tuple[list[Round], list[Round]]:
    """Alternate ours and by hand, so that both meet the same weather."""
    claims, advances = [], []
    async with Database(url) as database:
        handler = command_handler(inplat(), database)
        for number in range(rounds + 1):
            ours = await _opened(handler, 2 * number * presses, presses)
            hand = await _opened(handler, (2 * number + 1) * presses, presses)
            claiming = await _both(url, database, handler, people, [_orders(claim, ours), _orders(claim, hand)])
            for tick in range(TICKS):
                await _press_all(handler, [(ticks(t)[tick], _worker(n)) for n, t in enumerate(ours)], SETTING_UP)
                await _press_all(handler, [(ticks(t)[tick], _worker(n)) for n, t in enumerate(hand)], SETTING_UP)
            advancing = await _both(url, database, handler, people, [_orders(approval, ours), _orders(approval, hand)])
            # The first round warms what is compiled once: letters, statements, the drivers' own caches.
            if not number:
                freeze_loaded()
            else:
                claims.append(claiming)
                advances.append(advancing)
    return claims, advances


async def _both(
    url: str, database: Database, handler: CommandHandler, people: int, orders: Sequence[Sequence[Order]]
) -> Round:
    """Press the first orders for real; write by hand what the second would have written."""
    ours, hand = orders
    rehearsal = Rehearsal(database)
    await _press_all(command_handler(inplat(), database, storage=rehearsal), hand, SETTING_UP)
    timing = await _press_all(handler, ours, people)
    return timing, await write_by_hand(url, rehearsal.scripts, people)


async def _opened(handler: CommandHandler, first: int, count: int) -> list[TaskId]:
    tasks: list[TaskId] = []
    openings = iter(range(first, first + count))

    async def person() -> None:
        for number in openings:
            tasks.append(documents_task(await handler.handle(opening(number), actor=OPENER)))

    await asyncio.gather(*(person() for _ in range(SETTING_UP)))
    return tasks


def _worker(number: int) -> PersonId:
    return CROWD[number % len(CROWD)]


def _orders(command: Callable[[TaskId], Command], tasks: Sequence[TaskId]) -> list[Order]:
    return [(command(task), _worker(number)) for number, task in enumerate(tasks)]


async def _press_all(handler: CommandHandler, orders: Sequence[Order], people: int) -> Timing:
    """Let *people* press side by side, each again as soon as the answer is there."""
    waiting = iter(orders)
    each: list[float] = []

    async def person() -> None:
        for command, actor in waiting:
            start = time.perf_counter()
            await handler.handle(command, actor=actor)
            each.append(time.perf_counter() - start)

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(person() for _ in range(people)))
    return Timing(time.perf_counter() - began, time.process_time() - cpu, each)
