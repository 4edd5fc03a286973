"""The databases that the tests are lent: prepared once, and one's own."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from tests.databases import PostgresDatabases, SqliteDatabases, postgres_server


async def _create_and_close(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE letter (word TEXT NOT NULL)"))
    await engine.dispose()


def create_letter_table(url: str) -> None:
    """A schema of one table, made in a loop of its own as migrations do."""
    asyncio.run(_create_and_close(url))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SqliteDatabases | PostgresDatabases]:
    if request.param == "sqlite":
        files = SqliteDatabases(tmp_path_factory.mktemp("fresh"))
        files.prepare(create_letter_table)
        yield files
        return
    with postgres_server() as server:
        server.prepare(create_letter_table)
        yield server


async def test_each_borrower_has_the_tables_and_sees_no_rows_of_another(
    databases: SqliteDatabases | PostgresDatabases,
) -> None:
    with databases.fresh() as one, databases.fresh() as other:
        first, second = create_async_engine(one), create_async_engine(other)
        async with first.begin() as connection:
            await connection.execute(text("INSERT INTO letter VALUES ('dear')"))
        async with second.connect() as connection:
            rows = (await connection.execute(text("SELECT count(*) FROM letter"))).scalar_one()
        await first.dispose()
        await second.dispose()

    assert rows == 0


async def test_a_returned_database_is_gone(databases: SqliteDatabases | PostgresDatabases) -> None:
    with databases.fresh() as url:
        pass

    engine = create_async_engine(url)
    with pytest.raises((DBAPIError, asyncpg.InvalidCatalogNameError)):
        async with engine.connect() as connection:
            await connection.execute(text("SELECT count(*) FROM letter"))
    await engine.dispose()


async def test_an_empty_database_has_no_tables(databases: SqliteDatabases | PostgresDatabases) -> None:
    with databases.fresh(empty=True) as url:
        await _create_and_close(url)


def test_the_template_is_made_anew_when_the_schema_changes(tmp_path: Path) -> None:
    files = SqliteDatabases(tmp_path)
    files.prepare(create_letter_table)

    files.prepare(create_letter_table)

    with files.fresh() as url, sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///")) as connection:
        assert connection.execute("SELECT count(*) FROM letter").fetchone() == (0,)
