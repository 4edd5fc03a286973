"""A server, a client and some people for the tests of the server itself."""

from collections.abc import AsyncIterator

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from . import Channel, HandClock, Person, SlackServer


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def server(clock: HandClock) -> AsyncIterator[SlackServer]:
    async with SlackServer(clock, trigger_lives=3.0, retry_after=(0.0, 0.0, 0.0)) as running:
        yield running


@pytest.fixture
def client(server: SlackServer) -> AsyncWebClient:
    # Without retry handlers: a test sees exactly the calls that it makes.
    return AsyncWebClient(token=server.bot_token, base_url=server.url, retry_handlers=[])


@pytest.fixture
def anna(server: SlackServer) -> Person:
    return server.user("Анна", "anna@inplat.example")


@pytest.fixture
def sales(server: SlackServer, anna: Person) -> Channel:
    return server.channel("sales", members=(anna,))


@pytest.fixture
def app(server: SlackServer, client: AsyncWebClient) -> AsyncApp:
    """The app of a test: real bolt, to which the test adds its listeners."""
    return AsyncApp(client=client, token=server.bot_token, signing_secret=server.signing_secret)


@pytest.fixture
async def socket(server: SlackServer, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """The app connected by Socket Mode."""
    handler = AsyncSocketModeHandler(app, server.app_token, ping_interval=0.5)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt leaves it untyped
    await server.wait_for(lambda: server.socket_mode.connections)
    yield handler
    await handler.close_async()  # type: ignore[no-untyped-call]  # bolt leaves it untyped
