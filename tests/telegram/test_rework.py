"""Work returned on Telegram: the reason is typed in the private chat, and it comes back corrected, with its draft."""

import pytest

from tests.scenarios.inplat import DOCUMENTS, INTAKE
from tests.telegram.filled_interview import MORE, FilledInterview
from tests.telegram.firm import Firm
from workflows.domain.case import TaskStatus
from workflows.domain.ids import StageId

pytestmark = pytest.mark.system
REASON, NOTE = "Телефон не отвечает", "Новый телефон от секретаря"
HAND_BACK = "Исправлено, вернуть на проверку"


async def test_returned_work_is_corrected_in_the_private_chat_and_comes_back_with_its_draft(firm: Firm) -> None:
    await firm.joins("anna", "gleb")
    support = await firm.group_of("tech_support", "gleb")
    sales = await firm.group_of("sales", "anna")
    await firm.opens_case()
    await firm.press("gleb", support, "Взять", INTAKE)
    await firm.says("gleb", "Пётр, +7 900 000-00-00", asked="Технический специалист клиента")
    await firm.asked("gleb", "Технический специалист клиента: Пётр")

    await firm.press("gleb", support, "На доработку", INTAKE)
    await firm.says("gleb", REASON, asked="Что нужно исправить")
    card = await firm.press("anna", sales, "Открыть", REASON)
    assert card.url is not None
    await firm.people["anna"].open_link(card.url)
    paper = FilledInterview(firm, "anna")
    summary = await firm.button(paper.chat, f"{MORE}Что исправлено", f"Решение: {HAND_BACK}")
    await paper.person.press(summary, f"{MORE}Что исправлено")
    await firm.says("anna", NOTE, asked="Что исправлено")
    await firm.press("anna", paper.chat, "Отправить", NOTE)

    back = await firm.button(support, "Открыть", "Вернулось от: Анна Соколова")
    assert NOTE in back.text
    assert not [m for m in support.messages if DOCUMENTS in m.text]
    case = await firm.case("ONB-1")
    task = next(task for task in case.tasks.values() if task.stage == StageId("technical_intake"))
    assert (task.status, task.assignee) == (TaskStatus.CLAIMED, "gleb")
    opened = await firm.press("gleb", support, "Открыть", "Вернулось от")
    assert opened.url is not None
    await firm.people["gleb"].open_link(opened.url)
    await firm.asked("gleb", "Технический специалист клиента: Пётр")
