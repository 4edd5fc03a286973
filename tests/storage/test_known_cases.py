"""What a process remembers of the cases it has changed never decides against what another process has done since."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from storage.writes.known_cases import KnownCases, ReadCase
from storage.writes.unit_of_work import SqlUnitOfWork
from tests.onboarding import STEPAN, TATIANA
from tests.storage.office import Office, office_at
from workflows.domain.case import TaskStatus
from workflows.domain.commands import ClaimTask, ReleaseTask
from workflows.domain.errors import TakenBy
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import CaseId, TaskId
from workflows.ports.unit_of_work import UnitOfWork

TASK = TaskId("1.2")


class NothingToRead:
    """A cursor that fails when it is used."""

    rowcount = 0

    def execute(self, operation: str, parameters: Any = (), /) -> None:
        raise AssertionError(operation)

    def executemany(self, operation: str, parameters: Any, /) -> None:
        raise AssertionError(operation)

    def fetchall(self) -> Sequence[Any]:
        return ()


@pytest.fixture
async def here(database_url: str) -> AsyncIterator[Office]:
    async with office_at(database_url) as office:
        yield office


@pytest.fixture
async def elsewhere(database_url: str) -> AsyncIterator[Office]:
    async with office_at(database_url) as office:
        yield office


async def test_what_was_claimed_elsewhere_is_taken(here: Office, elsewhere: Office) -> None:
    await here.open()
    await elsewhere.do(ClaimTask(task_id=TASK), STEPAN)

    with pytest.raises(TakenBy):
        await here.do(ClaimTask(task_id=TASK), TATIANA)


async def test_what_was_released_elsewhere_can_be_claimed_here(here: Office, elsewhere: Office) -> None:
    await here.open()
    await here.do(ClaimTask(task_id=TASK), STEPAN)
    await elsewhere.do(ReleaseTask(task_id=TASK), STEPAN)

    case = (await here.do(ClaimTask(task_id=TASK), TATIANA)).case

    assert (case.tasks[TASK].status, case.tasks[TASK].assignee) == (TaskStatus.CLAIMED, TATIANA)
    assert case == await elsewhere.queries.case(case.id)


async def test_what_seems_done_already_is_done_again_when_it_was_undone_elsewhere(
    here: Office, elsewhere: Office
) -> None:
    await here.open()
    await here.do(ClaimTask(task_id=TASK), STEPAN)
    await elsewhere.do(ReleaseTask(task_id=TASK), STEPAN)

    await here.do(ClaimTask(task_id=TASK), STEPAN)

    case = await elsewhere.queries.case(CaseId(1))
    assert case is not None
    assert case.tasks[TASK].assignee == STEPAN


async def test_two_processes_that_change_a_case_in_turns_lose_nothing(here: Office, elsewhere: Office) -> None:
    await here.open()
    for _ in range(3):
        await here.do(ClaimTask(task_id=TASK), STEPAN)
        await elsewhere.do(ReleaseTask(task_id=TASK), STEPAN)

    kinds = [event.kind for event in await here.queries.history(CaseId(1))]
    assert (kinds.count("task_claimed"), kinds.count("task_released")) == (3, 3)


async def test_a_command_on_a_case_that_was_changed_here_reads_it_no_more(here: Office) -> None:
    case = (await here.open()).case

    def look(unit: UnitOfWork) -> None:
        assert isinstance(unit, SqlUnitOfWork)
        cursor, unit._cursor = unit._cursor, NothingToRead()
        assert unit.case(case.id) == case
        unit._cursor = cursor
        unit.save_draft("d", Draft(), here.clock.now())

    await here.write(look)


def test_the_case_that_was_left_longest_ago_gives_way() -> None:
    known = KnownCases(most=2)
    for number in (1, 2, 1, 3):
        known.leave({CaseId(number): ReadCase(case=None, revision=number)})  # type: ignore[arg-type]  # any case does

    assert [known.get(CaseId(number)) is not None for number in (1, 2, 3)] == [True, False, True]
