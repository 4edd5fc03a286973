"""The company of the scenarios."""

from collections.abc import AsyncIterator

import pytest

from tests.play.play import Play


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database: on SQLite, except for stories that ask for `ON_BOTH_DATABASES`."""
    name = "postgres_url" if getattr(request, "param", "sqlite") == "postgresql" else "sqlite_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
async def play(database_url: str) -> AsyncIterator[Play]:
    """InPlat at nine o'clock on a Monday."""
    async with Play(database_url) as opened:
        yield opened
