"""The stage of the scenarios."""

from collections.abc import AsyncIterator

import pytest

from tests.play.play import Play


@pytest.fixture
async def play(database_url: str) -> AsyncIterator[Play]:
    """InPlat at nine o'clock on a Monday, once on SQLite and once on PostgreSQL."""
    async with Play(database_url) as opened:
        yield opened
