"""The local Slack and the program on it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from tests.slack.firm import Firm
from tests.slack.one_channel import OneChannel, open_one_channel
from tests.slack.server import SlackServer


@pytest.fixture
async def firm(sqlite_url: str) -> AsyncIterator[Firm]:
    async with SlackServer() as server, Firm(sqlite_url, server) as firm:
        yield firm


@pytest.fixture
async def one_channel() -> AsyncIterator[OneChannel]:
    async with open_one_channel() as one_channel:
        yield one_channel


@pytest.fixture(scope="session", autouse=True)
def _plain_tracebacks() -> Iterator[None]:
    """Log tracebacks without local variables, as the program does: with whole forms in them that takes seconds."""
    before = structlog.get_config()["processors"]
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before[:-1], console])
    yield
    structlog.configure(processors=before)
