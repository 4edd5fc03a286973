"""Slack towards a request URL: signatures, the handshake, the three seconds, the tries."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

from . import CannotDo, Channel, Person, SlackServer, signature

Answer = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def listening(answer: Answer) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_post("/slack/events", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/slack/events"
    finally:
        await runner.cleanup()


@pytest.fixture
async def url(app: AsyncApp) -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    async with listening(answer) as address:
        yield address


def recorder(*statuses: int, headers: dict[str, str] | None = None) -> tuple[list[web.Request], Answer]:
    """An app that answers the handshake, then each request with the next of *statuses*."""
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        body = await request.json()
        if body["type"] == "url_verification":
            return web.json_response({"challenge": body["challenge"]})
        seen.append(request)
        return web.Response(status=statuses[len(seen) - 1], headers=headers)

    return seen, answer


def test_the_signature_is_the_one_of_the_reference() -> None:
    # The worked example of Slack's page on verifying requests.
    body = (
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    assert signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == (
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )


async def test_the_app_answers_the_handshake_and_takes_everything(
    server: SlackServer, app: AsyncApp, url: str, sales: Channel, anna: Person
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    @app.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        await heard.put(event["text"])

    @app.command("/handover")
    async def on_command(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"получено: {command['text']}")

    await server.deliver_to(url)
    await anna.post(sales, "привет")
    delivery = await anna.command("/handover", "my", sales)

    assert await heard.get() == "привет"
    assert delivery.acknowledged
    assert [message.plain for message in anna.ephemerals] == ["получено: my"]


async def test_an_address_that_fails_the_handshake_is_not_taken(server: SlackServer) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    async with listening(answer) as address:
        with pytest.raises(CannotDo, match="challenge"):
            await server.deliver_to(address)


# A slow request brings a signature from the future nearer, never one from the past.
@pytest.mark.parametrize("skew", [-301, 330])
async def test_the_app_refuses_a_signature_from_another_time(
    server: SlackServer, app: AsyncApp, url: str, anna: Person, skew: int
) -> None:
    @app.shortcut("new_case")
    async def on_shortcut(ack: Any) -> None:
        await ack()

    ahead = 0
    await server.deliver_to(url, now=lambda: time.time() + ahead)
    assert (await anna.shortcut("new_case")).acknowledged
    ahead = skew
    assert (await anna.shortcut("new_case")).failures == ["http_error"]

    with pytest.raises(CannotDo, match="http_error"):
        await server.deliver_to(url, now=lambda: time.time() + skew)
    with pytest.raises(CannotDo, match="http_error"):
        await server.deliver_to(url, secret="another")


async def test_a_failed_event_comes_three_more_times_with_number_and_reason(
    server: SlackServer, sales: Channel, anna: Person
) -> None:
    seen, answer = recorder(500, 404, 500, 200)
    async with listening(answer) as address:
        await server.deliver_to(address)
        await anna.post(sales, "x")
        await server.settled()

    tries = [(r.headers.get("x-slack-retry-num"), r.headers.get("x-slack-retry-reason")) for r in seen]
    assert tries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert server.last("message").acknowledged


async def test_an_app_can_ask_not_to_be_tried_again(server: SlackServer, sales: Channel, anna: Person) -> None:
    seen, answer = recorder(500, headers={"x-slack-no-retry": "1"})
    async with listening(answer) as address:
        await server.deliver_to(address)
        await anna.post(sales, "x")
        await server.settled()

    assert len(seen) == 1
    assert server.last("message").failures == ["http_error"]


async def test_an_answer_that_comes_too_late_counts_as_none(server: SlackServer, anna: Person, app: AsyncApp) -> None:
    release = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            return web.json_response({"challenge": (await request.json())["challenge"]})
        await release.wait()
        return web.Response()

    async with listening(answer) as address:
        await server.deliver_to(address)
        server.deliveries.answer_within = 0.1
        delivery = await anna.shortcut("slow")
        release.set()

    assert delivery.failures == ["http_timeout"]
    assert anna.troubles != []


async def test_an_app_that_is_away_is_told_later(server: SlackServer, sales: Channel, anna: Person) -> None:
    _seen, answer = recorder()
    async with listening(answer) as address:
        await server.deliver_to(address)
    await anna.post(sales, "x")
    await server.settled()

    assert server.last("message").failures == ["connection_failed"] * 4
