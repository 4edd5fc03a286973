"""Faults on demand, as the real client library meets them."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramNetworkError,
    TelegramServerError,
)

from . import Person, TelegramServer


async def test_a_bad_gateway_comes_once_and_nothing_was_sent(server: TelegramServer, bot: Bot, anna: Person) -> None:
    fault = server.fail("sendMessage")

    with pytest.raises(TelegramServerError, match="Bad Gateway"):
        await bot.send_message(anna.id, "hi")

    assert fault.struck == 1
    assert anna.private.find("hi") is None
    await bot.send_message(anna.id, "hi")
    assert anna.private.find("hi") is not None


async def test_a_fault_strikes_as_often_as_asked_and_only_its_method(server: TelegramServer, bot: Bot) -> None:
    server.fail("getMe", status=500, description="Internal Server Error: restart", times=2)

    assert await bot.delete_webhook()
    for _ in range(2):
        with pytest.raises(RestartingTelegram):
            await bot.get_me()
    assert (await bot.get_me()).username == "handover_test_bot"


async def test_a_proxy_s_error_page_is_no_answer_of_the_platform(server: TelegramServer, bot: Bot) -> None:
    server.fail("getMe", body="<html><h1>502 Bad Gateway</h1></html>")

    with pytest.raises(ClientDecodeError):
        await bot.get_me()


async def test_a_connection_lost_before_the_call_leaves_nothing(server: TelegramServer, bot: Bot, anna: Person) -> None:
    server.drop_before("sendMessage")

    with pytest.raises(TelegramNetworkError):
        await bot.send_message(anna.id, "hi")

    assert server.calls_of("sendMessage") == []


async def test_a_connection_lost_after_the_call_leaves_the_message(
    server: TelegramServer, bot: Bot, anna: Person
) -> None:
    server.drop_after("sendMessage")

    with pytest.raises(TelegramNetworkError):
        await bot.send_message(anna.id, "hi")

    assert anna.private.messages[-1].text == "hi"


async def test_a_held_call_waits_at_the_gate(server: TelegramServer, bot: Bot, anna: Person) -> None:
    gate = server.hold("sendMessage")
    sending = asyncio.create_task(bot.send_message(anna.id, "hi"))
    await gate.reached()
    assert anna.private.find("hi") is None

    gate.release()

    assert (await sending).text == "hi"


async def test_a_timed_out_call_may_still_take_effect(server: TelegramServer, bot: Bot, anna: Person) -> None:
    gate = server.hold("sendMessage")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(anna.id, "hi", request_timeout=0.01)  # type: ignore[arg-type] # any number of seconds

    gate.release()

    assert (await server.wait_for(lambda: anna.private.find("hi"))).text == "hi"


async def test_a_delayed_call_is_handled_in_the_end(server: TelegramServer, bot: Bot, anna: Person) -> None:
    fault = server.delay("sendMessage", 0.01)

    assert (await bot.send_message(anna.id, "hi")).text == "hi"
    assert fault.struck == 1


async def test_a_jittering_network_loses_nothing(server: TelegramServer, bot: Bot, anna: Person) -> None:
    server.jitter(0.001, 0.01, seed=7)

    await asyncio.gather(*(bot.send_message(anna.id, f"message {number}") for number in range(20)))

    texts = {message.text for message in anna.private.messages}
    assert {f"message {number}" for number in range(20)} < texts
