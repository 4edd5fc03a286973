"""Lists in Slack stay true: what is done from one is shown in it, and one in a direct message follows its cases."""

from bot.conversation.incoming import Press
from tests.scenarios.inplat import INTAKE
from tests.slack.firm import Firm
from tests.slack.forms import fill, send, tick_all
from tests.slack.server import Channel, Message, Person

FIRST, SECOND = "ONB-1 · ООО «Первый»", "ONB-2 · ООО «Второй»"


async def two_cases(firm: Firm) -> tuple[Person, Channel]:
    """Have two clients wait for Gleb, who is linked."""
    (gleb,) = await firm.joins("gleb")
    support = await firm.channel_of("tech_support", "gleb")
    await firm.opens_case("ООО «Первый»")
    await firm.opens_case("ООО «Второй»")
    return gleb, support


async def listed(firm: Firm, command: str, where: Channel, label: str) -> Message:
    """Ask for a list, which only Gleb sees."""
    gleb = firm.people["gleb"]
    await gleb.command("/handover", command, where)
    return await firm.until(lambda: [message for message in gleb.ephemerals if label in message.labels][-1])


async def test_what_is_claimed_and_completed_from_a_list_leaves_it(firm: Firm) -> None:
    gleb, support = await two_cases(firm)
    queue = await listed(firm, "queue", support, f"Взять {FIRST}")
    await gleb.press(queue, f"Взять {FIRST}")
    await firm.window("gleb", INTAKE)
    await firm.until(lambda: f"Взять {FIRST}" not in queue.labels)
    assert f"Взять {SECOND}" in queue.labels
    await gleb.close()

    mine = await listed(firm, "my", support, f"Открыть {FIRST}")
    await gleb.press(mine, f"Открыть {FIRST}")
    await firm.window("gleb", INTAKE)
    await fill(firm, "gleb", {"Технический специалист клиента": "Олег, oleg@first.example"})
    await tick_all(firm, "gleb")
    await send(firm, "gleb", "Принято к сведению")

    await firm.until(lambda: f"Открыть {FIRST}" not in mine.labels)
    assert "нет задач" in mine.plain
    assert firm.server.violations == []


async def test_a_case_cancelled_from_its_status_is_shown_as_cancelled_there(firm: Firm) -> None:
    _, support = await two_cases(firm)
    (anna,) = await firm.joins("anna")
    await anna.command("/handover", "status ONB-1", support)
    status = await firm.until(lambda: [m for m in anna.ephemerals if "Отменить дело" in m.labels][-1])

    await anna.press(status, "Отменить дело")
    await firm.window("anna", "Отменить ONB-1")
    await anna.fill("Причина", "Передумали")
    await anna.submit()

    await firm.until(lambda: "Отменить дело" not in status.labels)
    assert "Отменено" in status.plain


async def test_a_list_of_the_direct_message_follows_what_others_do(firm: Firm) -> None:
    gleb, _ = await two_cases(firm)
    await gleb.post(gleb.dm, "очередь")
    queue = await firm.until(lambda: [m for m in gleb.dm.messages if f"Взять {FIRST}" in m.labels][-1])
    intake = next(task for task in (await firm.case("ONB-1")).tasks.values() if task.stage == "technical_intake")

    await firm.does_elsewhere("daria", Press(action=f"claim:{intake.id}:1:"))

    await firm.until(lambda: f"Взять {FIRST}" not in queue.labels)
    assert f"Взять {SECOND}" in queue.labels
