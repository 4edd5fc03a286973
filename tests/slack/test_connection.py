"""Socket Mode: connections that are refreshed, cut or refused, and a token that is wrong."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from slack_bolt.app.async_app import AsyncApp
from structlog.testing import capture_logs

from bot.slack.inbound.listeners import make_app
from bot.slack.inbound.socket_mode import Connection
from tests.slack.room import Room
from tests.slack.server import ServerError, SlackServer
from tests.slack.stage import Stage

SOON = 0.2


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """A stage that notices soon that its connection is dead."""
    async with SlackServer() as server, Stage(sqlite_url, server, ping_seconds=SOON) as stage:
        yield stage


async def test_a_connection_that_slack_refreshes_loses_nothing(stage: Stage) -> None:
    await stage.joins("anna")
    anna = stage.people["anna"]

    await stage.server.socket_mode.disconnect("refresh_requested")
    await anna.command("/handover", "my", anna.dm)

    await stage.told("anna", "нет задач")
    assert (anna.troubles, stage.server.violations) == ([], [])


async def test_the_present_connection_serves_until_slack_has_an_address_for_the_next(stage: Stage) -> None:
    await stage.joins("anna")
    anna = stage.people["anna"]
    opened = len(stage.server.calls_of("apps.connections.open"))
    stage.server.fail("apps.connections.open", ServerError(503), times=None)

    await stage.server.socket_mode.disconnect("warning")
    await stage.server.wait_for(lambda: len(stage.server.calls_of("apps.connections.open")) > opened)
    await anna.command("/handover", "my", anna.dm)

    await stage.told("anna", "нет задач")
    assert (anna.troubles, stage.server.violations) == ([], [])


async def test_a_connection_that_drops_is_opened_anew_and_what_came_meanwhile_is_answered(stage: Stage) -> None:
    await stage.joins("anna")
    anna = stage.people["anna"]

    stage.server.socket_mode.drop()
    await anna.command("/handover", "my", anna.dm)

    await stage.told("anna", "нет задач")
    assert (anna.troubles, stage.server.violations) == ([], [])


async def test_a_connection_that_is_refused_is_opened_by_another_ticket(sqlite_url: str) -> None:
    async with SlackServer() as server:
        server.socket_mode.refusals = 1
        async with Stage(sqlite_url, server, ping_seconds=SOON) as stage:
            await stage.joins("anna")

            server.socket_mode.refusals = 2
            server.socket_mode.drop()
            await stage.people["anna"].command("/handover", "my", stage.people["anna"].dm)

            await stage.told("anna", "нет задач")
        assert server.socket_mode.refusals == 0
        assert len(server.calls_of("apps.connections.open")) == 5


async def test_a_start_warns_of_nothing_where_the_token_stands_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-ours")

    async def nobody() -> None:
        return None

    make_app(signing_secret="", token="xoxb-of-ours", url="https://slack.example/api", who=nobody)

    assert caplog.records == []


async def test_with_a_wrong_token_slack_is_asked_at_our_pace_and_the_log_says_it_in_a_line(room: Room) -> None:
    server = room.server
    server.revoke(server.app_token)
    app = AsyncApp(client=room.api.client, token=server.bot_token, signing_secret=server.signing_secret)
    connection = Connection(app, room.api, server.app_token, ping_seconds=0.01, pauses=(0.01, 0.05))

    with capture_logs() as logs:
        connecting = asyncio.create_task(connection.connect())
        await server.wait_for(lambda: len(server.calls_of("apps.connections.open")) >= 3)
        server.tokens.revoked.clear()
        await connecting
    await connection.close()  # type: ignore[no-untyped-call]  # the library leaves it untyped

    refused = [line for line in logs if line["action"] == "slack_unconnected"]
    assert len(refused) == len(server.calls_of("apps.connections.open")) - 1
    assert {line["code"] for line in refused} == {"token_revoked"}
    assert not any("exc_info" in line for line in refused)
