"""The local Slack as the product uses it: a small claim bot on the real libraries, over both transports.

The details have their own files beside the server: `server/test_*.py`.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientError, web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, InputBlock, PlainTextInputElement, SectionBlock
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.server import CannotDo, DropAfter, HandClock, SlackServer

CARD = {"event_type": "card", "event_payload": {"card": "1", "revision": 1}}


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer(HandClock(), retry_after=(0.0, 0.0, 0.0)) as running:
        yield running


@pytest.fixture
def client(server: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(token=server.bot_token, base_url=server.url, retry_handlers=[])


def claim_bot(server: SlackServer, client: AsyncWebClient) -> AsyncApp:
    """A card that the first presser takes; who comes later is told; the taker writes a comment in a window."""
    app = AsyncApp(client=client, signing_secret=server.signing_secret)
    taken_by: list[str] = []

    @app.command("/handover")
    async def on_command(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        blocks = [
            SectionBlock(text=f"*Дело* {body['text']}"),
            ActionsBlock(elements=[ButtonElement(text="Взять", action_id="claim", value="1", style="primary")]),
        ]
        await client.chat_postMessage(channel=body["channel_id"], text="Дело", blocks=blocks, metadata=CARD)

    @app.action("claim")
    async def on_claim(ack: Any, body: dict[str, Any], respond: Any, client: AsyncWebClient) -> None:
        await ack()
        taken_by.append(body["user"]["id"])
        if len(taken_by) > 1:
            await respond(text=f"Уже взял(а) <@{taken_by[0]}>", replace_original=False)
            return
        words = SectionBlock(text=f"Взято: <@{taken_by[0]}>")
        place = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**place, text="Взято", blocks=[words])
        form = View(
            type="modal",
            callback_id="comment",
            private_metadata=place["ts"],
            title="Комментарий",
            submit="Отправить",
            blocks=[InputBlock(block_id="text", label="Текст", element=PlainTextInputElement(action_id="text"))],
        )
        await client.views_open(trigger_id=body["trigger_id"], view=form)

    @app.view("comment")
    async def on_comment(ack: Any, view: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        text = view["state"]["values"]["text"]["text"]["value"]
        channel = next(call.args["channel"] for call in server.calls_of("chat.update"))
        await client.chat_postMessage(channel=channel, text=text, thread_ts=view["private_metadata"])

    return app


async def connect(server: SlackServer, app: AsyncApp, transport: str) -> AsyncIterator[None]:
    """Connect *app* by Socket Mode or by HTTP until the generator goes on."""
    if transport == "socket":
        handler = AsyncSocketModeHandler(app, server.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt leaves it untyped
        yield
        await handler.close_async()  # type: ignore[no-untyped-call]  # bolt leaves it untyped
        return

    async def answer(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    application = web.Application()
    application.router.add_post("/slack/events", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    await server.deliver_to(f"http://{host}:{port}/slack/events")
    yield
    await runner.cleanup()


@pytest.fixture(params=["socket", "http"])
async def bot(request: pytest.FixtureRequest, server: SlackServer, client: AsyncWebClient) -> AsyncIterator[None]:
    async for _ in connect(server, claim_bot(server, client), request.param):
        yield


@pytest.mark.usefixtures("bot")
async def test_a_card_is_posted_raced_for_and_talked_about(server: SlackServer) -> None:
    anna, boris = server.user("Анна"), server.user("Борис")
    support = server.channel("support", members=(anna, boris))

    await anna.command("/handover", "ONB-1 &lt;Ромашка&gt;", support)
    card = await server.wait_for(lambda: support.messages[0])
    assert card.plain == "Дело ONB-1 <Ромашка>\n[Взять]"
    first, second = await asyncio.gather(anna.press(card, "Взять"), boris.press(card, "Взять"))
    assert first.acknowledged
    assert second.acknowledged

    await server.wait_for(lambda: anna.has_view or boris.has_view)
    winner, loser = (anna, boris) if anna.has_view else (boris, anna)
    await server.wait_for(lambda: loser.ephemerals)
    assert loser.ephemerals[0].plain == f"Уже взял(а) @{winner.name}"
    assert card.plain == f"Взято: @{winner.name}"
    with pytest.raises(CannotDo, match="there are"):
        await loser.press(card, "Взять")

    await winner.fill("Текст", "2 < 3 & всё")
    await winner.submit()
    comment = await server.wait_for(lambda: support.replies(card)[0])
    assert comment.plain == "2 < 3 & всё"
    assert (winner.troubles, loser.troubles, server.violations) == ([], [], [])


async def test_a_card_whose_answer_got_lost_is_found_by_its_metadata(
    server: SlackServer, client: AsyncWebClient
) -> None:
    support = server.channel("support")
    server.fail("chat.postMessage", DropAfter())
    with pytest.raises(ClientError):
        await client.chat_postMessage(channel=support.id, text="карточка", metadata=CARD)

    history = await client.conversations_history(channel=support.id, include_all_metadata=True)

    [found] = [message for message in history["messages"] if message.get("metadata") == CARD]
    assert found["ts"] == support.messages[0].ts


async def test_waiting_in_vain_shows_the_whole_screen(server: SlackServer) -> None:
    anna = server.user("Анна")
    await anna.post(server.channel("support", members=(anna,)), "тишина")

    with pytest.raises(AssertionError, match="тишина"):
        await server.wait_for(lambda: anna.view, within=0.01)
