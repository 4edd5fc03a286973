"""The one writer of SQLite: functions commit together, each gets its own result, failures harm no other."""

import asyncio
import resource
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.engines.sqlite_writer import SqliteWriter
from storage.reads.queries import SqlQueries
from storage.writes.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import MONDAY_MORNING
from tests.onboarding import ANNA, ONBOARDING
from tests.storage.office import Office, an_office, answers, office_at, opening
from workflows.domain import errors
from workflows.domain.case import Case, CaseIdentity
from workflows.domain.forms.drafts import Draft
from workflows.ports.unit_of_work import AlreadyReceived, StorageUnavailable, UnitOfWork


def path_of(url: str) -> Path:
    return Path(make_url(url).database or "")


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    async with office_at(sqlite_url) as office:
        yield office


@asynccontextmanager
async def writer_held_up(office: Office) -> AsyncIterator[None]:
    """Keep the writer busy inside the block, so that functions submitted meanwhile go into one group."""
    started, go_on = threading.Event(), threading.Event()

    def blocks(_unit: UnitOfWork) -> None:
        started.set()
        go_on.wait()

    blocking = asyncio.create_task(office.write(blocks))
    await asyncio.to_thread(started.wait)
    try:
        yield
        await asyncio.sleep(0)
    finally:
        go_on.set()
        await blocking


def reserve(unit: UnitOfWork) -> CaseIdentity:
    """Use a counter and leave a trace of it."""
    identity = unit.reserve_case(ONBOARDING, "ONB")
    unit.save_draft(identity.number, Draft(answers=answers(client="А"), revision=1), MONDAY_MORNING)
    return identity


def refused(unit: UnitOfWork) -> None:
    reserve(unit)
    raise errors.NothingChanges


def broken(unit: UnitOfWork) -> None:
    reserve(unit)
    raise KeyError("bug")


def exhausted(unit: UnitOfWork) -> None:
    reserve(unit)
    next(iter(()))


def redelivered(unit: UnitOfWork) -> None:
    reserve(unit)
    unit.receive("web:1", MONDAY_MORNING)


def not_a_statement(unit: UnitOfWork) -> None:
    assert isinstance(unit, SqlUnitOfWork)
    unit.batch.others.append(("INSERT INTO nowhere VALUES (1)", ()))


@pytest.mark.parametrize("with_database_error", [False, True])
async def test_in_one_group_each_gets_its_own_answer_and_the_good_ones_are_kept(
    office: Office, with_database_error: bool
) -> None:
    await office.write(lambda unit: unit.receive("web:1", MONDAY_MORNING))
    wanted = [reserve, refused, reserve, broken, exhausted, reserve]
    if with_database_error:
        wanted[3:3] = [redelivered, not_a_statement]

    async with writer_held_up(office):
        pressed = [asyncio.create_task(office.write(work)) for work in wanted]
    results = await asyncio.gather(*pressed, return_exceptions=True)

    kinds = [type(result).__name__ for result in results]
    among = ["AlreadyReceived", "StorageUnavailable"] if with_database_error else []
    assert kinds == [
        "CaseIdentity",
        "NothingChanges",
        "CaseIdentity",
        *among,
        "KeyError",
        "RuntimeError",
        "CaseIdentity",
    ]
    numbers = [result.number for result in results if isinstance(result, CaseIdentity)]
    assert numbers == ["ONB-1", "ONB-2", "ONB-3"]
    assert [await office.queries.draft(number) is not None for number in (*numbers, "ONB-4")] == [True] * 3 + [False]


async def test_a_replayed_group_doubles_nothing(office: Office) -> None:
    await office.do(opening("Ноль"), ANNA, update_id="web:1")

    async with writer_held_up(office):
        presses = [asyncio.create_task(office.do(opening(f"Клиент {n}"), ANNA, update_id=f"web:{n}")) for n in range(9)]
        await asyncio.sleep(0)
    results = await asyncio.gather(*presses, return_exceptions=True)

    assert [type(result) for result in results if isinstance(result, BaseException)] == [AlreadyReceived]
    lines = await office.queries.active_cases(100)
    assert [line.number for line in lines] == [f"ONB-{n}" for n in range(1, 10)]
    # Of each case a card, and the line of whoever opened it.
    assert len(await office.queries.outbox(office.clock.now(), 100)) == 2 * 9
    assert {len(await office.queries.history(line.case_id)) for line in lines} == {5}


async def test_a_group_larger_than_one_commit_is_done_in_order(office: Office) -> None:
    async with writer_held_up(office):
        pressed = [asyncio.create_task(office.write(reserve)) for _ in range(200)]
    identities = await asyncio.gather(*pressed)

    assert [identity.id for identity in identities] == list(range(1, 201))


async def test_while_a_function_blocks_screens_are_read_and_the_loop_goes_on(office: Office) -> None:
    await office.open()
    async with writer_held_up(office):
        waiting = asyncio.create_task(office.open())
        assert len(await office.queries.active_cases(10)) == 1
        assert not waiting.done()
    assert (await waiting).case.number == "ONB-2"


async def test_a_waiter_who_left_harms_nobody(office: Office) -> None:
    async with writer_held_up(office):
        left, stayed = asyncio.create_task(office.write(reserve)), asyncio.create_task(office.write(reserve))
        await asyncio.sleep(0)
        left.cancel()
    assert (await stayed).number == "ONB-2"
    assert left.cancelled()


async def test_closing_finishes_what_waits_and_takes_nothing_more(sqlite_url: str) -> None:
    database = await Database(sqlite_url).__aenter__()
    office = an_office(database, SqlQueries(database.engine))
    async with writer_held_up(office):
        pressed = [asyncio.create_task(office.write(reserve)) for _ in range(100)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(database.__aexit__(None, None, None))
        await asyncio.sleep(0)
    await closing
    assert len({identity.number for identity in await asyncio.gather(*pressed)}) == 100
    with pytest.raises(StorageUnavailable):
        await office.write(reserve)

    async with office_at(sqlite_url) as again:
        assert (await again.write(reserve)).number == "ONB-101"


async def test_a_case_saved_from_a_stale_reading_is_refused(office: Office) -> None:
    """The guard on the revision: no way leads around the one that loads, decides and saves in one transaction."""
    stale = (await office.open()).case
    decision = await office.do(opening("Б"), ANNA)

    with pytest.raises(StorageUnavailable):
        await office.write(lambda unit: unit.save(_with_older_tasks(decision.case), decision))

    assert await office.queries.case(decision.case.id) == decision.case
    assert await office.queries.case(stale.id) == stale
    assert len(await office.queries.history(decision.case.id)) == len(decision.events)


def _with_older_tasks(case: Case) -> Case:
    tasks = {task.id: replace(task, revision=task.revision - 1) for task in case.tasks.values()}
    return replace(case, tasks=tasks)


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Hold the write lock, as another process may."""
    other = sqlite3.connect(path_of(url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_a_lock_held_too_long_makes_all_who_wait_unavailable_at_once(sqlite_url: str) -> None:
    writer = SqliteWriter(path_of(sqlite_url), busy_seconds=0.2)
    writer.open()
    loop = asyncio.get_running_loop()
    with locked(sqlite_url):
        began = loop.time()
        results = await asyncio.gather(*(writer.transact(reserve) for _ in range(50)), return_exceptions=True)
        took = loop.time() - began

    assert {type(result) for result in results} == {StorageUnavailable}
    assert took < 50 * 0.2 / 2
    assert (await writer.transact(reserve)).number == "ONB-1"
    await writer.close()


async def test_a_lock_held_for_a_moment_is_waited_for(office: Office, sqlite_url: str) -> None:
    with locked(sqlite_url):
        press = asyncio.create_task(office.open())
        assert not await office.queries.active_cases(10)
    assert (await press).case.number == "ONB-1"


@contextmanager
def no_room(file: Path) -> Iterator[None]:
    """Prevent files of this process from growing beyond the size of *file*: writes fail with an error."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_disk_that_takes_no_more_is_reported_and_forgotten_when_there_is_room(
    office: Office, sqlite_url: str
) -> None:
    await office.open()
    log = path_of(sqlite_url + "-wal")

    with no_room(log):
        results = await asyncio.gather(*(office.open(f"Клиент {n}") for n in range(5)), return_exceptions=True)

    assert {type(result) for result in results} == {StorageUnavailable}
    assert [(await office.open()).case.number for _ in range(2)] == ["ONB-2", "ONB-3"]


@pytest.mark.parametrize("name", ["", "missing/handover.db"])
async def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path, name: str) -> None:
    with pytest.raises(StorageUnavailable):
        async with Database(f"sqlite+aiosqlite:///{tmp_path / name}"):
            raise AssertionError("opened")


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    file = tmp_path / "handover.db"
    file.write_text("Дорогой дневник! " * 500, encoding="utf-8")

    with pytest.raises(StorageUnavailable):
        async with Database(f"sqlite+aiosqlite:///{file}"):
            raise AssertionError("opened")


async def test_a_database_without_tables_is_unavailable_to_screens_and_presses(tmp_path: Path) -> None:
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}") as database:
        with pytest.raises(StorageUnavailable):
            await SqlQueries(database.engine).active_cases(1)
        with pytest.raises(StorageUnavailable):
            await database.transact(reserve)
