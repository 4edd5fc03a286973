"""How updates come in: side by side, in order, confirmed when handled; brought by the platform or fetched."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from aiogram import Bot
from aiogram.types import Chat, Message, Update, User
from fastapi import FastAPI

from bot.telegram import webhook
from bot.telegram.polling import Polling
from bot.telegram.queue import UpdateQueue
from tests.telegram.server import TelegramServer
from tests.telegram.server.aiogram_client import connected
from tests.telegram.stage import Stage

SECRET = "s3cret"


class Hands:
    """Handles updates; those named in `slow` wait until they are let go."""

    def __init__(self, *slow: str) -> None:
        self.slow = {words: asyncio.Event() for words in slow}
        self.handled: list[str] = []

    async def __call__(self, update: Update) -> None:
        assert update.message is not None
        words = update.message.text or ""
        if words in self.slow:
            await self.slow[words].wait()
        self.handled.append(words)


async def test_a_slow_update_holds_up_its_own_sender_only_and_is_not_confirmed(server: TelegramServer) -> None:
    anna, boris = server.user("Anna"), server.user("Boris")
    hands = Hands("slow")
    async with connected(server) as bot:
        polling = asyncio.create_task(Polling(bot, UpdateQueue(hands)).run())
        await anna.send(anna.private, "slow")
        await anna.send(anna.private, "after it")
        await boris.send(boris.private, "quick")

        await server.wait_for(lambda: hands.handled == ["quick"])
        await server.wait_for(lambda: len(server.calls_of("getUpdates")) >= 2)
        assert len(server.platform.updates.pending) == 3

        hands.slow["slow"].set()
        await server.wait_for(lambda: not server.platform.updates.pending)
        assert hands.handled == ["quick", "slow", "after it"]
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as started:
        yield started


def update(number: int) -> dict[str, object]:
    user = User(id=7, is_bot=False, first_name="Anna")
    message = Message(message_id=1, date=datetime.now(UTC), chat=Chat(id=7, type="private"), from_user=user, text="hi")
    return Update(update_id=number, message=message).model_dump(mode="json", by_alias=True, exclude_none=True)


@pytest.mark.parametrize("given", [None, "", "wrong", SECRET + "x"])
async def test_a_webhook_without_the_secret_is_told_401_and_nothing_happens(given: str | None) -> None:
    hands = Hands()
    async with web_client(hands) as client:
        answer = await client.post(
            webhook.PATH, json=update(1), headers={} if given is None else {webhook.HEADER: given}
        )

    assert (answer.status_code, answer.content, hands.handled) == (401, b"", [])


async def test_a_webhook_with_the_secret_is_confirmed_when_it_is_handled() -> None:
    hands = Hands("hi")
    async with web_client(hands) as client:
        call = asyncio.create_task(client.post(webhook.PATH, json=update(1), headers={webhook.HEADER: SECRET}))
        await asyncio.sleep(0)
        assert not call.done()
        hands.slow["hi"].set()
        answer = await call

    assert (answer.status_code, hands.handled) == (200, ["hi"])


async def test_what_is_no_update_is_refused(server: TelegramServer) -> None:
    async with web_client(Hands()) as client:
        answer = await client.post(webhook.PATH, content=b"{", headers={webhook.HEADER: SECRET})

    assert answer.status_code == 400


def web_client(hands: Hands) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(webhook.routes(Bot("1:x"), UpdateQueue(hands), SECRET))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_presses_in_any_order_have_one_winner(stage: Stage) -> None:
    await stage.joins("gleb", "daria")
    group = await stage.group_of("tech_support", "gleb", "daria")
    await stage.opens_case()
    card = await stage.button(group, "Взять")

    stage.server.hold_updates()
    presses = [stage.people[name].press(card, "Взять") for name in ("gleb", "daria")]
    stage.server.release_updates(lambda places: places[::-1])
    answers = [await press for press in presses]

    assert sorted(bool(answer.show_alert) for answer in answers) == [False, True]


async def test_commands_are_offered_by_kind_of_chat_and_language(stage: Stage) -> None:
    russian = {c["command"]: c["description"] for c in stage.server.commands({"type": "all_private_chats"}, "ru")}
    english = {c["command"]: c["description"] for c in stage.server.commands({"type": "all_private_chats"}, "en")}

    assert set(russian) == set(english) >= {"new", "my", "queue", "status", "find", "help", "lang", "link"}
    assert russian["new"] == "открыть новое дело"
    assert english["new"] == "open a new case"
    assert "bind" in [c["command"] for c in stage.server.commands({"type": "all_chat_administrators"})]


async def test_a_topic_of_a_forum_is_bound_by_itself(stage: Stage) -> None:
    await stage.joins("timur", "gleb")
    forum = stage.server.supergroup("InPlat", stage.people["timur"], stage.people["gleb"], forum=True)
    topic = stage.server.topic(forum, "Поддержка")
    await stage.people["timur"].send(forum, "/bind tech_support", thread_id=topic.id)
    await stage.until(lambda: forum.find("/unbind"))
    await stage.opens_case()

    card = await stage.button(forum, "Взять")
    assert card.thread_id == topic.id
    await stage.people["gleb"].press(card, "Взять")
    await stage.until(lambda: "Исполнитель" in card.text)

    comment = await stage.people["gleb"].reply(card, "Начал")
    await stage.until(lambda: stage.server.updates[-1].payload.get("text") == comment.text)


async def test_heads_invite_their_people_with_a_link_into_telegram(stage: Stage) -> None:
    await stage.joins("nikolay")
    await stage.people["nikolay"].send(stage.people["nikolay"].private, "/invite")
    await stage.presses("nikolay", "Дарья Ильина")
    invitation = await stage.asked("nikolay", "https://t.me/")
    link = next(word for word in invitation.text.split() if word.startswith("https://t.me/"))

    daria = stage.server.user("Daria", "en")
    await daria.open_link(link)

    await stage.until(lambda: daria.private.find("Daria Ilyina"))
    assert stage.app.chats.directory.person_of("telegram", str(daria.id)) == "daria"


async def test_somebody_unlinks_their_account_and_is_a_stranger_from_then_on(stage: Stage) -> None:
    (gleb,) = await stage.joins("gleb")

    await gleb.send(gleb.private, "/link")
    await stage.presses("gleb", "Отвязать", "Эта учётная запись связана")
    await stage.presses("gleb", "Да, отвязать")

    await stage.asked("gleb", "Учётная запись отвязана")
    assert stage.app.chats.directory.person_of("telegram", str(gleb.id)) is None
    assert await stage.app.queries.accounts() == []
    await gleb.send(gleb.private, "/my")
    await stage.asked("gleb", "ещё не связана ни с кем")


async def test_a_card_is_claimed_through_the_webhook(sqlite_url: str) -> None:
    async with TelegramServer() as server, Stage(sqlite_url, server, webhook=True) as stage:
        await stage.joins("gleb")
        group = await stage.group_of("tech_support", "gleb")
        await stage.opens_case()

        answer = await stage.press("gleb", group, "Взять")

        assert "ONB-1" in answer.text
        await stage.until(lambda: group.find("Исполнитель"))
        assert not server.calls_of("getUpdates")
