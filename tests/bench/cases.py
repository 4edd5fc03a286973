"""Whole cases a second: start, then three times five people race to claim and one completes with a form."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from statistics import median

from bot import bootstrap
from bot.host.clock import SystemClock
from bot.host.garbage_collection import freeze_loaded
from storage.database import Database
from tests.bench.core import THREE_STEPS, command_handler, program_settings
from tests.bench.databases import POSTGRESQL, SQLITE, Databases
from tests.bench.figures import Aim, Line, Scale
from tests.bench.spiff import PostgresStates, Spiff, SqliteStates
from tests.bench.steps import OPENING, STEPS, racers
from workflows.definitions.load import load_company
from workflows.domain.case import CaseStatus
from workflows.domain.commands import ClaimTask, CompleteTask, OpenCase
from workflows.domain.errors import TakenBy
from workflows.domain.ids import FieldName, OutcomeId, PersonId, ProcessId, StageId, TaskId
from workflows.ports.queries import Queries
from workflows.usecases.handle_command import CommandHandler

TIMES, OF_COMMITTED = "times SpiffWorkflow", "of committed"
COMMITTED_AIMS = {SQLITE: (Aim(figure=TIMES, least=3),), POSTGRESQL: (Aim(figure=TIMES, least=1.5),)}
DELIVERED_AIMS = (Aim(figure=TIMES, least=1.5), Aim(figure=OF_COMMITTED, least=0.8))
"""At ten at once."""

WARMING_UP = 10
"""Connections are opened, statements prepared and letters compiled once in the life of a program."""

RunCase = Callable[[int], Awaitable[None]]


def measure(databases: Databases, scale: Scale) -> Iterator[Line]:
    """Yield for each database and load: ours committed, ours delivered to the web chat too, both beside the other."""
    for name in (SQLITE, POSTGRESQL):
        for at_once in (1, 10):
            count = scale.of(full=30, quick=10) * (1 if at_once == 1 else 4)
            rounds = [asyncio.run(_round(databases, name, count, at_once)) for _ in range(scale.of(full=3, quick=1))]
            yield _line(f"{name}, {at_once} at once, committed", rounds, 0, COMMITTED_AIMS[name] if at_once > 1 else ())
            what = f"{name}, {at_once} at once, committed and delivered to the web chat"
            yield _line(what, rounds, 1, DELIVERED_AIMS if at_once > 1 else ())


Round = tuple[float, float, float]
"""Whole cases a second: committed, committed and delivered, SpiffWorkflow's."""


def _line(what: str, rounds: Sequence[Round], which: int, aims: Sequence[Aim]) -> Line:
    figures = {
        "cases a second": median(each[which] for each in rounds),
        "SpiffWorkflow cases a second": median(each[2] for each in rounds),
        TIMES: median(each[which] / each[2] for each in rounds),
    }
    if which:
        figures[OF_COMMITTED] = median(each[which] / each[0] for each in rounds)
    return Line(what=what, figures=figures, aims=aims)


async def _round(databases: Databases, name: str, count: int, at_once: int) -> Round:
    with databases.fresh(name) as url:
        async with Database(url) as database:
            handler = command_handler(load_company(THREE_STEPS), database)
            committed = await _rate(lambda number: _run_case(handler, number), count, at_once)
    with databases.fresh(name) as url:
        async with bootstrap.running(program_settings(url, THREE_STEPS)) as program:
            said = all_said(program.queries)
            delivered = await _rate(lambda number: _run_case(program.handler, number), count, at_once, said)
    with databases.fresh(name) as url:
        spiff = await _spiff(name, url, count, at_once)
    return committed, delivered, spiff


async def _spiff(name: str, url: str, count: int, at_once: int) -> float:
    states: SqliteStates | PostgresStates
    if name == SQLITE:
        states = SqliteStates(url)
    else:
        states = PostgresStates(url)
        await states.open()
    try:
        return await _rate(Spiff(states).run_case, count, at_once)
    finally:
        await states.close()


async def _rate(
    run_case: RunCase, count: int, at_once: int, afterwards: Callable[[], Awaitable[None]] | None = None
) -> float:
    """Return how many cases a second are run, *afterwards* included; WARMING_UP more go before, unmeasured."""
    await asyncio.gather(*(run_case(-number) for number in range(1, WARMING_UP + 1)))
    if afterwards is not None:
        await afterwards()
    freeze_loaded()
    numbers = iter(range(1, count + 1))

    async def company() -> None:
        for number in numbers:
            await run_case(number)

    began = time.perf_counter()
    await asyncio.gather(*(company() for _ in range(at_once)))
    if afterwards is not None:
        await afterwards()
    return count / (time.perf_counter() - began)


async def _run_case(handler: CommandHandler, number: int) -> None:
    decision = await handler.handle(_opening(number), actor=PersonId("seller"))
    for stage, (outcome, values) in STEPS.items():
        task = decision.case.latest(StageId(stage))
        if task is None:
            raise AssertionError(f"{decision.case.number} does not stand at {stage}")
        people = [PersonId(person) for person in racers(stage)]
        won = await asyncio.gather(*(_wins(handler, task.id, person) for person in people))
        [winner] = [person for person, has_won in zip(people, won, strict=True) if has_won]
        form = {FieldName(field): value for field, value in values.items()}
        done = CompleteTask(task_id=task.id, outcome=OutcomeId(outcome), values=form)
        decision = await handler.handle(done, actor=winner)
    if decision.case.status is not CaseStatus.COMPLETED:
        raise AssertionError(f"{decision.case.number} did not end")


def _opening(number: int) -> OpenCase:
    typed = {**OPENING, "client": f"Client {number}"}
    values = {FieldName(field): value for field, value in typed.items()}
    return OpenCase(process=ProcessId("three_steps"), outcome=OutcomeId("begun"), values=values)


async def _wins(handler: CommandHandler, task: TaskId, person: PersonId) -> bool:
    try:
        await handler.handle(ClaimTask(task_id=task, reason="Several work through the queue at once"), actor=person)
    except TakenBy:
        return False
    return True


def all_said(queries: Queries) -> Callable[[], Awaitable[None]]:
    """Make what waits until the outbox is empty; raises when something could not be delivered."""

    async def wait() -> None:
        # Nothing in production asks when the outbox is empty, hence nothing tells it.
        while await queries.outbox(SystemClock().now(), 1, ()):  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        if await queries.undeliverable(1):
            raise AssertionError("a message could not be delivered")

    return wait
