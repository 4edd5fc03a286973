"""Functions whose writes wait at the same time are written with one statement, as if one came after the other."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest

from storage.engines.postgres_connections import Connections
from storage.engines.postgres_lane import WriteLane
from storage.writes import statements
from storage.writes.batch import Batch, Write
from storage.writes.platform_statements import DROP_CARDS
from tests.onboarding import STEPAN
from tests.storage.office import Office, office_at
from workflows.domain.commands import ClaimTask
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import TaskId
from workflows.ports.unit_of_work import AlreadyReceived, UnitOfWork


@pytest.fixture
async def office(postgres_url: str) -> AsyncIterator[Office]:
    async with office_at(postgres_url) as office:
        yield office


def of(write: Write, *rows: dict[str, Any]) -> Batch:
    batch = Batch()
    for row in rows:
        batch.add(write, row)
    return batch


def joined(*batches: Batch) -> tuple[Batch, list[bool]]:
    together = Batch()
    return together, [together.join(batch) for batch in batches]


def counted(last: int, after: int) -> Batch:
    return of(statements.COUNTER, {"name": "case", "last": last, "guard_last": after})


def test_functions_that_touch_different_rows_are_written_together() -> None:
    together, are_joined = joined(
        of(statements.LANGUAGE, {"person": "a", "language": "ru"}),
        of(statements.LANGUAGE, {"person": "b", "language": "en"}),
        of(statements.DROP_DRAFT, {"key": "d"}),
    )

    assert are_joined == [True, True, True]
    assert {write.table: len(rows) for write, rows in together.rows.items()} == {"languages": 2, "drafts": 1}


def test_a_function_that_touches_the_same_row_waits_for_the_next_statement() -> None:
    draft = {"key": "d", "answers": "{}", "saved_at": 1, "revision": 2, "guard_revision": 1}
    together, are_joined = joined(of(statements.DRAFT, draft), of(statements.DROP_DRAFT, {"key": "d"}))

    assert are_joined == [True, False]
    assert list(together.rows) == [statements.DRAFT]


def test_a_counter_counts_on_from_the_function_before() -> None:
    together, are_joined = joined(counted(5, after=4), counted(7, after=5), counted(8, after=7))

    assert are_joined == [True, True, True]
    assert together.rows == {statements.COUNTER: [{"name": "case", "last": 8, "guard_last": 4}]}


def test_a_counter_that_was_read_too_early_is_not_written_together() -> None:
    assert joined(counted(5, after=4), counted(5, after=4))[1] == [True, False]


def test_what_deletes_rows_that_nobody_has_named_is_written_by_itself() -> None:
    card = of(statements.CARD, {"task_id": "1.2", "chat": "web:#a", "message_id": "1", "revision": 1})

    assert joined(card, of(DROP_CARDS, {"chat": "web:#a"}))[1] == [True, False]
    assert joined(of(DROP_CARDS, {"chat": "web:#a"}), card)[1] == [True, False]


@pytest.mark.postgres
async def test_one_that_cannot_be_written_keeps_nothing_from_its_neighbours(office: Office) -> None:
    def receives(number: int) -> Callable[[UnitOfWork], None]:
        def work(unit: UnitOfWork) -> None:
            unit.receive("the same" if number in (5, 9) else f"{number}", office.clock.now())
            unit.save_draft(f"{number}", Draft(), office.clock.now())

        return work

    results = await asyncio.gather(*(office.write(receives(n)) for n in range(20)), return_exceptions=True)

    late = [n for n, result in enumerate(results) if isinstance(result, AlreadyReceived)]
    assert late in ([5], [9])
    assert [n for n in range(20) if await office.queries.draft(f"{n}") is None] == late


@pytest.mark.postgres
async def test_a_command_that_was_overtaken_elsewhere_holds_up_no_other(office: Office, postgres_url: str) -> None:
    cases = [(await office.open(f"Клиент {number}")).case for number in range(6)]
    task = TaskId(f"{cases[0].id}.2")
    async with office_at(postgres_url) as other:
        await other.do(ClaimTask(task_id=task), STEPAN)

    claims = [ClaimTask(task_id=TaskId(f"{case.id}.2"), reason="все сразу") for case in cases]
    results = await asyncio.gather(*(office.do(claim, STEPAN) for claim in claims), return_exceptions=True)

    assert [isinstance(result, Exception) for result in results] == [True, False, False, False, False, False]
    assert len(await office.queries.my_tasks(STEPAN)) == 6


@pytest.mark.postgres
async def test_cases_opened_at_once_in_one_program_have_numbers_without_gaps(office: Office) -> None:
    opened = await asyncio.gather(*(office.open(f"Клиент {number}") for number in range(30)))

    assert sorted(decision.case.id for decision in opened) == list(range(1, 31))
    assert {decision.case.number for decision in opened} == {f"ONB-{number}" for number in range(1, 31)}


class Unopenable:
    """Connections none of which can be opened, for a reason that nobody foresaw."""

    def take(self) -> None:
        raise RuntimeError("no connection")


async def test_all_who_wait_hear_of_a_fault_that_nobody_foresaw() -> None:
    lane = WriteLane(cast(Connections, Unopenable()))

    waiting = [lane.send(of(statements.LANGUAGE, {"person": person, "language": "ru"})) for person in ("a", "b")]
    async with asyncio.timeout(5):
        results = await asyncio.gather(*waiting, return_exceptions=True)

    assert [str(result) for result in results] == ["no connection", "no connection"]
