"""The screens' queries use their indexes when the tables are big: the plans of the real statements are read."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from storage.database import Database
from storage.reads.queries import SqlQueries
from storage.rows import tables as t
from storage.rows.mapping import task_row, to_moment
from storage.web_messages import SqlWebMessages
from storage.writes import platform_statements, statements
from storage.writes.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import MONDAY_MORNING
from tests.onboarding import ONBOARDING
from tests.storage.office import ON_SQL, reading
from workflows.domain.case import Case, CaseStatus, Task, TaskStatus
from workflows.domain.ids import CaseId, DepartmentId, PersonId, RecordId, StageId, TaskId
from workflows.domain.notices import NoticeKind
from workflows.domain.records import BUILT_IN_CLIENT, CLIENT
from workflows.domain.timers import TimerKind
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.unit_of_work import ShownNotice, UnitOfWork

CASES = 4_000
NOW = MONDAY_MORNING + timedelta(days=30)
SUPPORT, STEPAN, CHAT = DepartmentId("d1"), PersonId("p1"), ChatAddress("web:#d1")
A_CASE = Case(
    id=CaseId(CASES),
    number=f"ONB-{CASES}",
    process=ONBOARDING,
    version="1",
    status=CaseStatus.ACTIVE,
    opened_by=STEPAN,
    opened_at=NOW,
    client=None,
)
SOME_CASES = [CaseId(number) for number in range(1, 30)]
SOME_TASKS = [TaskId(f"{number}.1") for number in SOME_CASES]
A_NOTICE = ShownNotice(
    chat=CHAT,
    message_id=MessageId("7"),
    kind=NoticeKind.UNCLAIMED_REMINDER,
    case_id=CaseId(7),
    task_id=TaskId("7.1"),
    values={},
    looks="",
    posted_at=NOW,
)
A_CASE_CHANGED = {"id": CASES, "revision": 2, "guard_revision": 1}
A_TASK = Task(
    id=TaskId(f"{CASES}.1"),
    stage=StageId("s1"),
    department=SUPPORT,
    status=TaskStatus.READY,
    visit=1,
    offered_at=NOW,
)

KEYS = ("inn", "phone", "email", "snils", "passport")
"""By how many keys a record is found."""


def rows_of_case(number: int) -> dict[str, list[dict[str, Any]]]:
    """One case of forty is active: its tasks are ready or claimed. One outbox row of a hundred still waits."""
    at = to_moment(MONDAY_MORNING) + number * 1_000_000
    is_active, owner = number % 40 == 0, number % 50
    status = ("ready" if number % 80 == 0 else "claimed") if is_active else "completed"
    nothing = {"facts": "{}", "client_id": None, "client_name": None, "end_id": None, "closed_at": None}
    case = {"id": number, "number": f"ONB-{number}", "process": ONBOARDING, "version": "1", "opened_by": "p"}
    task = {"case_id": number, "process": ONBOARDING, "visit": 1, "opened_at": at, "offered_at": at, "generation": 1}
    empty = {"revision": 1, "came_from": "[]", "returns": "[]", "claimed_at": None}
    open_ended = {"due_at": None, "ticks": "[]", "outcome": None, "went_to": "[]", "closed_at": None}
    letter = {"from_task": f"{number}.1", "template": "t", "template_version": "1", "stage": None, "department": None}
    waiting = {"kind": "card", "notice": None, "data": "{}", "attempts": 0, "error": None}
    where = {"stage": f"s{number // 80 % 9}", "department": f"d{number // 80 % 10}", "assignee": f"p{owner}"}
    return {
        "records": [
            {"id": number, "kind": "client", "name": f"К{number}", "folded": f"к{number}", "attributes": "{}"}
            | {"created_at": at, "number": None, "merged_into": None}
        ],
        "record_keys": [{"record_id": number, "key": key, "value": f"{key}{number}", "kind": "client"} for key in KEYS],
        "record_changes": [{"record_id": number, "at": at, "by": None, "case_id": number, "data": "{}"}],
        "cases": [case | nothing | {"status": "active" if is_active else "completed", "opened_at": at}],
        "case_records": [{"record_id": number, "case_id": number, "at": at}],
        "tasks": [
            task | empty | open_ended | where | {"id": f"{number}.{n}", "ordinal": n, "status": status} for n in (1, 2)
        ],
        "history": [{"case_id": number, "at": at, "by": None, "kind": "TaskClaimed", "data": "{}"}] * 4,
        "letters": [letter | {"case_id": number, "recipient": None, "by": "p", "at": at, "facts": "{}", "texts": "{}"}],
        "client_letters": [
            {"task_id": f"{number}.1", "number": 1, "case_id": number, "template": "t", "by": f"p{owner}"}
            | {"sent_at": None if number % 100 == 0 else at, "sent_by": None if number % 100 == 0 else "p"}
        ],
        "timers": [{"task_id": f"{number}.1", "kind": "remind", "generation": 1, "due_at": at + 10**13 * (owner > 0)}],
        "outbox": [
            waiting
            | {"chat": f"web:#d{owner}", "case_id": number, "task_id": f"{number}.1", "created_at": at, "due_at": at}
            | {"state": "waiting" if number % 100 == 0 else "dead"}
        ],
        "cards": [{"task_id": f"{number}.1", "chat": f"web:#d{number % 1_000}", "message_id": "1", "revision": 1}],
        "shown_notices": [
            {"chat": f"web:#d{number % 1_000}", "message_id": f"{number}", "task_id": f"{number}.1", "kind": "comment"}
            | {"case_id": number, "data": "{}", "looks": "", "posted_at": at}
        ],
        "web_messages": [
            {"chat": f"web:#d{owner}", "key": f"{number}", "author": None, "renditions": "{}", "case_id": number}
            | {"task_id": None, "posted_at": at, "edit": 0}
        ],
    }


class Plans:
    """Remembers how the database meant to run each statement of a query."""

    def __init__(self, database: Database, is_sqlite: bool) -> None:
        self.database = database
        self.queries = SqlQueries(database.engine)
        self._explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        self.read: list[str] = []

    def run(self, cursor: Any, sql: str, arguments: Any) -> None:
        """Explain a statement on a driver's cursor."""
        cursor.execute(self._explain + sql, arguments)
        self.read.append("\n".join(str(row[-1]) for row in cursor.fetchall()))

    async def of_query(self, ask: Callable[[SqlQueries], Awaitable[object]]) -> str:
        """Run a query and return the plans of its statements."""
        self.read.clear()
        engine = self.database.engine.sync_engine

        def explain(_connection: Any, cursor: Any, sql: str, arguments: Any, *_more: Any) -> None:
            self.run(cursor, sql, arguments)

        event.listen(engine, "before_cursor_execute", explain)
        try:
            await ask(self.queries)
        finally:
            event.remove(engine, "before_cursor_execute", explain)
        return "\n".join(self.read)

    async def of_work(self, work: Callable[[SqlUnitOfWork], object]) -> str:
        """Explain what a transaction function reads instead of running it."""
        self.read.clear()

        def explaining(unit: UnitOfWork) -> None:
            assert isinstance(unit, SqlUnitOfWork)
            unit._cursor = ExplainingCursor(self, unit._cursor)
            work(unit)

        await self.database.transact(explaining)
        return "\n".join(self.read)

    async def of_writes(self, work: Callable[[SqlUnitOfWork], object]) -> str:
        """Explain what a transaction function would write."""
        self.read.clear()

        def explaining(unit: UnitOfWork) -> None:
            assert isinstance(unit, SqlUnitOfWork)
            work(unit)
            cursor = ExplainingCursor(self, unit._cursor, answer=[(True,)])
            if self.database.engine.dialect.name == "sqlite":
                unit.batch.send_to_sqlite(cursor)
            else:
                unit.batch.send_to_postgresql(cursor, t.metadata.tables)
            raise Explained

        with suppress(Explained):
            await self.database.transact(explaining)
        return "\n".join(self.read)


class Explained(Exception):
    """Ends a transaction function once its statements are explained, so that nothing is written."""


class ExplainingCursor:
    """Wraps a driver's cursor: statements are explained, not run, and return *answer*."""

    rowcount = 1

    def __init__(self, plans: Plans, cursor: Any, answer: Sequence[Any] = ()) -> None:
        self._plans = plans
        self._cursor = cursor
        self._answer = answer

    def execute(self, operation: str, parameters: Any = (), /) -> None:
        self._plans.run(self._cursor, operation, parameters)

    def executemany(self, operation: str, parameters: Any, /) -> None:
        raise AssertionError("a reading writes nothing")

    def fetchall(self) -> Sequence[Any]:
        return self._answer


@pytest.fixture(scope="module", params=ON_SQL)
def big_url(request: pytest.FixtureRequest) -> Any:
    databases = request.getfixturevalue("sqlite_databases" if request.param == "sqlite" else "postgres_databases")
    with databases.fresh() as url:
        yield url


@pytest.fixture(scope="module")
def filled() -> set[str]:
    """The databases that are full already."""
    return set()


@pytest.fixture
async def plans(big_url: str, filled: set[str]) -> AsyncIterator[Plans]:
    async with Database(big_url) as database:
        if big_url not in filled:
            await fill(database)
            filled.add(big_url)
        yield Plans(database, is_sqlite=big_url.startswith("sqlite"))


async def fill(database: Database) -> None:
    gathered: dict[str, list[dict[str, Any]]] = {}
    for number in range(1, CASES + 1):
        for name, rows in rows_of_case(number).items():
            gathered.setdefault(name, []).extend(rows)
    async with database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            await connection.execute(text("PRAGMA query_only = OFF"))
        for name, rows in gathered.items():
            await connection.execute(insert(t.metadata.tables[name]), rows)
        await connection.execute(text("ANALYZE"))


QUERIES: dict[str, tuple[str, Callable[[SqlQueries], Awaitable[object]]]] = {
    "my_tasks": ("ix_tasks_mine", lambda q: q.my_tasks(STEPAN)),
    "workloads": ("ix_tasks_mine", lambda q: q.workloads([STEPAN], MONDAY_MORNING)),
    "loads": ("ix_tasks_mine", lambda q: q.loads([STEPAN])),
    "queue": ("ix_tasks_queue", lambda q: q.queue(reading(SUPPORT), 10)),
    "queue of what is for somebody alone": ("ix_tasks_named", lambda q: q.queue(reading(SUPPORT), 10)),
    "tasks for named people": ("ix_tasks_named", lambda q: q.named_tasks()),
    "cards to be delivered": ("pk_cards", lambda q: q.delivery_facts(SOME_CASES, SOME_TASKS)),
    "cases to be delivered": ("ix_tasks_case_id", lambda q: q.delivery_facts(SOME_CASES, SOME_TASKS)),
    "letters to be delivered": ("ix_letters_case_id", lambda q: q.delivery_facts(SOME_CASES, SOME_TASKS)),
    "positions on cards": ("ix_tasks_order", lambda q: q.delivery_facts(SOME_CASES, SOME_TASKS)),
    "active_cases": ("ix_cases_active", lambda q: q.active_cases(20)),
    "opened_by": ("ix_cases_opened_by", lambda q: q.opened_by(STEPAN, 20)),
    "active cases, what is late first": ("ix_tasks_mine", lambda q: q.active_cases(20, 0, NOW)),
    "case": ("ix_tasks_case_id", lambda q: q.case(CaseId(7))),
    "case_numbered": ("uq_cases_number", lambda q: q.case_numbered("ONB-7")),
    "history": ("ix_history_case_id", lambda q: q.history(CaseId(CASES + 1))),
    "letters": ("ix_letters_case_id", lambda q: q.letters(CaseId(CASES + 1))),
    "client_letters": ("ix_client_letters_case_id", lambda q: q.client_letters(CaseId(CASES + 1))),
    "unsent_letters": ("ix_client_letters_unsent", lambda q: q.unsent_letters(STEPAN, 5)),
    "outbox": ("ix_outbox_chat", lambda q: q.outbox(NOW, 100)),
    "outbox without busy chats": ("ix_outbox_chat", lambda q: q.outbox(NOW, 100, [CHAT])),
    "next_outbox_due": ("ix_outbox_chat", lambda q: q.next_outbox_due(NOW)),
    "due_timers": ("ix_timers_due_at", lambda q: q.due_timers(MONDAY_MORNING, 100)),
    "next_timer_due": ("ix_timers_due_at", lambda q: q.next_timer_due()),
    "notices about cases": (
        "ix_shown_notices_case_id",
        lambda q: q.delivery_facts(SOME_CASES, SOME_TASKS),
    ),
    "notices in a chat": ("pk_shown_notices", lambda q: q.delivery_facts([], [], [CHAT])),
    "shown_card": ("pk_cards", lambda q: q.shown_card(TaskId("7.1"), CHAT)),
    "shown_cards": ("pk_cards", lambda q: q.shown_cards([TaskId("7.1"), TaskId("7.2")], CHAT)),
    "records_like": ("uq_records_kind_folded", lambda q: q.records_like(CLIENT, "Ромашка", "7707083893")),
    "records_with": ("ix_record_keys_value", lambda q: q.records_with(CLIENT, [("inn", "7"), ("phone", "8")], 5)),
    "record_numbered": ("uq_records_number", lambda q: q.record_numbered("OBJ-7")),
    "record_changes": ("ix_record_changes_record_id", lambda q: q.record_changes(RecordId(7), 10)),
    "cases of a record": ("pk_case_records", lambda q: q.cases_of_record(RecordId(7), 10)),
    "cases of a client": ("ix_cases_client_id", lambda q: q.cases_of_record(RecordId(7), 10)),
}
CHATS = [ChatAddress(f"web:#d{number}") for number in range(20)]
MESSAGES: dict[str, Callable[[SqlWebMessages], Awaitable[object]]] = {
    "the newest of each chat": lambda messages: messages.last_ids(CHATS),
    "the latest of a chat": lambda messages: messages.latest(CHAT, 50),
}
READINGS: dict[str, tuple[str, Callable[[SqlUnitOfWork], object]]] = {
    "case": ("pk_cases", lambda unit: unit.case(CaseId(7))),
    "tasks": ("ix_tasks_case_id", lambda unit: unit.case(CaseId(7))),
    "earlier_waiting": ("ix_tasks_order", lambda unit: unit.earlier_waiting(A_CASE, A_TASK)),
    "clients_like": (
        "uq_records_kind_folded",
        lambda unit: unit.records_like(BUILT_IN_CLIENT, "Ромашка", "7707083893"),
    ),
    "still_in_outbox": ("pk_outbox", lambda unit: unit.still_in_outbox([7, 8])),
    "ready tasks of a department": (
        "ix_tasks_queue",
        lambda unit: unit.run(unit.known.platforms.open_tasks, department=SUPPORT),
    ),
    "claimed tasks of a department": (
        "ix_tasks_mine",
        lambda unit: unit.run(unit.known.platforms.open_tasks, department=SUPPORT),
    ),
    "cards of a chat": (
        "ix_cards_chat",
        lambda unit: unit.run(unit.known.platforms.shown_open_tasks, of_chat=CHAT),
    ),
    "what follows a chat that moved": (
        "ix_outbox_chat",
        lambda unit: unit.run(unit.known.platforms.move_outbox, of_chat=CHAT, to=CHATS[1], due=0),
    ),
    "messages by key": (
        "uq_web_messages_key",
        lambda unit: unit.run(unit.known.web_messages.of_keys, keys='["7", "8"]'),
    ),
}
WRITES: dict[str, tuple[str, Callable[[SqlUnitOfWork], object]]] = {
    "delivered": ("pk_outbox", lambda unit: unit.delivered(7, None)),
    "drop_timer": ("pk_timers", lambda unit: unit.drop_timer(TaskId("7.1"), TimerKind.REMIND, 1)),
    "a task": ("pk_tasks", lambda unit: unit.batch.add(statements.TASK, task_row(A_CASE, A_TASK))),
    "timers of a task": ("pk_timers", lambda unit: unit.batch.add(statements.DROP_TIMERS, {"task_id": "7.1"})),
    "what waits for a chat": (
        "ix_outbox_chat",
        lambda unit: unit.batch.add(platform_statements.DROP_OUTBOX_OF_CHAT, {"state": "waiting", "chat": CHAT}),
    ),
    "what a chat shows": ("ix_cards_chat", lambda unit: unit.batch.add(platform_statements.DROP_CARDS, {"chat": CHAT})),
    "what a message states": ("pk_shown_notices", lambda unit: unit.drop_notices([A_NOTICE])),
    "a case": ("pk_cases", lambda unit: unit.batch.add(statements.CASE_REVISION, A_CASE_CHANGED)),
}
# SQLite names the index behind a primary key or a unique column after itself, and rows by number are no index at all.
# It numbers the unique constraints of a table in no certain order, hence the columns of those of records.
OF_SQLITE = {
    "uq_cases_number": "sqlite_autoindex_cases_1",
    "uq_records_kind_folded": "(kind=? AND folded=?)",
    "uq_records_number": "(number=?)",
    "pk_case_records": "sqlite_autoindex_case_records_1",
    "uq_web_messages_key": "sqlite_autoindex_web_messages_1",
    "pk_cards": "sqlite_autoindex_cards_1",
    "pk_shown_notices": "sqlite_autoindex_shown_notices_1",
    "pk_cases": "INTEGER PRIMARY KEY",
    "pk_outbox": "INTEGER PRIMARY KEY",
    "pk_timers": "sqlite_autoindex_timers_1",
    "pk_tasks": "sqlite_autoindex_tasks_1",
}


def check(plan: str, index: str, url: str) -> None:
    if url.startswith("sqlite"):
        assert OF_SQLITE.get(index, index) in plan
    else:
        assert index in plan
    for table in t.metadata.tables:
        assert f"Seq Scan on {table} " not in plan
        assert f"SCAN {table}\n" not in f"{plan}\n"


@pytest.mark.parametrize("name", QUERIES)
async def test_a_screen_finds_its_rows_by_an_index(plans: Plans, big_url: str, name: str) -> None:
    index, ask = QUERIES[name]
    check(await plans.of_query(ask), index, big_url)


@pytest.mark.parametrize("name", MESSAGES)
async def test_an_opened_page_reads_only_the_messages_that_it_shows(plans: Plans, big_url: str, name: str) -> None:
    plan = await plans.of_query(lambda _queries: MESSAGES[name](SqlWebMessages(plans.database)))

    check(plan, "ix_web_messages_chat", big_url)
    assert "aggregate" not in plan.lower()
    assert "group" not in plan.lower()


@pytest.mark.parametrize("name", READINGS)
async def test_a_press_finds_its_rows_by_an_index(plans: Plans, big_url: str, name: str) -> None:
    index, work = READINGS[name]
    check(await plans.of_work(work), index, big_url)


@pytest.mark.parametrize("name", WRITES)
async def test_a_press_finds_what_it_writes_by_an_index(plans: Plans, big_url: str, name: str) -> None:
    """Also on PostgreSQL, where rows travel as JSON, of which the planner knows nothing."""
    index, work = WRITES[name]
    check(await plans.of_writes(work), index, big_url)
