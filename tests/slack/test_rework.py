"""Work returned on Slack: the reason is written in a window, and it comes back corrected, with its draft."""

from tests.scenarios.inplat import ACQUISITION, DOCUMENTS, INTAKE
from tests.slack.firm import Firm
from tests.slack.forms import fill, send
from workflows.domain.case import TaskStatus
from workflows.domain.ids import StageId

REASON, NOTE = "Телефон не отвечает", "Новый телефон от секретаря"
HAND_BACK = "Исправлено, вернуть на проверку"
ENGINEER = "Технический специалист клиента"


async def test_returned_work_is_corrected_in_a_window_and_comes_back_with_its_draft(firm: Firm) -> None:
    anna, gleb = await firm.joins("anna", "gleb")
    support = await firm.channel_of("tech_support", "gleb")
    sales = await firm.channel_of("sales", "anna")
    await firm.opens_case()
    await firm.press("gleb", support, "Взять", INTAKE)
    await firm.window("gleb", INTAKE)
    await fill(firm, "gleb", {ENGINEER: "Пётр, +7 900 000-00-00"})
    await gleb.close()

    await firm.press("gleb", support, "На доработку", INTAKE)
    await firm.window("gleb", "На доработку: ONB-1")
    await gleb.fill("Причина", REASON)
    await gleb.submit()

    waiting = await firm.card(support, "Дело", "Возвращено на доработку")
    assert "Открыть" not in waiting.labels, "nobody can finish what is being corrected"
    assert f"Вернётся, когда исправит этап «{ACQUISITION}»" in waiting.plain
    await firm.told("anna", REASON)
    await firm.press("anna", sales, "Открыть", REASON)
    await firm.window("anna", ACQUISITION)
    assert REASON in anna.view.plain
    await fill(firm, "anna", {"Что исправлено": NOTE})
    await send(firm, "anna", HAND_BACK)

    back = await firm.card(support, "Открыть", "Вернулось от: Анна Соколова")
    assert NOTE in back.plain
    await firm.told("gleb", "Вернулось от: Анна Соколова")
    assert DOCUMENTS not in "".join(message.plain for message in support.messages)
    task = next(task for task in (await firm.case("ONB-1")).tasks.values() if task.stage == StageId("technical_intake"))
    assert (task.status, task.assignee) == (TaskStatus.CLAIMED, "gleb")
    await gleb.press(back, "Открыть")
    await firm.window("gleb", INTAKE)
    assert gleb.view.value(ENGINEER) == "Пётр, +7 900 000-00-00"
    assert firm.server.violations == []
