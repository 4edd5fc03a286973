"""How updates come in: side by side, in order, confirmed when handled; brought by the platform or fetched."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from aiogram import Bot
from aiogram.types import Chat, Message, Update, User
from fastapi import FastAPI
from structlog.testing import capture_logs

from bot.telegram.inbound import webhook
from bot.telegram.inbound.parked_updates import ParkedUpdates
from bot.telegram.inbound.polling import Polling
from bot.telegram.inbound.raw_updates import read_update
from bot.telegram.inbound.update_queue import UpdateQueue
from bot.telegram.outbound.update_order import UpdateOrder
from tests.telegram.firm import Firm
from tests.telegram.server import TelegramServer
from tests.telegram.server.aiogram_client import connected
from tests.telegram.test_cards import a_card
from workflows.ports.unit_of_work import StorageUnavailable

SECRET = "s3cret"


class Hands:
    """Handles updates; those named in `slow` wait until they are let go."""

    def __init__(self, *slow: str) -> None:
        self.slow = {words: asyncio.Event() for words in slow}
        self.handled: list[str] = []

    async def __call__(self, update: Update, _order: UpdateOrder) -> None:
        assert update.message is not None
        words = update.message.text or ""
        if words in self.slow:
            await self.slow[words].wait()
        self.handled.append(words)


class Shelf:
    """Keeps parked updates like the database; while it is `away` it cannot."""

    def __init__(self) -> None:
        self.kept: list[Update] = []
        self.is_away = False
        self.was_loaded = asyncio.Event()
        self.may_load = asyncio.Event()
        self.may_load.set()

    async def load(self) -> Sequence[object]:
        await self.may_load.wait()
        self._check()
        self.was_loaded.set()
        return [update.model_dump(mode="json", by_alias=True, exclude_unset=True) for update in self.kept]

    async def keep(self, updates: Iterable[Update]) -> None:
        self._check()
        self.kept = list(updates)

    def _check(self) -> None:
        if self.is_away:
            raise StorageUnavailable


@asynccontextmanager
async def polled(
    server: TelegramServer,
    handle: Callable[[Update, UpdateOrder], Awaitable[object]],
    shelf: Shelf | None = None,
    now: Callable[[], float] = time.monotonic,
) -> AsyncIterator[UpdateQueue]:
    """Poll the server; left, the program dies with what it has in hand."""
    queue = UpdateQueue(handle)
    async with connected(server) as bot:
        polling = asyncio.create_task(Polling(bot, queue, shelf or Shelf(), now=now).run())
        try:
            yield queue
        finally:
            await queue.finish(within=0)
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)


@pytest.mark.system
async def test_a_slow_update_holds_up_its_own_sender_only_and_is_not_confirmed(server: TelegramServer) -> None:
    anna, boris = server.user("Anna"), server.user("Boris")
    hands = Hands("slow")
    async with polled(server, hands):
        await anna.send(anna.private, "slow")
        await anna.send(anna.private, "after it")
        await boris.send(boris.private, "quick")

        await server.wait_for(lambda: hands.handled == ["quick"])
        await server.wait_for(lambda: len(server.calls_of("getUpdates")) >= 2)
        assert len(server.platform.updates.pending) == 3

        hands.slow["slow"].set()
        await server.wait_for(lambda: not server.platform.updates.pending)
        assert hands.handled == ["quick", "slow", "after it"]


@pytest.mark.system
async def test_one_update_that_takes_long_keeps_nobody_from_being_heard(server: TelegramServer) -> None:
    anna, boris, shelf = server.user("Anna"), server.user("Boris"), Shelf()
    hands = Hands("slow")
    async with polled(server, hands, shelf):
        await anna.send(anna.private, "slow")
        for number in range(150):
            await boris.send(boris.private, str(number))

        await server.wait_for(lambda: not server.platform.updates.pending)
        assert hands.handled == [str(number) for number in range(150)]
        assert [update.message.text for update in shelf.kept if update.message is not None] == ["slow"]

        hands.slow["slow"].set()
        await boris.send(boris.private, "next")
        await server.wait_for(lambda: not server.platform.updates.pending and not shelf.kept)
    assert hands.handled[-2:] == ["slow", "next"] or hands.handled[-2:] == ["next", "slow"]


@pytest.mark.system
async def test_a_parked_update_outlives_the_program(server: TelegramServer) -> None:
    anna, boris, shelf = server.user("Anna"), server.user("Boris"), Shelf()
    async with polled(server, Hands("slow"), shelf):
        await anna.send(anna.private, "slow")
        for number in range(100):
            await boris.send(boris.private, str(number))
        await server.wait_for(lambda: not server.platform.updates.pending)

    hands = Hands()
    async with polled(server, hands, shelf):
        await server.wait_for(lambda: server.platform.updates.is_polled)
        await boris.send(boris.private, "next")
        await server.wait_for(lambda: not shelf.kept and not server.platform.updates.pending)
    assert hands.handled == ["slow", "next"]


@pytest.mark.system
async def test_while_the_database_is_away_nothing_is_confirmed_that_it_should_keep(server: TelegramServer) -> None:
    anna, boris, shelf = server.user("Anna"), server.user("Boris"), Shelf()
    hands = Hands("slow")
    async with polled(server, hands, shelf):
        await server.wait_for(lambda: server.platform.updates.is_polled)
        shelf.is_away = True
        await anna.send(anna.private, "slow")
        for number in range(120):
            await boris.send(boris.private, str(number))
        await server.wait_for(lambda: len(hands.handled) == 99)
        polls = len(server.calls_of("getUpdates"))
        await server.wait_for(lambda: len(server.calls_of("getUpdates")) > polls + 1)
        assert len(server.platform.updates.pending) == 121

        shelf.is_away = False
        await server.wait_for(lambda: not server.platform.updates.pending)
    assert hands.handled == [str(number) for number in range(120)]


async def test_a_parked_press_is_the_same_press_when_it_comes_back(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    firm.server.hold_updates()
    _ = firm.people["gleb"].press(card, "Взять")
    (held,) = firm.server.updates[-1:]
    press = read_update(firm.telegram.bot, held.json())
    assert press is not None
    parked = ParkedUpdates(notes=firm.app.notes, clock=firm.app.services.clock)

    await parked.keep([press])
    (raw,) = await parked.load()
    assert read_update(firm.telegram.bot, raw) == press
    await parked.keep([])
    assert await parked.load() == []


@pytest.mark.system
async def test_while_parked_updates_cannot_be_read_new_ones_are_handled_all_the_same(server: TelegramServer) -> None:
    anna, shelf, hands = server.user("Anna"), Shelf(), Hands()
    shelf.kept, shelf.is_away = [an_update(1)], True
    async with polled(server, hands, shelf):
        await anna.send(anna.private, "now")
        await server.wait_for(lambda: hands.handled == ["now"])
        shelf.is_away = False

        await anna.send(anna.private, "later")
        await asyncio.wait_for(shelf.was_loaded.wait(), 5)
        await server.wait_for(lambda: "later" in hands.handled and not server.platform.updates.pending)
    assert sorted(hands.handled) == ["hi", "later", "now"]


@pytest.mark.system
async def test_what_was_parked_is_resumed_before_what_came_later(server: TelegramServer) -> None:
    anna, shelf, hands = server.user("Anna"), Shelf(), Hands()
    shelf.kept = [an_update(1)]
    shelf.may_load.clear()
    asyncio.get_running_loop().call_later(0.3, shelf.may_load.set)
    await anna.send(anna.private, "later")

    async with polled(server, hands, shelf):
        await server.wait_for(lambda: not shelf.kept and not server.platform.updates.pending)

    assert hands.handled == ["hi", "later"]


@pytest.mark.parametrize("speed", ["slow", "quick"])
@pytest.mark.system
async def test_what_was_parked_and_comes_again_is_handled_once(server: TelegramServer, speed: str) -> None:
    anna, shelf, hands = server.user("Anna"), Shelf(), Hands("slow")
    await anna.send(anna.private, speed)
    shelf.kept, shelf.is_away = [Update.model_validate(server.updates[-1].json())], True

    async with polled(server, hands, shelf):
        if speed == "quick":
            await server.wait_for(lambda: hands.handled and not server.platform.updates.pending)
        else:
            await server.wait_for(lambda: len(server.calls_of("getUpdates")) >= 2)
        shelf.is_away = False
        await asyncio.wait_for(shelf.was_loaded.wait(), 5)
        await server.wait_for(lambda: not server.platform.updates.pending)
        hands.slow["slow"].set()
        await anna.send(anna.private, "next")
        await server.wait_for(lambda: not shelf.kept and hands.handled == [speed, "next"])


@pytest.mark.system
async def test_while_something_is_slow_what_comes_is_heard_at_once(server: TelegramServer) -> None:
    anna, boris, hands = server.user("Anna"), server.user("Boris"), Hands("slow")
    async with polled(server, hands):
        await anna.send(anna.private, "slow")
        await server.wait_for(lambda: len(server.calls_of("getUpdates")) >= 2)
        for number in range(5):
            asked = len(server.calls_of("getUpdates"))
            await boris.send(boris.private, str(number))
            await server.wait_for(lambda: str(number) in hands.handled)  # noqa: B023
            assert len(server.calls_of("getUpdates")) <= asked + 3
    assert len(server.calls_of("getUpdates")) < 40


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.system
async def test_updates_take_effect_once_in_whatever_order_they_are_brought(
    server: TelegramServer, order: tuple[int, ...]
) -> None:
    people = [server.user(name) for name in ("Anna", "Boris", "Vera")]
    for number, person in enumerate(people):
        await person.send(person.private, str(number))
    pending = server.platform.updates.pending
    pending[:] = [pending[place] for place in order]
    hands = Hands()

    async with polled(server, hands):
        await server.wait_for(lambda: not server.platform.updates.pending)
        for update in server.updates:
            server.redeliver(update)
        await server.wait_for(lambda: not server.platform.updates.pending)

    assert sorted(hands.handled) == ["0", "1", "2"]


@pytest.mark.system
async def test_after_a_week_of_silence_updates_with_lower_ids_are_heard(server: TelegramServer) -> None:
    anna, hands, clock = server.user("Anna"), Hands(), [0.0]
    async with polled(server, hands, now=lambda: clock[0]):
        await anna.send(anna.private, "before")
        await server.wait_for(lambda: server.platform.updates.is_polled and hands.handled)
        clock[0] += 7 * 24 * 3600
        server.platform.updates.interrupt(None)
        calls = len(server.calls)
        await server.wait_for(lambda: server.platform.updates.is_polled and len(server.calls) > calls)
        server.platform.updates.renumber(17)

        await anna.send(anna.private, "after")

        await server.wait_for(lambda: hands.handled == ["before", "after"])
        await server.wait_for(lambda: not server.platform.updates.pending)


class Repeating(Bot):
    """A bot at a server that brings one update again and again, whatever is confirmed."""

    asked = 0

    async def get_updates(self, *_: object, **__: object) -> list[Update]:
        self.asked += 1
        return [Update.model_validate(update(1))]


async def test_a_server_that_repeats_what_is_confirmed_is_not_asked_without_a_breath() -> None:
    hands, bot = Hands(), Repeating("1:x")
    polling = asyncio.create_task(Polling(bot, UpdateQueue(hands), Shelf()).run())
    for _ in range(1_000):
        await asyncio.sleep(0)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)

    assert hands.handled == ["hi"]
    assert bot.asked < 10


@pytest.mark.system
async def test_an_update_that_cannot_be_read_is_left_out_and_the_others_are_handled(server: TelegramServer) -> None:
    anna, hands = server.user("Anna"), Hands()
    await anna.send(anna.private, "before")
    broken = server.updates[-1].payload | {"forward_origin": {"type": "hidden_user", "date": 1}, "text": "secret"}
    bad = server.platform.updates.put("message", broken, queue=anna.id)
    assert bad is not None
    await anna.send(anna.private, "after")

    with capture_logs() as logs:
        async with polled(server, hands):
            await server.wait_for(lambda: not server.platform.updates.pending)

    assert hands.handled == ["before", "after"]
    (told,) = [line for line in logs if line["action"] == "telegram_update_unreadable"]
    assert told["update_id"] == bad.id
    assert "secret" not in str(told)


class Clerk:
    """Commits at once; says what it has to say when it is let."""

    def __init__(self) -> None:
        self.committed: list[int] = []
        self.said: list[int] = []
        self.has_spoken = asyncio.Event()
        self.may_speak = {number: asyncio.Event() for number in range(9)}

    async def __call__(self, update: Update, order: UpdateOrder) -> None:
        self.committed.append(update.update_id)
        order.mark_committed()
        await order.wait_for_earlier()
        await self.may_speak[update.update_id].wait()
        self.said.append(update.update_id)
        self.has_spoken.set()


async def test_what_is_committed_is_confirmed_before_it_is_answered_and_answers_stay_in_order() -> None:
    clerk = Clerk()
    queue = UpdateQueue(clerk)

    await asyncio.wait_for(asyncio.gather(*(queue.submit(an_update(number)) for number in (1, 2, 3))), 1)
    assert (clerk.committed, clerk.said) == ([1, 2, 3], [])

    for number in (3, 2, 1):
        clerk.may_speak[number].set()
    await queue.finish()
    assert clerk.said == [1, 2, 3]


async def test_an_update_that_is_not_answered_lets_no_later_one_overtake_the_answers_before_it() -> None:
    clerk = Clerk()

    async def handle(update: Update, order: UpdateOrder) -> None:
        if update.update_id != 2:
            await clerk(update, order)

    queue = UpdateQueue(handle)
    for number in (1, 2, 3):
        await asyncio.wait_for(queue.submit(an_update(number)), 1)

    for number in (3, 1):
        clerk.may_speak[number].set()
        await asyncio.sleep(0)
    await queue.finish()
    assert clerk.said == [1, 3]


async def test_an_answer_that_waits_in_one_chat_holds_up_no_answer_in_another() -> None:
    clerk = Clerk()
    queue = UpdateQueue(clerk)
    clerk.may_speak[2].set()

    await asyncio.gather(queue.submit(an_update(1, chat=-5)), queue.submit(an_update(2, chat=7)))
    await asyncio.wait_for(clerk.has_spoken.wait(), 1)

    assert clerk.said == [2]
    await queue.finish(within=0)


async def test_an_update_whose_answer_fails_is_not_handled_again() -> None:
    handled: list[int] = []

    async def handle(update: Update, order: UpdateOrder) -> None:
        handled.append(update.update_id)
        order.mark_committed()
        raise RuntimeError

    queue = UpdateQueue(handle, retries=(0.0, 0.0))
    with capture_logs() as logs:
        await queue.submit(an_update(4))
        await queue.finish()

    assert handled == [4]
    assert [(line["action"], line["update_id"]) for line in logs] == [("telegram_reply_failed", 4)]


async def test_at_the_end_nothing_that_waited_behind_a_slow_update_is_begun() -> None:
    begun: list[int] = []

    async def handle(update: Update, _order: UpdateOrder) -> None:
        begun.append(update.update_id)
        await asyncio.Event().wait()

    queue = UpdateQueue(handle)
    left = [queue.submit(an_update(number)) for number in (1, 2, 3)]
    await asyncio.sleep(0)

    await queue.finish(within=0)

    assert begun == [1]
    assert all(future.cancelled() for future in left)


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as started:
        yield started


def an_update(number: int, chat: int = 7) -> Update:
    user = User(id=7, is_bot=False, first_name="Anna")
    room = Chat(id=chat, type="private" if chat > 0 else "group")
    message = Message(message_id=1, date=datetime.now(UTC), chat=room, from_user=user, text="hi")
    return Update(update_id=number, message=message)


def update(number: int) -> dict[str, object]:
    return an_update(number).model_dump(mode="json", by_alias=True, exclude_none=True)


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


async def test_what_the_platform_brings_again_is_neither_done_nor_answered_again() -> None:
    hands = Hands("hi")
    async with web_client(hands) as client:
        headers = {webhook.HEADER: SECRET}
        first, second = (asyncio.create_task(client.post(webhook.PATH, json=update(1), headers=headers)) for _ in "12")
        await asyncio.sleep(0)
        hands.slow["hi"].set()
        answers = [await first, await second, await client.post(webhook.PATH, json=update(1), headers=headers)]

    assert ([answer.status_code for answer in answers], hands.handled) == ([200, 200, 200], ["hi"])


async def test_what_the_end_of_the_program_let_go_is_brought_again() -> None:
    begun = asyncio.Event()

    async def stuck(_: Update, _order: UpdateOrder) -> None:
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


def web_client(hands: Hands | UpdateQueue) -> httpx.AsyncClient:
    app, queue = FastAPI(), hands if isinstance(hands, UpdateQueue) else UpdateQueue(hands)
    app.include_router(webhook.routes(Bot("1:x"), queue, SECRET))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_presses_in_any_order_have_one_winner(firm: Firm) -> None:
    await firm.joins("gleb", "daria")
    group = await firm.group_of("tech_support", "gleb", "daria")
    await firm.opens_case()
    card = await firm.button(group, "Взять")

    firm.server.hold_updates()
    presses = [firm.people[name].press(card, "Взять") for name in ("gleb", "daria")]
    firm.server.release_updates(lambda places: places[::-1])
    answers = [await press for press in presses]

    assert sorted(bool(answer.show_alert) for answer in answers) == [False, True]


async def test_commands_are_offered_by_kind_of_chat_and_language(firm: Firm) -> None:
    await firm.until(lambda: len(firm.server.calls_of("setMyCommands")) == 9)
    russian = {c["command"]: c["description"] for c in firm.server.commands({"type": "all_private_chats"}, "ru")}
    english = {c["command"]: c["description"] for c in firm.server.commands({"type": "all_private_chats"}, "en")}

    assert set(russian) == set(english) >= {"new", "my", "queue", "status", "find", "help", "lang", "link"}
    assert russian["new"] == "открыть новое дело"
    assert english["new"] == "open a new case"
    assert "bind" in [c["command"] for c in firm.server.commands({"type": "all_chat_administrators"})]


async def test_a_topic_of_a_forum_is_bound_by_itself(firm: Firm) -> None:
    await firm.joins("timur", "gleb")
    forum = firm.server.supergroup("InPlat", firm.people["timur"], firm.people["gleb"], forum=True)
    topic = firm.server.topic(forum, "Поддержка")
    await firm.people["timur"].send(forum, "/bind tech_support", thread_id=topic.id)
    await firm.until(lambda: forum.find("/unbind"))
    await firm.opens_case()

    card = await firm.button(forum, "Взять")
    assert card.thread_id == topic.id
    await firm.people["gleb"].press(card, "Взять")
    await firm.until(lambda: "Исполнитель" in card.text)

    comment = await firm.people["gleb"].reply(card, "Начал")
    await firm.until(lambda: firm.server.updates[-1].payload.get("text") == comment.text)


async def test_heads_invite_their_people_with_a_link_into_telegram(firm: Firm) -> None:
    await firm.joins("nikolay")
    await firm.people["nikolay"].send(firm.people["nikolay"].private, "/invite")
    await firm.presses("nikolay", "Дарья Ильина")
    invitation = await firm.asked("nikolay", "https://t.me/")
    link = next(word for word in invitation.text.split() if word.startswith("https://t.me/"))

    daria = firm.server.user("Daria", "en")
    await daria.open_link(link)

    await firm.until(lambda: daria.private.find("Daria Ilyina"))
    assert firm.app.chats.directory.person_of("telegram", str(daria.id)) == "daria"


async def test_somebody_unlinks_their_account_and_is_a_stranger_from_then_on(firm: Firm) -> None:
    (gleb,) = await firm.joins("gleb")

    await gleb.send(gleb.private, "/link")
    await firm.presses("gleb", "Отвязать", "Эта учётная запись связана")
    await firm.presses("gleb", "Да, отвязать")

    await firm.asked("gleb", "Учётная запись отвязана")
    assert firm.app.chats.directory.person_of("telegram", str(gleb.id)) is None
    assert await firm.app.queries.accounts() == []
    await gleb.send(gleb.private, "/my")
    await firm.asked("gleb", "ещё не связана ни с кем")


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
