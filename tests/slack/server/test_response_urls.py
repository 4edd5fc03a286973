"""response_url: five posts within thirty minutes, responses seen by one or by all, replacing and deleting."""

from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from . import Channel, HandClock, Message, Person, SlackServer
from .calling import button, section
from .values import JSON


async def post(url: str, **body: Any) -> tuple[int, JSON]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.json()


@pytest.fixture
async def card(client: AsyncWebClient, sales: Channel) -> Message:
    blocks = [section("Карточка"), {"type": "actions", "elements": [button("Взять", "claim")]}]
    await client.chat_postMessage(channel=sales.id, text="карточка", blocks=blocks)
    return sales.messages[0]


@pytest.fixture
async def url(server: SlackServer, app: AsyncApp, socket: AsyncSocketModeHandler, card: Message, anna: Person) -> str:
    """The response_url of Anna's press on the card."""

    @app.action("claim")
    async def on_claim(ack: Any) -> None:
        await ack()

    payload = (await anna.press(card, "Взять")).payload
    return str(payload["response_url"])


async def test_five_answers_and_no_sixth(url: str, anna: Person) -> None:
    answers = [await post(url, text=str(number)) for number in range(6)]

    assert [status for status, _body in answers] == [200] * 5 + [404]
    assert answers[5][1]["error"] == "used_url"
    assert [message.text for message in anna.ephemerals] == ["0", "1", "2", "3", "4"]


async def test_thirty_minutes_and_no_longer(url: str, clock: HandClock) -> None:
    clock.advance(30 * 60)
    assert (await post(url, text="ещё можно"))[0] == 200
    clock.advance(1)
    assert (await post(url, text="поздно")) == (404, {"ok": False, "error": "expired_url"})


async def test_an_answer_can_be_for_the_channel(url: str, sales: Channel, anna: Person) -> None:
    await post(url, text="всем", response_type="in_channel")

    assert [message.text for message in sales.messages] == ["карточка", "всем"]
    assert anna.ephemerals == []


async def test_an_answer_can_replace_or_delete_what_was_pressed(url: str, sales: Channel, card: Message) -> None:
    await post(url, text="взято", replace_original=True)
    assert (card.plain, card.labels) == ("взято", [])
    await post(url, delete_original=True)
    assert sales.messages == []
    status, body = await post(url, text="x", replace_original=True)
    assert (status, body["error"]) == (400, "message_not_found")


async def test_an_ephemeral_message_is_replaced_and_deleted_only_by_its_response_url(
    server: SlackServer, app: AsyncApp, url: str, anna: Person
) -> None:
    blocks = [{"type": "actions", "elements": [button("Ещё", "claim")]}]
    await post(url, text="одному", blocks=blocks)
    [message] = anna.ephemerals

    payload = (await anna.press(message, "Ещё")).payload
    assert (payload["container"]["is_ephemeral"], "message" in payload) == (True, False)
    await post(payload["response_url"], text="другое", replace_original=True)
    assert [shown.plain for shown in anna.ephemerals] == ["другое"]
    await post(payload["response_url"], delete_original=True)
    assert anna.ephemerals == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x", "blocks": [{"type": "sections"}]}, "invalid_blocks"),
        ({"text": "x", "response_type": "all"}, "invalid_response_type"),
        ({"text": "x", "colour": "red"}, "invalid_arg_name"),
        ({"text": "x", "replace_original": "true"}, "invalid_arguments"),
    ],
)
async def test_an_answer_is_checked_like_any_message(url: str, body: JSON, error: str) -> None:
    status, answer = await post(url, **body)

    assert (status, answer["error"]) == (400, error)
