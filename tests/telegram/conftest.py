"""The local Telegram and the program on it."""

from collections.abc import AsyncIterator

import pytest

from tests.telegram.firm import Firm
from tests.telegram.server import TelegramServer


@pytest.fixture
async def firm(sqlite_url: str) -> AsyncIterator[Firm]:
    async with TelegramServer() as server, Firm(sqlite_url, server) as firm:
        yield firm
