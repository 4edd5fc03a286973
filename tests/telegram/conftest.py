"""The local Telegram and the program on it."""

from collections.abc import AsyncIterator

import pytest

from tests.telegram.server import TelegramServer
from tests.telegram.stage import Stage


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with TelegramServer() as server, Stage(sqlite_url, server) as stage:
        yield stage
