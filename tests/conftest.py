"""The fixtures of all tests, and which tests belong to `make quick` (`pytest --quick`).

A test that starts something outside its own process carries a marker: `postgres`, `browser`, `system` (a port, another
process) or `server` (the tests of the local platform servers themselves). The markers are applied here, by the fixtures
that a test asks for and by its folder; a module that starts such things without a fixture says `pytestmark`. A test
without any of them that opens a port or starts a process fails, so that `make quick` stays what it is.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from storage.migrations import upgrade
from tests.databases import CreateSchema, PostgresDatabases, SqliteDatabases, quick_folder, shared_postgres

# Machines are noisy: no test depends on how long something takes.
settings.register_profile("full", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=settings.get_profile("full").max_examples // 10)
settings.load_profile("full")

TESTS = Path(__file__).parent
SERVERS = (TESTS / "telegram" / "server", TESTS / "slack" / "server")
MARKERS_OF_FIXTURES = {
    "postgres_databases": "postgres",
    "browser": "browser",
    "firm": "system",
    "one_channel": "system",
}
OUTSIDE = ("postgres", "browser", "system", "server", "slow")
"""The markers of all that `--quick` leaves out."""

_reached_outside: list[str] = []
"""What the present test has begun outside its process."""


def _note_what_leaves_the_process(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.bind", "socket.connect"}:
        # A socket of the file system leads to our own PostgreSQL, whose tests are marked.
        if isinstance(arguments[1], tuple):
            _reached_outside.append(f"{event} {arguments[1]}")
    elif event in {"subprocess.Popen", "os.posix_spawn", "os.fork"}:
        _reached_outside.append(event)


sys.addaudithook(_note_what_leaves_the_process)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the option of `make quick`."""
    told = (
        "run only tests without a port, another process, a browser or PostgreSQL; random ones with a tenth of examples"
    )
    parser.addoption("--quick", action="store_true", help=told)


def pytest_configure(config: pytest.Config) -> None:
    """Draw fewer examples in a quick run."""
    if config.getoption("quick"):
        settings.load_profile("quick")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip the import of folders from which a quick run takes nothing."""
    is_outside = collection_path in (*SERVERS, TESTS / "browser")
    return True if config.getoption("quick") and is_outside else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark each test by its fixtures and folder, and deselect what a quick run leaves out."""
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in SERVERS):
            item.add_marker("server")
        if isinstance(item, pytest.Function):
            for marker in {MARKERS_OF_FIXTURES[name] for name in item.fixturenames if name in MARKERS_OF_FIXTURES}:
                item.add_marker(marker)
        if any(item.get_closest_marker(name) for name in OUTSIDE):
            # The tracer takes half as long again; what the quick tests do not reach is the question.
            item.add_marker("no_cover")
    if config.getoption("quick"):
        left_out = [item for item in items if any(item.get_closest_marker(name) for name in OUTSIDE)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.fixture(autouse=True)
def stays_in_its_process(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that reaches outside its process without a marker."""
    _reached_outside.clear()
    yield
    if _reached_outside and not any(request.node.get_closest_marker(name) for name in OUTSIDE):
        pytest.fail(f"mark this test `system`, it is none of `make quick`: {_reached_outside}", pytrace=False)


@pytest.fixture(scope="session")
def create_schema() -> CreateSchema:
    """What fills the template databases that the tests copy."""
    return upgrade


@pytest.fixture(scope="session")
def postgres_databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, create_schema: CreateSchema
) -> Iterator[PostgresDatabases]:
    """A running PostgreSQL with its template, one for all workers; started by the first test that asks for it."""
    worker, folder = getattr(request.config, "workerinput", None), tmp_path_factory.getbasetemp()
    run, of_run = (str(os.getpid()), folder) if worker is None else (worker["testrunuid"], folder.parent)
    with shared_postgres(run, of_run / "postgres.lock", create_schema) as databases:
        yield databases


@pytest.fixture(scope="session")
def sqlite_databases(create_schema: CreateSchema) -> Iterator[SqliteDatabases]:
    """A folder of SQLite files with its template."""
    with TemporaryDirectory(prefix="handover-sqlite-", dir=quick_folder(), ignore_cleanup_errors=True) as folder:
        databases = SqliteDatabases(Path(folder))
        databases.prepare(create_schema)
        yield databases


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
