"""Quick fingers, long screens and full minutes: what people wait for is shown soon, and nothing twice."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.background.pacing import Limit
from bot.conversation.incoming import FormSent
from bot.telegram.api.addresses import Place
from bot.telegram.api.client import Api
from bot.telegram.api.pace import Pace, Urgency
from bot.telegram.tuning import TelegramTuning
from tests.fakes.tuning import AT_ONCE, NO_LIMITS
from tests.firm import CLIENT
from tests.scenarios.inplat import INTAKE, WORK
from tests.telegram.filled_interview import FilledInterview, label_of
from tests.telegram.firm import Firm
from tests.telegram.server import TelegramServer
from tests.telegram.server.aiogram_client import connected
from tests.telegram.test_interview import begins
from workflows.domain.ids import FieldName, OutcomeId
from workflows.ports.chat import Message as ToSay

ONE_OF_A_GROUP = replace(NO_LIMITS, group=Limit(messages=2, seconds=3_600.0))


@pytest.fixture
async def full_groups(sqlite_url: str) -> AsyncIterator[Firm]:
    """A firm whose groups take two messages an hour."""
    tuning = replace(AT_ONCE, telegram=TelegramTuning(limits=ONE_OF_A_GROUP))
    async with TelegramServer() as server, Firm(sqlite_url, server, tuning=tuning) as firm:
        yield firm


async def at_the_services(firm: Firm) -> FilledInterview:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    await interview.screen()
    for words in ("ООО «Ромашка»", "Мария Петровна", "8 (495) 123-45-67", "a@b.ru", "7707083893", "romashka.example"):
        await interview.types(words)
    return interview


async def test_of_states_that_follow_each_other_quickly_the_newest_is_shown(firm: Firm) -> None:
    interview = await at_the_services(firm)
    asked = next(m for m in reversed(interview.chat.messages) if "Готово" in m.buttons)
    options = [label for label in asked.buttons if label.startswith("▫️ ")][:6]
    assert len(options) >= 4
    before, gate = len(firm.server.calls_of("editMessageText")), firm.server.hold("editMessageText")

    for option in options:
        await interview.person.press(asked, option)
    gate.release()

    await firm.until(lambda: all(option.replace("▫️ ", "✓ ") in asked.buttons for option in options))
    assert len(firm.server.calls_of("editMessageText")) == before + 2


async def test_a_tick_below_a_long_summary_edits_its_last_message(firm: Firm) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    values = {FieldName(name): value for name, value in CLIENT.items()}
    values |= {FieldName("client"): "ООО «Ромашка»", FieldName("comment"): "Длинный комментарий. " * 190}
    sent = FormSent(form="new:client_onboarding", outcome=OutcomeId("work_begun"), values=values)
    await firm.does_elsewhere("anna", sent)
    await firm.press("gleb", group, "Взять", INTAKE)
    opened = await firm.press("gleb", group, "Открыть", INTAKE)
    interview = FilledInterview(firm, "gleb")
    await firm.people["gleb"].open_link(opened.url or "")
    summary = await interview.fill({**WORK[INTAKE].answers, "Заметка": "Очень длинно. " * 30})
    assert label_of(summary) is None
    assert "Комментарий" not in summary.text
    shown, before = len(interview.chat.messages), len(firm.server.calls)

    ticks = [label for label in summary.buttons if label.startswith("▫️ ")]
    for label in ticks:
        await interview.press(summary, label)

    assert [label for label in summary.buttons if label.startswith("▫️ ")] == []
    assert len(interview.chat.messages) == shown
    edits = [call for call in firm.server.calls[before:] if call.method == "editMessageText"]
    assert {call.params["message_id"] for call in edits if call.params["chat_id"] == interview.chat.id} == {summary.id}


async def test_an_answer_is_not_lost_after_several_refusals_in_a_row(firm: Firm) -> None:
    (gleb,) = await firm.joins("gleb")
    fault = firm.server.fail("sendMessage", status=429, description="Too Many Requests: retry after 0", times=6)

    await gleb.send(gleb.private, "/my")

    await firm.asked("gleb", "У вас сейчас нет задач")
    assert fault.struck == 6


@pytest.mark.system
async def test_an_edit_that_was_overtaken_while_it_waited_is_not_made() -> None:
    async with TelegramServer() as server, connected(server) as bot:
        gleb = server.user("Gleb")
        await gleb.start(server.bot, "x")
        api = Api(bot, Pace(NO_LIMITS))
        place = Place(gleb.id)
        message = int(await api.send(place, ToSay(text="one"), urgency=Urgency.ANSWER))

        await api.edit(place, message, ToSay(text="two"), urgency=Urgency.ANSWER, is_overtaken=lambda: True)

        assert server.calls_of("editMessageText") == []


@pytest.mark.system
async def test_a_command_in_a_group_whose_minute_is_full_is_answered_in_private(full_groups: Firm) -> None:
    (gleb,) = await full_groups.joins("gleb")
    group = await full_groups.group_of("tech_support", "gleb")
    await gleb.send(group, "/queue")
    await full_groups.until(lambda: group.find("нет ни одной") or group.find("Очередь") or len(group.messages) > 3)
    shown = len(group.messages)

    await gleb.send(group, "/queue")

    await full_groups.until(lambda: [m for m in gleb.private.messages if m.text == group.messages[-2].text])
    assert len(group.messages) == shown + 1


@pytest.mark.system
async def test_a_claimed_card_is_shown_before_the_new_cards_of_a_group_whose_minute_is_full(sqlite_url: str) -> None:
    limits = replace(NO_LIMITS, group=Limit(messages=4, seconds=3_600.0, kept=(0, 1, 2)))
    tuning = replace(AT_ONCE, telegram=TelegramTuning(limits=limits))
    async with TelegramServer() as server, Firm(sqlite_url, server, tuning=tuning) as firm:
        (gleb,) = await firm.joins("gleb")
        group = await firm.group_of("tech_support", "gleb")
        await firm.opens_case()
        card = await firm.button(group, "Взять", "ONB-1")
        for name in ("ООО «Василёк»", "ООО «Лютик»"):
            await firm.opens_case(name)

        await firm.people["gleb"].press(card, "Взять")

        await firm.until(lambda: "Исполнитель" in card.text)
        assert not group.find("ONB-2")
        await gleb.send(group, "/queue")
        await firm.until(lambda: next((m for m in group.messages if "ONB-2" in m.text), None))
        assert len([m for m in group.messages if "ONB-3" in m.text]) == 1
