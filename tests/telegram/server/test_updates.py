"""How updates reach the bot: confirmed by offset over polling, or posted to a webhook."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError
from aiogram.methods import GetUpdates
from aiohttp import ClientSession, FormData, web

from . import Person, TelegramServer


async def texts(bot: Bot, **parameters: Any) -> list[str | None]:
    """The texts of the messages that a poll brings."""
    return [update.message.text for update in await bot(GetUpdates(**parameters)) if update.message]


async def test_an_update_comes_again_until_the_offset_confirms_it(bot: Bot, anna: Person) -> None:
    await anna.send(anna.private, "one")
    first, second = await bot(GetUpdates())

    assert await texts(bot) == ["/start", "one"]
    assert await texts(bot, limit=1) == ["/start"]
    assert await texts(bot, offset=second.update_id) == ["one"]
    assert await texts(bot, offset=first.update_id) == ["one"]
    assert await texts(bot, offset=second.update_id + 1) == []


async def test_a_negative_offset_keeps_the_newest_only(bot: Bot, anna: Person) -> None:
    await anna.send(anna.private, "one")

    assert await texts(bot, offset=-1) == ["one"]
    assert await texts(bot) == ["one"]


async def test_a_long_poll_ends_when_something_happens(server: TelegramServer, bot: Bot, anna: Person) -> None:
    offset = server.updates[-1].id + 1
    poll = asyncio.create_task(texts(bot, offset=offset, timeout=30))
    await server.wait_for(lambda: server.platform.updates.is_polled)

    await anna.send(anna.private, "news")

    assert await poll == ["news"]


async def test_a_long_poll_ends_empty_after_its_time(server: TelegramServer) -> None:
    assert await server.platform.updates.take(0, 100, 0.01) == []


async def test_a_second_poll_ends_the_first_with_a_conflict(server: TelegramServer, bot: Bot) -> None:
    first = asyncio.create_task(bot(GetUpdates(timeout=30)))
    await server.wait_for(lambda: server.platform.updates.is_polled)

    assert await bot(GetUpdates()) == []

    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request; make sure that only one"):
        await first


async def test_only_the_kinds_asked_for_come(server: TelegramServer, bot: Bot, anna: Person) -> None:
    await bot(GetUpdates(offset=-1, allowed_updates=["callback_query"]))
    await anna.send(anna.private, "unheard")
    await bot(GetUpdates(allowed_updates=[]))
    await anna.send(anna.private, "heard")

    assert await texts(bot) == ["/start", "heard"]


async def test_an_update_is_delivered_again_on_demand(server: TelegramServer, bot: Bot, anna: Person) -> None:
    update = server.updates[0]
    assert await texts(bot, offset=update.id + 1) == []

    server.redeliver(update)

    assert [again.update_id for again in await bot(GetUpdates())] == [update.id]


async def test_held_updates_come_in_another_order(server: TelegramServer, bot: Bot, anna: Person) -> None:
    await bot(GetUpdates(offset=-1))
    server.hold_updates()
    for text in ("one", "two", "three"):
        await anna.send(anna.private, text)
    assert await texts(bot) == ["/start"]

    server.release_updates(lambda places: places[::-1])

    assert await texts(bot) == ["/start", "three", "two", "one"]
    ids = [update.update_id for update in await bot(GetUpdates())]
    assert ids == sorted(ids)


class Hook:
    """A bot's webhook: records what was posted and responds as configured."""

    def __init__(self) -> None:
        self.posted: list[tuple[str | None, dict[str, Any]]] = []
        self.answers: list[web.Response] = []
        self.url = ""

    async def receive(self, request: web.Request) -> web.Response:
        self.posted.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/telegram/webhook", hook.receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram/webhook"
    yield hook
    await runner.cleanup()


async def test_updates_are_posted_to_the_webhook_with_its_secret(
    server: TelegramServer, bot: Bot, anna: Person, hook: Hook
) -> None:
    await bot.set_webhook(hook.url, secret_token="s3cret")
    await anna.send(anna.private, "hello")

    await server.wait_for(lambda: not server.platform.updates.pending)

    assert [(secret, update["message"]["text"]) for secret, update in hook.posted] == [
        ("s3cret", "/start"),
        ("s3cret", "hello"),
    ]


async def test_a_refused_update_is_posted_again_in_its_order(
    server: TelegramServer, bot: Bot, anna: Person, hook: Hook
) -> None:
    hook.answers = [web.Response(status=503), web.Response(status=401)]
    await bot.set_webhook(hook.url)
    await anna.send(anna.private, "hello")

    await server.wait_for(lambda: not server.platform.updates.pending)

    assert [update["message"]["text"] for _, update in hook.posted] == ["/start", "/start", "/start", "hello"]


async def test_the_answer_of_a_webhook_may_hold_a_call(
    server: TelegramServer, bot: Bot, anna: Person, hook: Hook
) -> None:
    hook.answers = [web.json_response({"method": "sendMessage", "chat_id": anna.id, "text": "welcome"})]

    await bot.set_webhook(hook.url)

    assert (await server.wait_for(lambda: anna.private.find("welcome"))).sender.is_bot


async def test_a_webhook_and_polling_exclude_each_other(
    server: TelegramServer, bot: Bot, anna: Person, hook: Hook
) -> None:
    poll = asyncio.create_task(bot(GetUpdates(offset=server.updates[-1].id + 1, timeout=30)))
    await server.wait_for(lambda: server.platform.updates.is_polled)

    await bot.set_webhook(hook.url)

    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await bot(GetUpdates())
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot(GetUpdates()) == []


@pytest.mark.parametrize("form", ["query", "urlencoded", "json", "multipart"])
async def test_a_call_comes_in_any_form(server: TelegramServer, anna: Person, form: str) -> None:
    address = f"{server.url}/bot{server.token}/SENDMESSAGE"
    fields = {"chat_id": str(anna.id), "text": "hi", "disable_notification": "true"}
    async with ClientSession() as session:
        match form:
            case "query":
                request = session.get(address, params=fields)
            case "urlencoded":
                request = session.post(address, data=fields)
            case "json":
                request = session.post(address, json=fields | {"chat_id": anna.id, "disable_notification": True})
            case _:
                request = session.post(address, data=FormData(fields, default_to_multipart=True))
        async with request as response:
            assert (await response.json())["result"]["text"] == "hi"
