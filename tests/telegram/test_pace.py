"""The platform's limits are respected before they are hit, chat by chat, urgent messages first."""

import asyncio

import pytest

from bot.background.pacing import Limit, Slots
from bot.telegram.api.limits import OF_TELEGRAM, Limits
from bot.telegram.api.pace import Pace, Urgency
from tests.fakes.hand_time import in_hand_time

WIDE = Limit(messages=1_000, seconds=0.0)
ONE = Limit(messages=1, seconds=0.05)


async def send(pace: Pace, chat: int, sent: list[str], words: str, urgency: Urgency = Urgency.CARD) -> None:
    async with pace.slot(chat, urgency):
        sent.append(words)


@in_hand_time
async def test_a_penalty_is_served_by_its_chat_alone() -> None:
    pace = Pace(Limits(overall=WIDE, private=ONE, chat=ONE, group=WIDE))
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
    pace = Pace(Limits(overall=ONE, private=WIDE, chat=WIDE, group=WIDE))
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
    pace = Pace(Limits(overall=WIDE, private=ONE, chat=ONE, group=WIDE))
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
    pace = Pace(Limits(overall=WIDE, private=ONE, chat=ONE, group=WIDE))
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
        Limits(overall=WIDE, private=WIDE, chat=Limit(messages=1, seconds=0.0), group=Limit(messages=1, seconds=0.1)),
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


@in_hand_time
async def test_a_private_chat_takes_a_short_burst_and_then_one_message_a_second() -> None:
    pace, loop, moments = Pace(OF_TELEGRAM), asyncio.get_running_loop(), list[float]()

    async def answer() -> None:
        async with pace.slot(1, Urgency.ANSWER):
            moments.append(loop.time())

    await asyncio.gather(*(answer() for _ in range(6)))

    assert moments == pytest.approx([0, 0, 0, 1, 2, 3])


@in_hand_time
async def test_new_cards_leave_slots_of_the_minute_to_changed_cards_and_answers() -> None:
    pace, loop = Pace(OF_TELEGRAM), asyncio.get_running_loop()
    sent: list[str] = []
    cards = [asyncio.create_task(send(pace, -1, sent, "card")) for _ in range(25)]
    await asyncio.sleep(30)
    assert (len(sent), pace.is_full(-1)) == (14, False)

    changes = [asyncio.create_task(send(pace, -1, sent, "change", Urgency.CHANGE)) for _ in range(4)]
    answers = [asyncio.create_task(send(pace, -1, sent, "answer", Urgency.ANSWER)) for _ in range(3)]
    await asyncio.sleep(7)

    assert sorted(sent[14:]) == ["answer"] * 3 + ["change"] * 3
    assert pace.is_full(-1)
    await asyncio.gather(*cards, *changes, *answers)
    assert loop.time() < 121


@in_hand_time
async def test_a_call_that_is_spared_takes_no_slot() -> None:
    pace, loop = Pace(OF_TELEGRAM), asyncio.get_running_loop()
    for _ in range(5):
        async with pace.slot(-1, Urgency.ANSWER) as sending:
            sending.is_spared = True

    assert loop.time() == 0
