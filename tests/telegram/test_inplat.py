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
from tests.telegram.forms import Paper
from tests.telegram.server import Chat
from tests.telegram.stage import Stage
from workflows.domain.case import CaseStatus

STAGES = (INTAKE, DOCUMENTS, BANK, GOODS_LIST, CATALOGUE, PREPARATION, MODULE, ACCEPTANCE, TESTING, LAUNCH)
TECHNICAL = (INTAKE, PREPARATION, TESTING)


async def does(stage: Stage, person: str, group: Chat, task: str) -> None:
    """Claim a card in the group, follow the link into the private chat, fill in the form and send it."""
    paper = Paper(stage, person)
    answer = await stage.press(person, group, "Взять", f"— {task}")
    assert "ONB-1" in answer.text
    opened = await stage.press(person, group, "Открыть", f"— {task}")
    assert opened.url is not None
    await stage.people[person].open_link(opened.url)
    await paper.fill(WORK[task].answers)
    await paper.send(WORK[task].outcome)


async def test_three_people_connect_a_client_by_pressing_buttons(stage: Stage) -> None:
    await stage.joins("timur", "vera", "nikolay", "roman")
    commercial = await stage.group_of("sales", "vera")
    for department in ("accounts", "funding_sources"):
        await stage.people["timur"].send(commercial, f"/bind {department}")
    support = await stage.group_of("tech_support", "nikolay")
    development = await stage.group_of("development", "roman")
    await stage.until(lambda: len(stage.app.chats.directory.bindings()) == 5)

    await stage.people["vera"].send(stage.people["vera"].private, "/new")
    opening = Paper(stage, "vera")
    await opening.fill(CLIENT)
    await opening.send(BEGIN)

    for task in STAGES:
        if task == MODULE:
            await does(stage, "roman", development, task)
        elif task in TECHNICAL:
            await does(stage, "nikolay", support, task)
        else:
            await does(stage, "vera", commercial, task)

    await stage.until(lambda: stage.people["vera"].private.find("завершено"))
    case = await stage.case("ONB-1")
    assert case.status is CaseStatus.COMPLETED
    assert case.client is not None
    assert case.client.name == ROMASHKA
