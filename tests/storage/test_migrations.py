"""The tables' history: up, down, up; what the migrations make is what the program expects; nothing is half done."""

import asyncio
import importlib
import pkgutil

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

import storage
from storage.migrations import DatabaseIsNewer, migrate, upgrade_async
from storage.rows.tables import metadata
from tests.storage.migrating import execute, within
from tests.storage.office import office_at


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def differences(connection: Connection) -> list[object]:
    """Compare the tables of a database with those of the program; the modules of tables register themselves."""
    for module in pkgutil.iter_modules(storage.__path__):
        if module.name.endswith("tables"):
            importlib.import_module(f"storage.{module.name}")
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_up_down_up(empty_url: str) -> None:
    await upgrade_async(empty_url)
    assert await within(empty_url, differences) == []
    first = await within(empty_url, tables)

    await within(empty_url, lambda connection: migrate(connection, "base"))
    assert await within(empty_url, tables) == {"alembic_version"}

    await upgrade_async(empty_url)
    await upgrade_async(empty_url)
    assert await within(empty_url, tables) == first
    async with office_at(empty_url) as office:
        assert (await office.open()).case.number == "ONB-1"


async def test_a_migration_that_fails_halfway_leaves_nothing_behind(empty_url: str) -> None:
    await execute(empty_url, "CREATE TABLE timers (somebody_elses INTEGER)")

    with pytest.raises(DBAPIError):
        await upgrade_async(empty_url)
    assert await within(empty_url, tables) <= {"timers"}

    await execute(empty_url, "DROP TABLE timers")
    await upgrade_async(empty_url)
    assert await within(empty_url, differences) == []


async def test_programs_that_start_at_once_migrate_one_after_the_other(empty_url: str) -> None:
    await asyncio.gather(*(upgrade_async(empty_url) for _ in range(4)))

    assert await within(empty_url, differences) == []


async def test_a_database_of_a_newer_program_is_refused_and_left_alone(database_url: str) -> None:
    await execute(database_url, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(DatabaseIsNewer, match="9999"):
        await upgrade_async(database_url)

    assert await within(database_url, differences) == []


@pytest.mark.parametrize("table", ["history", "letters"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET case_id = case_id", "DELETE FROM {}"])
async def test_the_database_itself_refuses_to_change_the_past(database_url: str, table: str, statement: str) -> None:
    async with office_at(database_url) as office:
        case = (await office.open()).case
        with pytest.raises(DBAPIError, match="append-only"):
            await execute(database_url, statement.format(table))
        assert await office.queries.history(case.id)
        assert await office.queries.letters(case.id)
