"""InPlat connects a client on Slack: three people, three channels and their windows."""

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
from tests.slack.forms import fill, send, tick_all
from tests.slack.server import Channel
from tests.slack.stage import Stage
from workflows.domain.case import CaseStatus

STAGES = (INTAKE, DOCUMENTS, BANK, GOODS_LIST, CATALOGUE, PREPARATION, MODULE, ACCEPTANCE, TESTING, LAUNCH)
TECHNICAL = (INTAKE, PREPARATION, TESTING)


async def does(stage: Stage, person: str, channel: Channel, task: str) -> str:
    """Claim a card, open its form, fill it in and send it; answers what was to be sent."""
    await stage.press(person, channel, "Взять", f"— {task}")
    await stage.press(person, channel, "Открыть", f"— {task}")
    await stage.window(person, task)
    await fill(stage, person, WORK[task].answers)
    await tick_all(stage, person)
    return await send(stage, person, WORK[task].outcome)


async def test_three_people_connect_a_client_by_pressing_buttons(stage: Stage) -> None:
    await stage.joins("timur", "vera", "nikolay", "roman")
    commercial = await stage.channel_of("sales", "vera")
    for department in ("accounts", "funding_sources"):
        await stage.bind(commercial, department)
    support = await stage.channel_of("tech_support", "nikolay")
    development = await stage.channel_of("development", "roman")

    await stage.people["vera"].command("/handover", "new", commercial)
    await stage.window("vera", "Подключение клиента")
    await fill(stage, "vera", CLIENT)
    assert "Мария Петровна" in await send(stage, "vera", BEGIN)

    for task in STAGES:
        if task == MODULE:
            await does(stage, "roman", development, task)
        elif task in TECHNICAL:
            await does(stage, "nikolay", support, task)
        else:
            await does(stage, "vera", commercial, task)

    await stage.until(lambda: "Завершено: Клиент подключён" in commercial.messages[-1].plain)
    case = await stage.case("ONB-1")
    assert case.status is CaseStatus.COMPLETED
    assert case.client is not None
    assert case.client.name == ROMASHKA
    assert [person.troubles for person in stage.people.values()] == [[], [], [], []]
    assert stage.server.violations == []
