"""What every test may ask for."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from storage.migrations import upgrade
from tests.databases import CreateSchema, PostgresDatabases, SqliteDatabases, postgres_server

# Machines are noisy: no test depends on how long something takes.
settings.register_profile("without a deadline", deadline=None)
settings.load_profile("without a deadline")


@pytest.fixture(scope="session")
def create_schema() -> CreateSchema:
    """What fills the template databases that the tests copy."""
    return upgrade


@pytest.fixture(scope="session")
def postgres_databases(create_schema: CreateSchema) -> Iterator[PostgresDatabases]:
    """A running PostgreSQL with its template; started by the first test that asks, stopped after the last."""
    with postgres_server() as databases:
        databases.prepare(create_schema)
        yield databases


@pytest.fixture(scope="session")
def sqlite_databases(create_schema: CreateSchema, tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    """A folder of SQLite files with its template."""
    databases = SqliteDatabases(tmp_path_factory.mktemp("sqlite"))
    databases.prepare(create_schema)
    return databases


@pytest.fixture
def sqlite_url(sqlite_databases: SqliteDatabases) -> Iterator[str]:
    """The address of a fresh SQLite database with our tables."""
    with sqlite_databases.fresh() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """The address of a fresh PostgreSQL database with our tables."""
    with postgres_databases.fresh() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database with our tables, once on SQLite and once on PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))
