"""Lists in Telegram stay true: what is done with a case, wherever it is done, is shown in the lists that name it."""

from bot.conversation.incoming import Answered, FormSent, Press
from tests.scenarios.inplat import INTAKE
from tests.telegram.firm import Firm
from tests.telegram.server import Message
from workflows.domain.ids import FieldName, OutcomeId

FIRST, SECOND = "ONB-1 · ООО «Первый»", "ONB-2 · ООО «Второй»"


async def two_cases(firm: Firm) -> None:
    """Have two clients wait for Gleb, who is linked."""
    await firm.joins("gleb")
    await firm.group_of("tech_support", "gleb")
    await firm.opens_case("ООО «Первый»")
    await firm.opens_case("ООО «Второй»")


async def listed(firm: Firm, command: str, label: str) -> Message:
    """Ask for a list in private, and return its message."""
    gleb = firm.people["gleb"]
    await gleb.send(gleb.private, command)
    return await firm.button(gleb.private, label)


async def test_a_claim_from_the_queue_takes_the_task_out_of_it(firm: Firm) -> None:
    await two_cases(firm)
    queue = await listed(firm, "/queue", f"Взять {FIRST}")

    await firm.people["gleb"].press(queue, f"Взять {FIRST}")

    await firm.until(lambda: f"Взять {FIRST}" not in queue.buttons)
    assert f"Взять {SECOND}" in queue.buttons
    assert "ONB-1" not in queue.text
    await firm.asked("gleb", "Технический специалист клиента")


async def test_what_is_completed_leaves_the_list_of_my_tasks(firm: Firm) -> None:
    await two_cases(firm)
    queue = await listed(firm, "/queue", f"Взять {FIRST}")
    await firm.people["gleb"].press(queue, f"Взять {FIRST}")
    mine = await listed(firm, "/my", f"Открыть {FIRST}")
    intake = next(task for task in (await firm.case("ONB-1")).tasks.values() if task.stage == "technical_intake")
    for item in ("site_looked_at", "technical_contact_called"):
        await firm.does_elsewhere("gleb", Press(action=f"tick:{intake.id}:1:{item}+"))
    values = {FieldName("technical_contact"): "Олег, oleg@first.example"}

    sent = FormSent(form=f"task:{intake.id}", outcome=OutcomeId("acknowledged"), values=values)
    await firm.does_elsewhere("gleb", sent)

    await firm.until(lambda: f"Открыть {FIRST}" not in mine.buttons)
    assert "У вас сейчас нет задач" in mine.text


async def test_what_somebody_else_does_is_shown_in_the_lists_that_name_it(firm: Firm) -> None:
    await two_cases(firm)
    queue = await listed(firm, "/queue", f"Взять {FIRST}")
    status = await listed(firm, "/status ONB-2", f"Взять · {INTAKE}")
    case = await firm.case("ONB-1")
    intake = next(task for task in case.tasks.values() if task.stage == "technical_intake")

    await firm.does_elsewhere("daria", Press(action=f"claim:{intake.id}:1:"))
    await firm.until(lambda: f"Взять {FIRST}" not in queue.buttons)
    other = await firm.case("ONB-2")
    await firm.does_elsewhere("anna", Answered(action=f"cancel:{other.id}:0:", text="Передумали"))

    await firm.until(lambda: "Отменено" in status.text)
    assert f"Взять · {INTAKE}" not in status.buttons
    await firm.until(lambda: not [label for label in queue.buttons if label.startswith("Взять")])


async def test_of_many_lists_the_latest_are_kept_current_and_a_press_in_an_old_one_shows_it_anew(firm: Firm) -> None:
    await two_cases(firm)
    lists = []
    for _ in range(5):
        before = len(firm.people["gleb"].private.messages)
        await firm.people["gleb"].send(firm.people["gleb"].private, "/queue")
        await firm.until(lambda before=before: len(firm.people["gleb"].private.messages) > before + 1)  # type: ignore[misc]
        lists.append(firm.people["gleb"].private.messages[-1])

    await firm.people["gleb"].press(lists[-1], f"Взять {FIRST}")

    await firm.until(lambda: all(f"Взять {FIRST}" not in each.buttons for each in lists[-3:]))
    assert f"Взять {FIRST}" in lists[0].buttons
    await firm.people["gleb"].press(lists[0], f"Взять {FIRST}")
    await firm.until(lambda: f"Взять {FIRST}" not in lists[0].buttons)
