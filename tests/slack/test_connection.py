"""Socket Mode: connections that are refreshed, cut or refused, and a token that is wrong."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from slack_bolt.app.async_app import AsyncApp
from structlog.testing import capture_logs

from bot.slack.inbound.bolt_app import make_app
from bot.slack.inbound.socket_mode import SocketMode
from tests.fakes.tuning import AT_ONCE
from tests.slack.firm import Firm
from tests.slack.one_channel import OneChannel
from tests.slack.server import ServerError, SlackServer

NOTICES_SOON = replace(AT_ONCE, slack=replace(AT_ONCE.slack, ping_seconds=0.2))
"""Only where a connection is to die: on a busy machine a good one may be silent for as long."""


@pytest.fixture
async def firm(sqlite_url: str) -> AsyncIterator[Firm]:
    """A firm that notices soon that its connection is dead."""
    async with SlackServer() as server, Firm(sqlite_url, server, tuning=NOTICES_SOON) as firm:
        yield firm


async def test_a_connection_that_slack_refreshes_loses_nothing(firm: Firm) -> None:
    await firm.joins("anna")
    anna = firm.people["anna"]

    await firm.server.socket_mode.disconnect("refresh_requested")
    await anna.command("/handover", "my", anna.dm)

    await firm.told("anna", "нет задач")
    assert (anna.troubles, firm.server.violations) == ([], [])


async def test_the_present_connection_serves_until_slack_has_an_address_for_the_next(firm: Firm) -> None:
    await firm.joins("anna")
    anna = firm.people["anna"]
    opened = len(firm.server.calls_of("apps.connections.open"))
    firm.server.fail("apps.connections.open", ServerError(503), times=None)

    await firm.server.socket_mode.disconnect("warning")
    await firm.server.wait_for(lambda: len(firm.server.calls_of("apps.connections.open")) > opened)
    await anna.command("/handover", "my", anna.dm)

    await firm.told("anna", "нет задач")
    assert (anna.troubles, firm.server.violations) == ([], [])


async def test_a_connection_that_drops_is_opened_anew_and_what_came_meanwhile_is_answered(firm: Firm) -> None:
    await firm.joins("anna")
    anna = firm.people["anna"]

    firm.server.socket_mode.drop()
    await anna.command("/handover", "my", anna.dm)

    await firm.told("anna", "нет задач")
    assert (anna.troubles, firm.server.violations) == ([], [])


async def test_what_cannot_be_read_does_not_end_the_connection(firm: Firm) -> None:
    await firm.joins("anna")
    anna = firm.people["anna"]

    await firm.server.socket_mode.garble()
    await anna.command("/handover", "my", anna.dm)

    await firm.told("anna", "нет задач")
    assert (anna.troubles, firm.server.socket_mode.connections) == ([], 1)


async def test_while_the_next_connection_is_being_opened_the_present_one_takes_presses(firm: Firm) -> None:
    await firm.joins("anna")
    anna, connections = firm.people["anna"], firm.server.socket_mode
    connections.held = asyncio.Event()
    await connections.disconnect("warning")
    await firm.server.wait_for(lambda: connections.waiting)

    delivery = await anna.command("/handover", "my", anna.dm)

    assert (delivery.acknowledged, anna.troubles, connections.connections) == (True, [], 1)
    await firm.told("anna", "нет задач")
    connections.held.set()
    await firm.server.wait_for(lambda: connections.connections == 2)


async def test_what_comes_by_the_old_connection_is_acknowledged_by_it_once_the_next_is_there(firm: Firm) -> None:
    await firm.joins("anna")
    anna, connections = firm.people["anna"], firm.server.socket_mode
    await connections.disconnect("warning")
    await firm.server.wait_for(lambda: connections.connections == 2)

    deliveries = [await anna.command("/handover", "my", anna.dm) for _ in range(4)]

    assert all(delivery.acknowledged for delivery in deliveries)
    assert (anna.troubles, firm.server.violations) == ([], [])


@pytest.mark.system
async def test_a_connection_that_is_cut_is_replaced_without_waiting_for_a_ping(sqlite_url: str) -> None:
    never = replace(AT_ONCE, slack=replace(AT_ONCE.slack, ping_seconds=3600.0))
    async with SlackServer() as server, Firm(sqlite_url, server, tuning=never) as firm:
        await firm.joins("anna")
        anna = firm.people["anna"]

        server.socket_mode.drop()
        await anna.command("/handover", "my", anna.dm)

        await firm.told("anna", "нет задач")
        assert (anna.troubles, server.violations) == ([], [])


@pytest.mark.system
async def test_a_connection_that_slack_no_longer_answers_is_replaced(sqlite_url: str) -> None:
    async with SlackServer() as server, Firm(sqlite_url, server, tuning=NOTICES_SOON) as firm:
        await firm.joins("anna")
        opened = len(server.calls_of("apps.connections.open"))

        server.socket_mode.is_silent = True

        await server.wait_for(lambda: len(server.calls_of("apps.connections.open")) > opened)
        server.socket_mode.is_silent = False


@pytest.mark.system
async def test_a_connection_that_is_refused_is_opened_by_another_ticket(sqlite_url: str) -> None:
    async with SlackServer() as server:
        server.socket_mode.refusals = 1
        async with Firm(sqlite_url, server, tuning=NOTICES_SOON) as firm:
            await firm.joins("anna")

            server.socket_mode.refusals = 2
            server.socket_mode.drop()
            await firm.people["anna"].command("/handover", "my", firm.people["anna"].dm)

            await firm.told("anna", "нет задач")
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


async def test_with_a_wrong_token_slack_is_asked_at_our_pace_and_the_log_says_it_in_a_line(
    one_channel: OneChannel,
) -> None:
    server = one_channel.server
    server.revoke(server.app_token)
    app = AsyncApp(client=one_channel.api.client, token=server.bot_token, signing_secret=server.signing_secret)
    connection = SocketMode(app, one_channel.api, server.app_token, ping_seconds=0.01, pauses=(0.01, 0.05))

    with capture_logs() as logs:
        connecting = asyncio.create_task(connection.connect())
        await server.wait_for(lambda: len(server.calls_of("apps.connections.open")) >= 3)
        server.tokens.revoked.clear()
        await connecting
    await connection.close()

    refused = [line for line in logs if line["action"] == "slack_unconnected"]
    assert len(refused) == len(server.calls_of("apps.connections.open")) - 1
    assert {line["code"] for line in refused} == {"token_revoked"}
    assert not any("exc_info" in line for line in refused)
