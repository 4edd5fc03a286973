"""Socket Mode with the real client: envelopes, acknowledgements, tries, reconnections."""

import asyncio
from functools import partial
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from . import Channel, Person, SlackServer


async def test_hello_ping_and_pong(server: SlackServer, socket: AsyncSocketModeHandler) -> None:
    await server.wait_for(lambda: server.socket_mode.pongs)
    assert await socket.client.is_connected()


async def test_an_address_of_a_connection_works_once(server: SlackServer, client: AsyncWebClient) -> None:
    url = (await client.apps_connections_open(app_token=server.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as connection:
            assert (await connection.receive_json())["type"] == "hello"
        async with session.get(url.replace("ws:", "http:")) as response:
            assert response.status == 403


async def test_an_event_reaches_the_app_and_is_acknowledged(
    server: SlackServer, app: AsyncApp, socket: AsyncSocketModeHandler, sales: Channel, anna: Person
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    @app.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        await heard.put(event["text"])

    await anna.post(sales, "1 < 2")

    await server.wait_for(lambda: server.last("message").acknowledged)
    assert await heard.get() == "1 &lt; 2"
    assert server.violations == []


async def test_an_unacknowledged_event_comes_three_more_times_with_its_count(
    server: SlackServer, client: AsyncWebClient, sales: Channel, anna: Person
) -> None:
    url = (await client.apps_connections_open(app_token=server.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as connection:
        assert (await connection.receive_json())["type"] == "hello"
        server.deliveries.answer_within = 0.3
        await anna.post(sales, "x")
        envelopes = [await connection.receive_json(timeout=30) for _ in range(3)]
        server.deliveries.answer_within = 30.0
        envelopes.append(await connection.receive_json(timeout=30))
        await connection.send_json({"envelope_id": envelopes[3]["envelope_id"]})
        await server.settled()

    tries = [(envelope["retry_attempt"], envelope["retry_reason"]) for envelope in envelopes]
    assert tries == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]
    assert len({envelope["payload"]["event_id"] for envelope in envelopes}) == 1
    assert server.last("message").acknowledged


async def test_bolt_hands_the_count_of_tries_to_its_listeners(
    server: SlackServer, app: AsyncApp, socket: AsyncSocketModeHandler, sales: Channel, anna: Person
) -> None:
    seen: asyncio.Queue[list[str]] = asyncio.Queue()

    @app.event("message")
    async def on_message(request: AsyncBoltRequest) -> None:
        await seen.put(list(request.headers.get("x-slack-retry-num", [])))

    await anna.post(sales, "x")
    await server.settled()
    await server.deliveries.repeat(server.last("message"))

    assert [await seen.get(), await seen.get()] == [["0"], ["1"]]


async def test_an_envelope_can_come_twice_and_is_owed_two_acknowledgements(
    server: SlackServer, app: AsyncApp, socket: AsyncSocketModeHandler, anna: Person
) -> None:
    seen: asyncio.Queue[str] = asyncio.Queue()

    @app.shortcut("new_case")
    async def on_shortcut(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await seen.put(body["trigger_id"])

    server.repeat_next(2)
    deliveries = [await anna.shortcut("new_case") for _ in range(3)]
    await server.settled()

    assert all(delivery.acknowledged for delivery in deliveries)
    triggers = [await seen.get() for _ in range(5)]
    assert [triggers.count(delivery.payload["trigger_id"]) for delivery in deliveries] == [2, 2, 1]
    assert server.violations == []


async def test_acknowledging_what_is_not_owed_is_a_violation(server: SlackServer, client: AsyncWebClient) -> None:
    url = (await client.apps_connections_open(app_token=server.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as connection:
        await connection.receive_json()
        await connection.send_json({"envelope_id": "never-sent"})
        await connection.send_str("hm")
        await connection.ping()
        await server.wait_for(lambda: len(server.violations) == 2)


async def test_a_press_that_nobody_acknowledges_warns_the_person(
    server: SlackServer, socket: AsyncSocketModeHandler, anna: Person
) -> None:
    server.deliveries.answer_within = 0.3

    delivery = await anna.shortcut("nobody_listens")

    assert not delivery.acknowledged
    assert anna.troubles == ["Operation timed out. Apps need to respond within 3 seconds."]


def _opened_since(server: SlackServer, before: int) -> bool:
    return len(server.calls_of("apps.connections.open")) > before


async def test_a_refresh_moves_the_app_to_a_new_connection_and_loses_nothing(
    server: SlackServer, app: AsyncApp, socket: AsyncSocketModeHandler, anna: Person
) -> None:
    @app.shortcut("new_case")
    async def on_shortcut(ack: Any) -> None:
        await ack()

    for reason in ("warning", "refresh_requested"):
        opened = len(server.calls_of("apps.connections.open"))
        await server.socket_mode.disconnect(reason)
        delivery = await anna.shortcut("new_case")
        assert delivery.acknowledged
        await server.wait_for(partial(_opened_since, server, opened))
        await server.wait_for(lambda: server.socket_mode.connections == 1)


async def test_a_dropped_connection_is_opened_again(
    server: SlackServer, app: AsyncApp, socket: AsyncSocketModeHandler, sales: Channel, anna: Person
) -> None:
    heard = asyncio.Event()

    @app.event("message")
    async def on_message() -> None:
        heard.set()

    server.socket_mode.drop()
    await server.wait_for(lambda: server.socket_mode.connections == 0)
    await server.wait_for(lambda: server.socket_mode.connections == 1, within=10)
    await anna.post(sales, "снова")

    await asyncio.wait_for(heard.wait(), 5)


async def test_what_happens_while_the_app_restarts_reaches_it_after(
    server: SlackServer, client: AsyncWebClient, sales: Channel, anna: Person
) -> None:
    async def connected(session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        url = (await client.apps_connections_open(app_token=server.app_token))["url"]
        connection = await session.ws_connect(url)
        await connection.receive_json()
        return connection

    async with aiohttp.ClientSession() as session:
        await (await connected(session)).close()
        await server.wait_for(lambda: server.socket_mode.connections == 0)
        await anna.post(sales, "пока вас не было")
        connection = await connected(session)
        envelope = await connection.receive_json(timeout=5)
        await connection.send_json({"envelope_id": envelope["envelope_id"]})
        await server.settled()

    assert envelope["payload"]["event"]["text"] == "пока вас не было"
    assert server.last("message").acknowledged


async def test_several_connections_take_turns(server: SlackServer, client: AsyncWebClient, anna: Person) -> None:
    urls = [(await client.apps_connections_open(app_token=server.app_token))["url"] for _ in range(2)]
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(urls[0]) as first,
        session.ws_connect(urls[1]) as second,
    ):
        hellos = [await connection.receive_json() for connection in (first, second)]
        assert [hello["num_connections"] for hello in hellos] == [1, 2]
        presses = [asyncio.ensure_future(anna.shortcut("x")) for _ in range(2)]
        for connection in (first, second):
            envelope = await connection.receive_json(timeout=5)
            await connection.send_json({"envelope_id": envelope["envelope_id"]})
        assert all(delivery.acknowledged for delivery in await asyncio.gather(*presses))


async def test_the_eleventh_connection_is_one_too_many(server: SlackServer, client: AsyncWebClient) -> None:
    async with aiohttp.ClientSession() as session:
        kept = []
        for _ in range(11):
            url = (await client.apps_connections_open(app_token=server.app_token))["url"]
            kept.append(await session.ws_connect(url))
        words = [await connection.receive_json() for connection in kept]
    assert [word["type"] for word in words] == ["hello"] * 10 + ["disconnect"]
    assert words[10]["reason"] == "too_many_websockets"
