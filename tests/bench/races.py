"""Two hundred people press one card at once: one gets it, everybody else learns who."""

import asyncio
import time
from collections.abc import Iterator

from storage.database import Database
from tests.bench.core import CROWD, OPENER, claim, command_handler, documents_task, inplat, opening
from tests.bench.databases import POSTGRESQL, SQLITE, Databases
from tests.bench.figures import Aim, Line, Scale, milliseconds
from workflows.domain.case import TaskStatus
from workflows.domain.decision import Decision
from workflows.domain.errors import TakenBy
from workflows.domain.events import TaskClaimed
from workflows.domain.ids import PersonId, TaskId
from workflows.usecases.handle_command import CommandHandler


class RaceLost(AssertionError):
    """A race did not end with one winner whose name everybody else learns: then no figure counts."""


def measure(databases: Databases, scale: Scale) -> Iterator[Line]:
    """Yield a line for each database, with one and with two programs on it."""
    races = scale.of(full=100, quick=10)
    for name in (SQLITE, POSTGRESQL):
        for programs in (1, 2):
            with databases.fresh(name) as url:
                answers, durations = asyncio.run(_race(url, races, programs))
            figures = {"races": races, "people": len(CROWD), **milliseconds(answers)}
            figures["race ms (p50)"] = milliseconds(durations)["p50 ms"]
            what = name if programs == 1 else f"{name}, pressed in {programs} programs"
            yield Line(
                what=what,
                figures=figures | {"exactly one winner": races},
                aims=(Aim(figure="exactly one winner", least=races),),
            )


async def _race(url: str, races: int, programs: int) -> tuple[list[float], list[float]]:
    """Run the races; return the seconds each press waited for its reply and the seconds each race took."""
    answers: list[float] = []
    durations: list[float] = []
    async with Database(url) as first, Database(url) as second:
        handlers = [command_handler(inplat(), database) for database in (first, second)[:programs]]
        for number in range(races):
            task = documents_task(await handlers[0].handle(opening(number), actor=OPENER))
            began = time.perf_counter()
            presses = (_press(handlers[place % programs], task, person, answers) for place, person in enumerate(CROWD))
            outcomes = await asyncio.gather(*presses)
            durations.append(time.perf_counter() - began)
            await _judge(handlers[0], task, dict(zip(CROWD, outcomes, strict=True)))
    return answers, durations


async def _press(handler: CommandHandler, task: TaskId, person: PersonId, answers: list[float]) -> Decision | TakenBy:
    start = time.perf_counter()
    try:
        return await handler.handle(claim(task), actor=person)
    except TakenBy as taken:
        return taken
    finally:
        answers.append(time.perf_counter() - start)


async def _judge(handler: CommandHandler, task: TaskId, outcomes: dict[PersonId, Decision | TakenBy]) -> None:
    """Raise RaceLost unless one won, the others got its name and time, and the database has the same."""
    winners = [person for person, outcome in outcomes.items() if isinstance(outcome, Decision)]
    if len(winners) != 1:
        raise RaceLost(f"{len(winners)} winners of one card")
    [winner] = winners
    decision = outcomes[winner]
    assert isinstance(decision, Decision)
    kept = await handler.queries.case(decision.case.id)
    if kept is None or kept.tasks[task].assignee != winner or kept.tasks[task].status is not TaskStatus.CLAIMED:
        raise RaceLost("the database names another winner")
    since = kept.tasks[task].claimed_at
    told = {(o.assignee, o.claimed_at) for o in outcomes.values() if isinstance(o, TakenBy)}
    if told != {(winner, since)}:
        raise RaceLost(f"the others were told {len(told)} different things")
    claims = [event for event in await handler.queries.history(kept.id) if isinstance(event, TaskClaimed)]
    if len(claims) != 1:
        raise RaceLost(f"the history tells of {len(claims)} claims")
