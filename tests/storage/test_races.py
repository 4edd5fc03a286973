"""Two hundred people press one card at once, in one process and in several: exactly one of them has the task."""

import asyncio
import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack

import pytest

from tests.onboarding import NIKOLAY, STEPAN, SUPPORT, TATIANA
from tests.storage.office import Office, office_at, reading
from workflows.domain.commands import ClaimTask, ReleaseTask
from workflows.domain.decision import Decision
from workflows.domain.errors import AlreadyYours, EarlierClientWaits, TakenBy
from workflows.domain.ids import CaseId, PersonId, TaskId
from workflows.domain.records import CLIENT

PRESSERS = 200
SUPPORTERS = (STEPAN, TATIANA, NIKOLAY)


def presser(number: int) -> PersonId:
    return SUPPORTERS[number % len(SUPPORTERS)]


async def press_all(offices: list[Office], task: TaskId) -> PersonId:
    """Make everybody press at once; returns the winner, after checking the refusals of the others."""
    pressed = [
        offices[number % len(offices)].do(ClaimTask(task_id=task), presser(number)) for number in range(PRESSERS)
    ]
    results = await asyncio.gather(*pressed, return_exceptions=True)
    (won,) = [result for result in results if isinstance(result, Decision)]
    winner = won.case.tasks[task].assignee
    assert winner is not None
    for number, result in enumerate(results):
        if isinstance(result, TakenBy):
            assert (result.assignee, presser(number) != winner) == (winner, True)
        elif not isinstance(result, Decision):
            assert (type(result), presser(number)) == (AlreadyYours, winner)
    return winner


async def race(url: str, processes: int, times: int) -> None:
    async with AsyncExitStack() as stack:
        offices = [await stack.enter_async_context(office_at(url)) for _ in range(processes)]
        case = (await offices[0].open()).case
        task = TaskId(f"{case.id}.2")
        for _ in range(times):
            winner = await press_all(offices, task)
            assert [line.assignee for line in await offices[-1].queries.my_tasks(winner)] == [winner]
            await offices[0].do(ReleaseTask(task_id=task), winner)
        claims = [type(event).__name__ for event in await offices[0].queries.history(case.id)]
        assert Counter(claims)["TaskClaimed"] == Counter(claims)["TaskReleased"] == times
        outbox = await offices[0].queries.outbox(offices[0].clock.now(), 1000)
        # Besides the cards of each round, the opening told the opener.
        assert len(outbox) == 2 + 2 * times


@pytest.mark.parametrize("processes", [1, 3])
async def test_one_of_two_hundred_pressers_wins_and_the_others_are_told_who(database_url: str, processes: int) -> None:
    await race(database_url, processes, times=2)


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 3])
async def test_one_of_two_hundred_pressers_wins_a_hundred_times(database_url: str, processes: int) -> None:
    await race(database_url, processes, times=100)


async def test_cases_opened_at_once_from_several_sides_have_numbers_without_gaps(database_url: str) -> None:
    """Half of them for clients that nobody has heard of, each named by two people at once."""
    async with AsyncExitStack() as stack:
        offices = [await stack.enter_async_context(office_at(database_url)) for _ in range(3)]
        opened = await asyncio.gather(*(offices[n % 3].open(f"Клиент {n // 2}") for n in range(60)))
        clients = await offices[0].queries.records(CLIENT, "клиент", 100)

    assert sorted(decision.case.id for decision in opened) == list(range(1, 61))
    assert {decision.case.number for decision in opened} == {f"ONB-{n}" for n in range(1, 61)}
    assert len(clients) == 30
    assert {decision.case.client.id for decision in opened if decision.case.client} == {client.id for client in clients}


async def test_an_invitation_pressed_twice_at_once_is_used_once(database_url: str) -> None:
    async with AsyncExitStack() as stack:
        offices = [await stack.enter_async_context(office_at(database_url)) for _ in range(2)]
        now = offices[0].clock.now()
        tomorrow = offices[0].clock.move(days=1)
        await offices[0].write(lambda unit: unit.add_invitation("digest", STEPAN, tomorrow))
        used = await asyncio.gather(
            *(offices[n % 2].write(lambda unit: unit.redeem_invitation("digest", now)) for n in range(20))
        )

    assert Counter(invited and invited.person for invited in used) == {STEPAN: 1, None: 19}


def press_in_a_process(url: str, cases: int, seed: int) -> list[tuple[int, str]]:
    """Press the cards of all cases, over and over, as one process; returns what this process has won."""

    async def run() -> list[tuple[int, str]]:
        won = []
        async with office_at(url) as office:
            for case_id in range(1, cases + 1):
                results = await asyncio.gather(
                    *(
                        office.do(ClaimTask(task_id=TaskId(f"{case_id}.2")), presser(seed + number))
                        for number in range(20)
                    ),
                    return_exceptions=True,
                )
                assert {type(r) for r in results} <= {Decision, TakenBy, AlreadyYours, EarlierClientWaits}
                won += [
                    (int(r.case.id), str(r.case.tasks[TaskId(f"{case_id}.2")].assignee))
                    for r in results
                    if isinstance(r, Decision)
                ]
        return won

    return asyncio.run(run())


@pytest.mark.system
async def test_real_processes_never_both_win(database_url: str) -> None:
    cases = 10
    async with office_at(database_url) as office:
        for number in range(cases):
            await office.open(f"Клиент {number}")
        with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as processes:
            loop = asyncio.get_running_loop()
            won = await asyncio.gather(
                *(loop.run_in_executor(processes, press_in_a_process, database_url, cases, seed) for seed in range(3))
            )
        kept = [await office.queries.case(CaseId(case_id)) for case_id in range(1, cases + 1)]
        assert not (await office.queries.queue(reading(SUPPORT), 10)).lines

    winners = sorted(claim for of_one in won for claim in of_one)
    assert winners == [(case.id, case.tasks[TaskId(f"{case.id}.2")].assignee) for case in kept if case is not None]
    assert len(winners) == cases
