"""A mixed company: a case goes from a department on Slack to one on Telegram and back; both see cards and comments."""

import pytest
from pydantic import SecretStr

from tests.scenarios.inplat import BANK, BEGIN, CLIENT, DOCUMENTS, INTAKE, WORK
from tests.slack.firm import Firm
from tests.slack.forms import fill, send, tick_all
from tests.slack.server import SlackServer
from tests.telegram.filled_interview import FilledInterview
from tests.telegram.firm import Beside
from tests.telegram.server import TelegramServer

pytestmark = pytest.mark.system


async def test_a_case_goes_from_slack_to_telegram_and_back_with_its_comments(sqlite_url: str) -> None:
    async with SlackServer() as slack_server, TelegramServer() as telegram_server:
        token = SecretStr(telegram_server.token)
        async with Firm(
            sqlite_url, slack_server, telegram_bot_token=token, telegram_api_url=telegram_server.url
        ) as slack:
            telegram = Beside(slack, telegram_server)
            await telegram.is_ready()
            await slack.joins("timur", "vera")
            sales = await slack.channel_of("sales", "vera")
            support = await slack.channel_of("tech_support", "vera")
            await telegram.joins("timur", "olga")
            accounts = await telegram.group_of("accounts", "olga")

            await slack.people["vera"].command("/handover", "new", sales)
            await slack.window("vera", "Подключение клиента")
            await fill(slack, "vera", CLIENT)
            await send(slack, "vera", BEGIN)

            waiting = await telegram.button(accounts, "Взять", DOCUMENTS)
            on_slack = await slack.card(support, "Взять", INTAKE)
            await slack.people["vera"].post(support, "Подпись < образец", thread_ts=on_slack.ts)
            await telegram.until(lambda: accounts.find("Подпись < образец"))
            await telegram.people["olga"].reply(waiting, "Проверю & отвечу")
            answered = await slack.server.wait_for_message(support, "Проверю & отвечу")
            assert answered.thread_ts == on_slack.ts

            interview = FilledInterview(telegram, "olga")
            await telegram.press("olga", accounts, "Взять", f"— {DOCUMENTS}")
            await interview.fill(WORK[DOCUMENTS].answers, WORK[DOCUMENTS].outcome)
            await interview.send(WORK[DOCUMENTS].outcome)

            back = await slack.press("vera", sales, "Взять", f"— {BANK}")
            assert "Ольга Морозова" in back.plain
            await slack.window("vera", BANK)
            await fill(slack, "vera", {"Что просит исправить банк": "Подпись"}, "Банк просит исправить")
            await tick_all(slack, "vera")
            await send(slack, "vera", "Банк просит исправить")

            await slack.press("vera", sales, "Взять", "Привлечение клиента")
            await slack.window("vera", "Привлечение клиента")
            await send(slack, "vera", "Исправлено")
            await telegram.until(lambda: len([m for m in accounts.messages if "Взять" in m.buttons]) == 1)
            assert slack_server.violations == []
