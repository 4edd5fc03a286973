"""Updates that the platform brings: authentic, handled once, confirmed when handled."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import httpx
import pytest
from aiogram import Bot
from aiogram.types import Update
from fastapi import FastAPI
from structlog.testing import capture_logs

from bot.host.clock import SystemClock
from bot.telegram.inbound import webhook
from bot.telegram.inbound.parked_updates import ParkedUpdates
from bot.telegram.inbound.update_queue import UpdateQueue
from bot.telegram.outbound.reply_order import UpdateOrder
from tests.fakes.hand_time import in_hand_time
from tests.fakes.memory import Memory
from tests.fakes.notes import MemoryNotes
from tests.telegram.firm import Firm
from tests.telegram.hands import Hands, an_update, update
from tests.telegram.server import TelegramServer

SECRET = "s3cret"


@pytest.mark.parametrize("given", [None, "", "wrong", SECRET + "x"])
async def test_a_webhook_without_the_secret_is_told_401_and_nothing_happens(given: str | None) -> None:
    hands = Hands()
    async with web_client(hands) as client:
        answer = await client.post(
            webhook.PATH, json=update(1), headers={} if given is None else {webhook.HEADER: given}
        )

    assert (answer.status_code, answer.content, hands.handled) == (401, b"", [])


@in_hand_time
async def test_a_webhook_with_the_secret_is_confirmed_when_it_is_handled() -> None:
    hands = Hands("hi")
    async with web_client(hands) as client:
        call = asyncio.create_task(client.post(webhook.PATH, json=update(1), headers={webhook.HEADER: SECRET}))
        await asyncio.sleep(1)
        assert not call.done()
        hands.slow["hi"].set()
        answer = await call

    assert (answer.status_code, hands.handled) == (200, ["hi"])


@in_hand_time
async def test_what_the_platform_brings_again_is_neither_done_nor_answered_again() -> None:
    hands = Hands("hi")
    async with web_client(hands) as client:
        headers = {webhook.HEADER: SECRET}
        first, second = (asyncio.create_task(client.post(webhook.PATH, json=update(1), headers=headers)) for _ in "12")
        await asyncio.sleep(1)
        hands.slow["hi"].set()
        answers = [await first, await second, await client.post(webhook.PATH, json=update(1), headers=headers)]

    assert ([answer.status_code for answer in answers], hands.handled) == ([200, 200, 200], ["hi"])


async def test_what_the_end_of_the_program_let_go_is_brought_again() -> None:
    begun = asyncio.Event()

    async def stuck(_: Sequence[Update], _order: UpdateOrder) -> None:
        begun.set()
        await asyncio.Event().wait()

    queue = UpdateQueue(stuck)
    async with web_client(queue) as client:
        call = asyncio.create_task(client.post(webhook.PATH, json=update(1), headers={webhook.HEADER: SECRET}))
        await asyncio.wait_for(begun.wait(), 5)
        await queue.finish(within=0)
        answer = await call

    assert answer.status_code == 503


@pytest.mark.parametrize("rubbish", [b"{", b"[]", b'{"update_id": "7"}', b"[" * 100_000])
async def test_what_is_no_update_is_refused(rubbish: bytes) -> None:
    async with web_client(Hands()) as client:
        answer = await client.post(webhook.PATH, content=rubbish, headers={webhook.HEADER: SECRET})

    assert answer.status_code == 400


async def test_an_update_that_cannot_be_read_is_not_brought_again() -> None:
    hands = Hands()
    with capture_logs() as logs:
        async with web_client(hands) as client:
            raw = {"update_id": 5, "message": {"text": "secret"}}
            answer = await client.post(webhook.PATH, json=raw, headers={webhook.HEADER: SECRET})

    assert (answer.status_code, hands.handled) == (200, [])
    (told,) = [line for line in logs if line["action"] == "telegram_update_unreadable"]
    assert told["update_id"] == 5
    assert "secret" not in str(told)


async def test_an_update_of_an_unknown_kind_is_left_out_and_not_quoted(
    firm: Firm, recwarn: pytest.WarningsRecorder
) -> None:
    await firm.joins("anna")
    with capture_logs() as logs:
        known = firm.server.updates[-1]
        firm.server.redeliver(replace(known, id=known.id + 1_000, kind="hologram", payload={"text": "a secret"}))
        await firm.until(lambda: not firm.server.platform.updates.pending)

    assert "telegram_update_unknown" in [line.get("action") for line in logs]
    assert "secret" not in str([*logs, *(warning.message for warning in recwarn)])


async def test_a_part_that_was_confirmed_is_handled_by_the_next_program() -> None:
    """Of a long text the next part comes only after the first is confirmed: it is kept in the database meanwhile."""
    memory, hands, bot = Memory(), Hands(), Bot("1:x")
    parking = ParkedUpdates(notes=MemoryNotes(memory), clock=SystemClock())
    long = an_update(1)
    assert long.message is not None
    long = long.model_copy(update={"message": long.message.model_copy(update={"text": "я" * 4_096})})
    queue = UpdateQueue(Hands("я" * 4_096))
    first = webhook.Unfinished(bot, queue, parking)
    assert await first.park(long, queue.submit(long))
    await queue.finish(within=0)

    queue = UpdateQueue(hands)
    await webhook.Unfinished(bot, queue, parking).resume()
    await queue.finish()

    assert hands.handled == ["я" * 4_096]


def web_client(hands: Hands | UpdateQueue) -> httpx.AsyncClient:
    app, queue = FastAPI(), hands if isinstance(hands, UpdateQueue) else UpdateQueue(hands)
    bot = Bot("1:x")
    parking = ParkedUpdates(notes=MemoryNotes(Memory()), clock=SystemClock())
    app.include_router(webhook.routes(bot, queue, SECRET, webhook.Unfinished(bot, queue, parking)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.mark.system
async def test_a_card_is_claimed_through_the_webhook(sqlite_url: str) -> None:
    async with TelegramServer() as server, Firm(sqlite_url, server, webhook=True) as firm:
        await firm.joins("gleb")
        group = await firm.group_of("tech_support", "gleb")
        await firm.opens_case()

        answer = await firm.press("gleb", group, "Взять")

        assert "ONB-1" in answer.text
        await firm.until(lambda: group.find("Исполнитель"))
        assert not server.calls_of("getUpdates")
