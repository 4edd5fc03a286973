"""A form that lacks an answer, in the private chats of whoever sends it and of whoever knows it."""

from pathlib import Path

import pytest

from tests.small_companies.missing_answers import write_pack
from tests.telegram.filled_interview import FilledInterview, step_of
from tests.telegram.firm import Firm
from tests.telegram.server import Message, TelegramServer
from workflows.domain.ids import FieldName

pytestmark = pytest.mark.system


async def test_a_form_waits_for_an_answer_that_somebody_else_gives_in_their_chat(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with TelegramServer() as server, Firm(sqlite_url, server, company=write_pack(tmp_path / "line")) as firm:
        anna, boris = await firm.joins("anna", "boris")
        await anna.send(anna.private, "/new")
        interview = FilledInterview(firm, "anna")
        await interview.screen()
        await interview.types("100")
        await interview.press(newest(interview), "Не знаю")
        summary = await interview.press(newest(interview), "Оптика")
        lacking = await interview.press(summary, "Готово")
        assert "Адрес" in lacking.text
        await anna.press(lacking, "Отправить, когда всё заполнят")

        waits = await firm.button(anna.private, "Спросить", "Заполнено: 2 из 3")
        await anna.press(waits, "Спросить")
        await firm.presses("anna", "Адрес")
        await firm.presses("anna", "Борис")
        await firm.presses("boris", "Ответить", "Вас спрашивают: Адрес")
        await boris.send(boris.private, "Лесная, 5")

        await firm.until(lambda: anna.private.find("Ответ на ваш вопрос «Адрес»"))
        case = await firm.case("ORD-1")
        assert case.values[FieldName("address")] == "Лесная, 5"
        assert [task.stage for task in case.open_tasks()] == ["survey"]


def newest(interview: FilledInterview) -> Message:
    """Return the screen that an interview shows now."""
    return next(message for message in interview.chat.messages if step_of(message) == interview.step)
