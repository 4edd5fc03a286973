"""InPlat connects a client on Telegram: three people, two groups and their private chats."""

from tests.scenarios.inplat import (
    ACCEPTANCE,
    BANK,
    BEGIN,
    CATALOGUE,
    CLIENT,
    DOCUMENTS,
    GOODS_LIST,
    INTAKE,
    LAUNCH,
    MODULE,
    PREPARATION,
    ROMASHKA,
    TESTING,
    WORK,
)
from tests.telegram.filled_interview import FilledInterview
from tests.telegram.firm import Firm
from tests.telegram.server import Chat
from workflows.domain.case import CaseStatus

STAGES = (INTAKE, DOCUMENTS, BANK, GOODS_LIST, CATALOGUE, PREPARATION, MODULE, ACCEPTANCE, TESTING, LAUNCH)
TECHNICAL = (INTAKE, PREPARATION, TESTING)


async def does(firm: Firm, person: str, group: Chat, task: str) -> None:
    """Claim a card in the group, answer in the private chat where the form has begun, and send it."""
    interview = FilledInterview(firm, person)
    answer = await firm.press(person, group, "Взять", f"— {task}")
    assert "ONB-1" in answer.text
    await interview.fill(WORK[task].answers, WORK[task].outcome)
    await interview.send(WORK[task].outcome)


async def test_three_people_connect_a_client_by_pressing_buttons(firm: Firm) -> None:
    await firm.joins("timur", "vera", "nikolay", "roman")
    commercial = await firm.group_of("sales", "vera")
    for department in ("accounts", "funding_sources"):
        await firm.people["timur"].send(commercial, f"/bind {department}")
    support = await firm.group_of("tech_support", "nikolay")
    development = await firm.group_of("development", "roman")
    await firm.until(lambda: len(firm.app.chats.directory.bindings()) == 5)

    await firm.people["vera"].send(firm.people["vera"].private, "/new")
    opening = FilledInterview(firm, "vera")
    await opening.fill(CLIENT)
    await opening.send(BEGIN)

    for task in STAGES:
        if task == MODULE:
            await does(firm, "roman", development, task)
        elif task in TECHNICAL:
            await does(firm, "nikolay", support, task)
        else:
            await does(firm, "vera", commercial, task)

    await firm.until(lambda: firm.people["vera"].private.find("завершено"))
    case = await firm.case("ONB-1")
    assert case.status is CaseStatus.COMPLETED
    assert case.client is not None
    assert case.client.name == ROMASHKA
