"""The start while the platform cannot be reached or refuses, and an adapter that fails later."""

import asyncio

import pytest
from aiogram.types import Update
from structlog.testing import capture_logs

from bot.telegram.api.start_chores import retry_until_done
from bot.telegram.setup.greeting import greet
from tests.telegram.firm import Firm
from tests.telegram.server import TelegramServer
from tests.telegram.server.aiogram_client import connected
from workflows.ports.unit_of_work import StorageUnavailable


@pytest.mark.system
async def test_the_platform_being_away_at_the_start_is_waited_out(sqlite_url: str) -> None:
    async with TelegramServer() as server:
        fault = server.fail("getMe", times=1)
        async with Firm(sqlite_url, server) as firm:
            await firm.joins("anna")
        assert fault.struck == 1


@pytest.mark.system
async def test_the_platform_asking_for_patience_at_the_start_is_obeyed(sqlite_url: str) -> None:
    async with TelegramServer() as server:
        fault = server.slow_down("getMe", retry_after=1)
        async with Firm(sqlite_url, server):
            assert fault.struck == 1


@pytest.mark.system
async def test_commands_that_cannot_be_offered_keep_nobody_out_and_are_offered_later(sqlite_url: str) -> None:
    async with TelegramServer() as server:
        fault = server.fail("setMyCommands", times=2)
        async with Firm(sqlite_url, server) as firm:
            await firm.joins("anna")
            await firm.until(lambda: server.commands({"type": "all_chat_administrators"}, "en"))
        assert fault.struck == 2


@pytest.mark.system
async def test_commands_that_are_refused_for_good_are_offered_once(sqlite_url: str) -> None:
    async with TelegramServer() as server:
        server.fail("setMyCommands", status=404, description="Not Found: method not found", times=1)
        server.fail("setMyCommands", status=400, description="Bad Request: language_code is invalid", times=1)
        async with Firm(sqlite_url, server) as firm:
            await firm.until(lambda: server.commands({"type": "all_chat_administrators"}, "en"))
            assert len(server.calls_of("setMyCommands")) == 9 - 2


@pytest.mark.system
async def test_menus_are_set_only_when_they_have_changed(sqlite_url: str) -> None:
    async with TelegramServer() as server, Firm(sqlite_url, server) as firm:
        await firm.until(lambda: server.commands({"type": "all_chat_administrators"}, "en"))
        await firm.joins("anna")
        await firm.restart()
        await firm.people["anna"].send(firm.people["anna"].private, "/my")
        await firm.until(lambda: firm.people["anna"].private.find("У вас сейчас нет задач"))

        assert len(server.calls_of("setMyCommands")) == 9


@pytest.mark.system
async def test_a_server_without_webhooks_keeps_nobody_out(sqlite_url: str) -> None:
    async with TelegramServer() as server:
        fault = server.fail("deleteWebhook", status=404, description="Not Found: method not found", times=1_000)
        async with Firm(sqlite_url, server) as firm:
            await firm.joins("anna")
        assert fault.struck == 1


@pytest.mark.system
async def test_what_the_platform_refuses_at_the_start_is_told_in_its_own_words() -> None:
    refusal = "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    async with TelegramServer() as server, connected(server) as bot:
        server.fail("setWebhook", status=400, description=refusal)

        with capture_logs() as logs:
            username = await greet(bot, lambda: bot.set_webhook("https://handover.example.com/telegram/webhook"))

    assert username == "handover_test_bot"
    assert [(line["action"], line.get("reason")) for line in logs] == [("telegram_refused", refusal)]


async def test_what_has_to_wait_for_the_database_is_done_when_it_is_back() -> None:
    troubles: list[Exception] = [StorageUnavailable("away"), TimeoutError()]
    done = asyncio.Event()

    async def learn() -> None:
        if troubles:
            raise troubles.pop(0)
        done.set()

    with capture_logs() as logs:
        await asyncio.wait_for(retry_until_done("languages", learn), 5)

    assert done.is_set()
    assert [(line["action"], line["chore"]) for line in logs] == [("chore_retried", "languages")] * 2


async def test_what_cannot_be_done_after_the_start_is_told_in_the_log() -> None:
    async def learn() -> None:
        raise ValueError("no such language")

    with capture_logs() as logs:
        await retry_until_done("languages", learn)

    assert [(line["action"], line["chore"]) for line in logs] == [("chore_failed", "languages")]


async def test_an_adapter_that_breaks_is_run_again(firm: Firm) -> None:
    (anna,) = await firm.joins("anna")
    get_updates, broke = firm.telegram.bot.get_updates, asyncio.Event()

    async def broken(**_: object) -> list[Update]:
        firm.telegram.bot.get_updates = get_updates  # type: ignore[method-assign]
        broke.set()
        raise RuntimeError

    firm.telegram.bot.get_updates = broken  # type: ignore[assignment, method-assign]
    await anna.send(anna.private, "/my")
    await broke.wait()
    await anna.send(anna.private, "/status")

    await firm.asked("anna", "У вас сейчас нет задач")
    await firm.asked("anna", "Активных дел нет")
