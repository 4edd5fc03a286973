"""Updates that are fetched: side by side, in order for each sender, confirmed when handled, parked when slow."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

import pytest
from aiogram import Bot
from aiogram.types import Update
from structlog.testing import capture_logs

from bot.telegram.inbound.parked_updates import ParkedUpdates
from bot.telegram.inbound.polling import Polling
from bot.telegram.inbound.raw_updates import read_update
from bot.telegram.inbound.update_queue import UpdateQueue
from bot.telegram.outbound.reply_order import UpdateOrder
from tests.fakes.hand_time import in_hand_time
from tests.telegram.firm import Firm
from tests.telegram.hands import Hands, an_update, update
from tests.telegram.server import TelegramServer
from tests.telegram.server.aiogram_client import connected
from tests.telegram.test_cards import a_card
from workflows.ports.unit_of_work import StorageUnavailable


class Shelf:
    """Stores parked updates like the database; while it is `away` it cannot."""

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
    handle: Callable[[Sequence[Update], UpdateOrder], Awaitable[object]],
    shelf: Shelf | None = None,
    now: Callable[[], float] = time.monotonic,
) -> AsyncIterator[UpdateQueue]:
    """Poll the server; at the end of the block the program dies with the updates it is handling."""
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
        assert self.asked < 100, "asked without a breath"
        return [Update.model_validate(update(1))]


@in_hand_time
async def test_a_server_that_repeats_what_is_confirmed_is_not_asked_without_a_breath() -> None:
    hands, bot = Hands(), Repeating("1:x")
    polling = asyncio.create_task(Polling(bot, UpdateQueue(hands), Shelf()).run())
    await asyncio.sleep(1)
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


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as started:
        yield started
