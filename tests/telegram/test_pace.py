"""The platform's limits are respected before they are hit, chat by chat, urgent messages first."""

import asyncio

from bot.pacing import Limit, Slots
from bot.telegram.api.limits import Limits
from bot.telegram.api.pace import Pace, Urgency
from tests.fakes.hand_time import in_hand_time

WIDE = Limit(messages=1_000, seconds=0.0)
ONE = Limit(messages=1, seconds=0.05)


async def send(pace: Pace, chat: int, sent: list[str], words: str, urgency: Urgency = Urgency.CARD) -> None:
    async with pace.slot(chat, urgency):
        sent.append(words)


@in_hand_time
async def test_a_penalty_is_served_by_its_chat_alone() -> None:
    pace = Pace(Limits(overall=WIDE, chat=ONE, group=WIDE))
    sent: list[str] = []
    async with pace.slot(-1, Urgency.CARD) as sending:
        sending.penalty = 0.2
    began = asyncio.get_running_loop().time()

    held = asyncio.create_task(send(pace, -1, sent, "after the penalty"))
    await send(pace, -2, sent, "elsewhere")
    await held

    assert sent == ["elsewhere", "after the penalty"]
    assert asyncio.get_running_loop().time() - began >= 0.19


@in_hand_time
async def test_an_answer_to_a_press_overtakes_the_cards_that_wait() -> None:
    pace = Pace(Limits(overall=ONE, chat=WIDE, group=WIDE))
    sent: list[str] = []
    async with pace.slot(1, Urgency.CARD):
        cards = [asyncio.create_task(send(pace, chat, sent, f"card {chat}")) for chat in (2, 3)]
        await asyncio.sleep(0)
        answer = asyncio.create_task(send(pace, 4, sent, "answer", Urgency.ANSWER))
        await asyncio.sleep(0)

    await asyncio.gather(*cards, answer)

    assert sent == ["answer", "card 2", "card 3"]


@in_hand_time
async def test_a_slot_is_held_until_the_response_and_a_window_longer() -> None:
    pace = Pace(Limits(overall=WIDE, chat=ONE, group=WIDE))
    loop, sent = asyncio.get_running_loop(), list[str]()
    response = asyncio.Event()

    async def slow() -> float:
        async with pace.slot(1, Urgency.CARD):
            await response.wait()
        return loop.time()

    first = asyncio.create_task(slow())
    await asyncio.sleep(0)
    second = asyncio.create_task(send(pace, 1, sent, "second"))
    await asyncio.sleep(0)
    assert sent == []

    response.set()
    answered = await first
    await second
    assert loop.time() - answered >= 0.045


@in_hand_time
async def test_a_waiter_that_gives_up_leaves_its_turn_to_the_next() -> None:
    pace = Pace(Limits(overall=WIDE, chat=ONE, group=WIDE))
    sent: list[str] = []
    async with pace.slot(1, Urgency.CARD):
        impatient = asyncio.create_task(send(pace, 1, sent, "impatient"))
        patient = asyncio.create_task(send(pace, 1, sent, "patient"))
        await asyncio.sleep(0)
        impatient.cancel()

    await patient

    assert sent == ["patient"]


@in_hand_time
async def test_a_card_that_waits_for_its_group_does_not_keep_the_chat_from_an_answer() -> None:
    pace = Pace(
        Limits(overall=WIDE, chat=Limit(messages=1, seconds=0.0), group=Limit(messages=1, seconds=0.1)),
    )
    sent: list[str] = []
    await send(pace, -1, sent, "first")
    await asyncio.sleep(0)
    card = asyncio.create_task(send(pace, -1, sent, "card"))
    await asyncio.sleep(0)
    answer = asyncio.create_task(send(pace, -1, sent, "answer", Urgency.ANSWER))

    await asyncio.gather(card, answer)

    assert sent == ["first", "answer", "card"]


@in_hand_time
async def test_who_waits_during_a_penalty_gets_a_free_slot_at_its_end() -> None:
    slots = Slots(Limit(messages=3, seconds=0.01))
    loop = asyncio.get_running_loop()
    for _ in range(2):
        await slots.acquire()
    slots.release(penalty=0.1)
    began = loop.time()

    async with asyncio.timeout(1):
        await asyncio.gather(slots.acquire(), slots.acquire())

    assert loop.time() - began >= 0.095


@in_hand_time
async def test_a_longer_penalty_holds_those_who_wait_for_a_shorter_one() -> None:
    slots = Slots(Limit(messages=3, seconds=0.01))
    loop = asyncio.get_running_loop()
    for _ in range(2):
        await slots.acquire()
    slots.release(penalty=0.05)
    waiting = asyncio.create_task(slots.acquire())
    await asyncio.sleep(0)
    slots.release(penalty=0.15)
    began = loop.time()

    async with asyncio.timeout(1):
        await waiting

    assert loop.time() - began >= 0.145
