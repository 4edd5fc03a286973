"""The platform's limits, switched on."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter

from . import Limits, Person, TelegramServer
from .conftest import HandClock
from .errors import ApiError
from .limits import Meter

GROUP = -5


def refusal(meter: Meter, chat_id: int, now: float, *, group: bool = False) -> int:
    """The seconds that the platform asks to wait; 0 when it accepted the message."""
    try:
        meter.take(chat_id, now, group=group)
    except ApiError as error:
        return (error.parameters or {})["retry_after"]
    return 0


def test_a_chat_takes_a_short_burst_and_then_one_a_second() -> None:
    meter = Meter(Limits(chat_burst=3))

    assert [refusal(meter, 1, 0.0) for _ in range(4)] == [0, 0, 0, 1]
    assert [refusal(meter, 1, second) for second in (1.0, 2.0, 3.0)] == [0, 0, 0]


def test_one_a_second_is_never_refused() -> None:
    meter = Meter(Limits(chat_burst=1))

    assert {refusal(meter, 1, 1_700_000_000 + second * 1.0) for second in range(200)} == {0}


def test_sending_during_a_penalty_makes_it_longer() -> None:
    meter = Meter(Limits(chat_burst=1))
    meter.take(1, 0.0, group=False)

    assert [refusal(meter, 1, 0.1), refusal(meter, 1, 0.2), refusal(meter, 1, 0.3)] == [1, 2, 3]
    assert refusal(meter, 1, 3.2) == 2
    assert refusal(meter, 1, 5.3) == 0


def test_a_penalty_of_one_chat_leaves_the_others_alone() -> None:
    meter = Meter(Limits(chat_burst=1))
    meter.take(1, 0.0, group=False)

    assert refusal(meter, 1, 0.0) == 1
    assert refusal(meter, 2, 0.0) == 0


def test_all_chats_together_get_thirty_a_second() -> None:
    meter = Meter(Limits())

    assert [refusal(meter, chat, 0.0) for chat in range(1, 31)] == [0] * 30
    assert refusal(meter, 31, 0.5) == 1
    assert refusal(meter, 31, 1.5) == 0


def test_a_group_gets_twenty_a_minute() -> None:
    meter = Meter(Limits())

    assert [refusal(meter, GROUP, float(second), group=True) for second in range(20)] == [0] * 20
    assert refusal(meter, GROUP, 20.0, group=True) == 40
    assert refusal(meter, GROUP, 60.0, group=True) == 0


async def test_an_edit_counts_like_a_message_and_another_call_does_not(
    server: TelegramServer, bot: Bot, clock: HandClock
) -> None:
    anna: Person = server.user("Anna")
    await anna.start(server.bot)
    server.limit(Limits(chat_burst=1))
    card = await bot.send_message(anna.id, "card")

    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.edit_message_text("changed", chat_id=anna.id, message_id=card.message_id)
    await bot.get_me()

    assert refused.value.retry_after == 1
    assert "Too Many Requests: retry after 1" in refused.value.message
    clock.advance(1)
    await bot.edit_message_text("changed", chat_id=anna.id, message_id=card.message_id)
    server.limit(None)
    await bot.edit_message_text("again", chat_id=anna.id, message_id=card.message_id)
    assert anna.private.messages[-1].text == "again"
