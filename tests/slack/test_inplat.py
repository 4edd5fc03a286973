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
from tests.slack.firm import Firm
from tests.slack.forms import fill, send, tick_all
from tests.slack.server import Channel
from workflows.domain.case import CaseStatus

STAGES = (INTAKE, DOCUMENTS, BANK, GOODS_LIST, CATALOGUE, PREPARATION, MODULE, ACCEPTANCE, TESTING, LAUNCH)
TECHNICAL = (INTAKE, PREPARATION, TESTING)


async def does(firm: Firm, person: str, channel: Channel, task: str) -> None:
    """Claim a card, fill in the form that it opens and send it."""
    await firm.press(person, channel, "Взять", f"— {task}")
    await firm.window(person, task)
    await fill(firm, person, WORK[task].answers, WORK[task].outcome)
    await tick_all(firm, person)
    await send(firm, person, WORK[task].outcome)


async def test_three_people_connect_a_client_by_pressing_buttons(firm: Firm) -> None:
    await firm.joins("timur", "vera", "nikolay", "roman")
    commercial = await firm.channel_of("sales", "vera")
    for department in ("accounts", "funding_sources"):
        await firm.bind(commercial, department)
    support = await firm.channel_of("tech_support", "nikolay")
    development = await firm.channel_of("development", "roman")

    await firm.people["vera"].command("/handover", "new", commercial)
    await firm.window("vera", "Подключение клиента")
    await fill(firm, "vera", CLIENT)
    await send(firm, "vera", BEGIN)

    for task in STAGES:
        if task == MODULE:
            await does(firm, "roman", development, task)
        elif task in TECHNICAL:
            await does(firm, "nikolay", support, task)
        else:
            await does(firm, "vera", commercial, task)

    await firm.until(lambda: "Завершено: Клиент подключён" in commercial.messages[-1].plain)
    case = await firm.case("ONB-1")
    assert case.status is CaseStatus.COMPLETED
    assert case.client is not None
    assert case.client.name == ROMASHKA
    assert [person.troubles for person in firm.people.values()] == [[], [], [], []]
    assert firm.server.violations == []
