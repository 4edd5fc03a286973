"""A database without tables, of each kind."""

from collections.abc import Iterator

import pytest

from tests.storage.office import ON_SQL


@pytest.fixture(params=ON_SQL)
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Provide a database in which no migration has run."""
    databases = request.getfixturevalue("sqlite_databases" if request.param == "sqlite" else "postgres_databases")
    with databases.fresh(empty=True) as url:
        yield url
