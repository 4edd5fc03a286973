"""The local Slack and the program on it."""

from collections.abc import AsyncIterator

import pytest

from tests.slack.room import Room, open_room
from tests.slack.server import SlackServer
from tests.slack.stage import Stage


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with SlackServer() as server, Stage(sqlite_url, server) as stage:
        yield stage


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    async with open_room() as room:
        yield room
