"""What earlier versions of the program have written is read by this one, and nothing of it is lost."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.migrations import upgrade_async
from storage.notes import SqlNotes
from storage.reads.queries import SqlQueries
from storage.rows.mapping import event_row, to_moment
from tests.fakes.clock import MONDAY_MORNING
from tests.storage.migrating import execute, rows, sample, to_revision
from workflows.domain import events
from workflows.domain.case import Return, TaskStatus
from workflows.domain.clients import recognised
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import CaseId, FieldName, FileId, PersonId, RecordId, StageId, TaskId
from workflows.domain.records import BUILT_IN_CLIENT, CLIENT, Record
from workflows.domain.visits.rework import corrected_visit, waiting_for
from workflows.ports.unit_of_work import UnitOfWork

CASE = CaseId(1)
KINDS = "SELECT kind FROM history ORDER BY id"


async def with_old_history(url: str) -> None:
    """Fill a database of revision 0004 with a case and its history."""
    await to_revision(url, "0004")
    await execute(
        url,
        "INSERT INTO cases (id, number, process, version, status, opened_by, opened_at, facts, revision) "
        "VALUES (1, 'ONB-1', 'onboarding', 'v1', 'active', 'anna', 0, '{}', 1)",
    )
    for row in sample("history_before_kinds.json"):
        statement = 'INSERT INTO history (case_id, at, "by", kind, data) VALUES (1, :at, :by, :kind, :data)'
        await execute(url, statement, **row)


async def history_at(url: str) -> list[events.Event]:
    """Read the history of the case as the program does."""
    async with Database(url) as database:
        return list(await SqlQueries(database.engine).history(CASE))


async def test_events_kept_under_the_names_of_classes_are_read(empty_url: str) -> None:
    old = sample("history_before_kinds.json")
    await with_old_history(empty_url)

    await upgrade_async(empty_url)

    read = await history_at(empty_url)
    assert [type(event).__name__ for event in read] == [row["kind"] for row in old]
    assert {event.kind for event in read} <= set(events.KINDS)  # later kinds never had the name of a class
    for row, event in zip(old, read, strict=True):
        written = event_row(CASE, event)
        assert (written["at"], written["by"]) == (row["at"], row["by"])
        assert json.loads(written["data"]).items() >= json.loads(row["data"]).items()


async def test_events_older_than_a_field_mean_what_its_default_says(empty_url: str) -> None:
    await with_old_history(empty_url)

    await upgrade_async(empty_url)

    read = await history_at(empty_url)
    claims = [event for event in read if isinstance(event, events.TaskClaimed)]
    assert claims[0] == events.TaskClaimed(
        at=datetime(2026, 5, 12, 9, 31, tzinfo=UTC),
        by=PersonId("ivan"),
        task_id=TaskId("1.2"),
        assignee=PersonId("ivan"),
        waited=timedelta(minutes=31),
        overtook=None,
        reason=None,
    )
    assert claims[1].overtook == "ONB-0"
    assert [event.files for event in read if isinstance(event, events.CommentAdded)] == [(), (FileId("f1"),)]
    joined = [event.rework_for for event in read if isinstance(event, events.HandoverJoined)]
    assert joined == [None, StageId("setup")]


async def test_the_history_goes_back_to_the_names_of_classes_and_stays_protected(empty_url: str) -> None:
    await with_old_history(empty_url)
    before = await rows(empty_url, KINDS)

    await upgrade_async(empty_url)
    assert await rows(empty_url, KINDS) != before
    await to_revision(empty_url, "0004")
    assert await rows(empty_url, KINDS) == before
    await upgrade_async(empty_url)

    with pytest.raises(DBAPIError, match="append-only"):
        await execute(empty_url, "UPDATE history SET kind = kind")


async def test_parked_updates_and_interviews_move_out_of_the_drafts_and_back(empty_url: str) -> None:
    kept = [
        ("interview:telegram:anna", '{"step":4,"seen":["telegram:1"]}', 3),
        ("new:onboarding:anna", '{"client":"Ромашка"}', 1),
        ("task:1.2", '{"contact":"Иван"}', 2),
        ("telegram:parked", '{"updates": [{"update_id": 7}]}', 4),
    ]
    await to_revision(empty_url, "0005")
    for key, answers, saved_at in kept:
        statement = "INSERT INTO drafts (key, answers, saved_at) VALUES (:key, :answers, :saved_at)"
        await execute(empty_url, statement, key=key, answers=answers, saved_at=saved_at)

    await upgrade_async(empty_url)

    async with Database(empty_url) as database:
        notes, queries = SqlNotes(database), SqlQueries(database.engine)
        assert await notes.read("interview:telegram:anna") == {"step": 4, "seen": ["telegram:1"]}
        assert await notes.read("telegram:parked") == [{"update_id": 7}]
        assert await queries.draft("task:1.2") == Draft(answers={FieldName("contact"): "Иван"}, revision=1)
        assert await queries.draft("new:onboarding:anna") == Draft(answers={FieldName("client"): "Ромашка"}, revision=1)
        assert await queries.draft("telegram:parked") is None
    await to_revision(empty_url, "0005")
    assert await rows(empty_url, "SELECT key, answers, saved_at FROM drafts ORDER BY key") == kept


async def test_open_tasks_get_the_end_of_their_reaction_time(empty_url: str) -> None:
    await with_old_history(empty_url)
    await to_revision(empty_url, "0006")
    task = (
        "INSERT INTO tasks (id, case_id, ordinal, process, stage, department, status, visit, opened_at, offered_at, "
        "generation, revision, came_from, rework_for, ticks, went_to) VALUES (:id, 1, :ordinal, 'onboarding', 'setup', "
        "'support', :status, 1, 0, :offered_at, 1, 1, '[]', '[]', '[]', '[]')"
    )
    timer = "INSERT INTO timers (task_id, kind, generation, due_at) VALUES (:task, :kind, 1, :due_at)"
    reminded_at = next(row["at"] for row in sample("history_before_kinds.json") if row["kind"] == "DepartmentReminded")
    await execute(empty_url, task, id="1.1", ordinal=1, status="completed", offered_at=0)
    await execute(empty_url, task, id="1.2", ordinal=2, status="ready", offered_at=reminded_at - 1)
    await execute(empty_url, task, id="1.3", ordinal=3, status="ready", offered_at=reminded_at)
    await execute(empty_url, task, id="1.4", ordinal=4, status="ready", offered_at=0)
    await execute(empty_url, timer, task="1.3", kind="remind", due_at=77)
    await execute(empty_url, timer, task="1.3", kind="escalate", due_at=88)

    await upgrade_async(empty_url)

    async with Database(empty_url) as database:
        case = await SqlQueries(database.engine).case(CASE)
    assert case is not None
    assert [None if t.claim_by is None else to_moment(t.claim_by) for t in case.tasks.values()] == [
        None,
        reminded_at,
        77,
        None,
    ]
    await to_revision(empty_url, "0006")
    assert len(await rows(empty_url, "SELECT id, offered_at FROM tasks")) == 4


def named(unit: UnitOfWork, name: str) -> Record | None:
    return recognised(name, None, unit.records_like(BUILT_IN_CLIENT, name, None))


async def test_names_of_clients_are_folded_anew_and_no_two_records_become_one(empty_url: str) -> None:
    await to_revision(empty_url, "0008")
    names = ["ООО «Ромашка»", 'ООО "Ромашка"', "Мёд", "Мед", '"Лютик"', "Лютик"]
    for number, name in enumerate(names, start=1):
        await execute(
            empty_url,
            "INSERT INTO clients (id, name, folded, attributes, created_at) VALUES (:id, :name, :folded, :kept, 0)",
            id=number,
            name=name,
            folded=name.casefold(),
            kept=json.dumps({"inn": "7707083893"} if number == 3 else {}),
        )

    await upgrade_async(empty_url)

    async with Database(empty_url) as database:
        queries = SqlQueries(database.engine)
        for number, name in enumerate(names, start=1):
            client = await database.transact(lambda unit, name=name: named(unit, name))  # type: ignore[misc]
            assert client is not None
            assert (client.id, client.name) == (number, name)
        assert [client.name for client in await queries.records(CLIENT, "мед", 9)] == ["Мёд", "Мед"]
        third = await database.transact(lambda unit: named(unit, "МЁД"))
        assert third is not None
        assert third.id == 3
        await database.transact(
            lambda unit: unit.update_record(
                BUILT_IN_CLIENT, third.id, {FieldName("inn"): "500100732259"}, MONDAY_MORNING
            )
        )
    kept = [("", 1), ("", 2), ("7707083893 500100732259", 3), ("", 4), ("", 5), ("", 6)]
    assert await rows(empty_url, "SELECT digits, id FROM records ORDER BY id") == kept

    await to_revision(empty_url, "0008")

    old = [(name.casefold(), name) for name in names]
    assert await rows(empty_url, "SELECT folded, name FROM clients ORDER BY id") == old


async def test_rework_under_way_gets_back_to_the_tasks_that_had_been_withdrawn_for_it(empty_url: str) -> None:
    await with_old_history(empty_url)
    await to_revision(empty_url, "0014")
    task = (
        "INSERT INTO tasks (id, case_id, ordinal, process, stage, department, status, visit, opened_at, offered_at, "
        "generation, revision, came_from, rework_for, rework_reason, assignee, closed_at, ticks, went_to) VALUES "
        "(:id, 1, :ordinal, 'onboarding', :stage, 'sales', :status, :visit, 0, 0, 1, 1, :came_from, :rework_for, "
        ":reason, 'ivan', :closed_at, '[]', '[]')"
    )
    stages = [
        ("sale", "completed", 1, "[]", "[]", None, 5),
        ("setup", "withdrawn", 1, '["1.1"]', "[]", None, 7),
        ("sale", "claimed", 2, "[]", '["setup"]', "Нет ИНН", None),
    ]
    for number, (stage, status, visit, came_from, rework_for, reason, closed_at) in enumerate(stages, start=1):
        await execute(
            empty_url,
            task,
            id=f"1.{number}",
            ordinal=number,
            stage=stage,
            status=status,
            visit=visit,
            came_from=came_from,
            rework_for=rework_for,
            reason=reason,
            closed_at=closed_at,
        )
    before = await rows(
        empty_url, "SELECT id, status, rework_for, rework_reason, closed_at FROM tasks ORDER BY ordinal"
    )

    await upgrade_async(empty_url)

    async with Database(empty_url) as database:
        case = await SqlQueries(database.engine).case(CASE)
    assert case is not None
    sale, setup, rework = case.tasks.values()
    asked = Return(task=setup.id, stage=setup.stage, by=PersonId("ivan"), reason="Нет ИНН")
    assert (rework.returns, rework.visit, corrected_visit(case, rework)) == ((asked,), 1, sale)
    assert (setup.status, setup.rework, setup.closed_at) == (TaskStatus.SUSPENDED, rework.id, None)
    assert waiting_for(case, rework) == (setup,)
    await to_revision(empty_url, "0014")
    after = "SELECT id, status, rework_for, rework_reason, closed_at FROM tasks ORDER BY ordinal"
    assert await rows(empty_url, after) == before


async def test_clients_become_records_and_back_and_nothing_of_them_is_lost(empty_url: str) -> None:
    await to_revision(empty_url, "0019")
    romashka = {
        "inn": "500100732259",
        "phone": "+74951234567;ext=12",
        "email": "Boss@Example.ru",
        "site": "romashka.ru",
    }
    add = (
        "INSERT INTO clients (id, name, folded, searched, inn, inns, attributes, created_at) "
        "VALUES (:id, :name, :folded, :searched, :inn, :inns, :attributes, 7)"
    )
    known = {"inn": "500100732259", "inns": "7707083893 500100732259", "attributes": json.dumps(romashka)}
    names = {"name": "ООО «Ромашка»", "folded": "ромашка\nооо", "searched": 'ооо "ромашка"'}
    await execute(empty_url, add, id=1, **names, **known)
    plain = {"name": "Лютик", "folded": "лютик", "searched": "лютик", "inn": None, "inns": "", "attributes": "{}"}
    await execute(empty_url, add, id=2, **plain)
    await execute(empty_url, "UPDATE counters SET last = 2 WHERE name = 'client'")
    await execute(
        empty_url,
        "INSERT INTO cases (id, number, process, version, status, opened_by, opened_at, client_id, client_name, facts, "
        "revision) VALUES (1, 'ONB-1', 'onboarding', 'v1', 'active', 'anna', 0, 1, 'ООО «Ромашка»', '{}', 1)",
    )
    old = "SELECT id, name, folded, searched, inn, inns, attributes, created_at FROM clients ORDER BY id"
    before = await rows(empty_url, old)

    await upgrade_async(empty_url)

    async with Database(empty_url) as database:
        queries = SqlQueries(database.engine)
        client = await queries.record(RecordId(1))
        assert client is not None
        assert (client.kind, client.name, client.values, client.revision) == (CLIENT, "ООО «Ромашка»", romashka, 1)
        for typed in ("7707083893", "500100732259", "8 495 123-45-67", "boss@example.ru", "ромашка"):
            assert [each.id for each in await queries.records(CLIENT, typed, 5)] == [1]
            assert [line.number for line in await queries.find_cases(typed, 5)] == ["ONB-1"]
        keys = [("phone", "+74951234567;ext=12"), ("email", "boss@example.ru")]
        assert [each.id for each in await queries.records_with(CLIENT, keys, 5)] == [1]
        assert [each.client.id for each in await queries.records_like(CLIENT, "Другая", "500100732259")] == [1]
        assert list(await queries.cases_of_record(RecordId(1), 5)) == [1]
        added = await database.transact(lambda unit: unit.add_record(BUILT_IN_CLIENT, "Мак", MONDAY_MORNING))
        assert added.id == 3
        await database.transact(lambda unit: unit.retire_record(BUILT_IN_CLIENT, added.id, MONDAY_MORNING))

    await execute(empty_url, "DELETE FROM record_changes")
    await execute(empty_url, "DELETE FROM records WHERE id = 3")
    await to_revision(empty_url, "0019")
    assert await rows(empty_url, old) == before
    assert await rows(empty_url, "SELECT last FROM counters WHERE name = 'client'") == [(3,)]
    assert await rows(empty_url, "SELECT client_id FROM cases") == [(1,)]
