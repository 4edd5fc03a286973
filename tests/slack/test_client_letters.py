"""A letter to the client on Slack: copied from a preformatted block, opened by a link, marked as sent."""

from typing import Any

from tests.scenarios.inplat import BANK, BEGIN, CLIENT, DOCUMENTS, WORK
from tests.slack.firm import Firm
from tests.slack.forms import fill, send, tick_all
from workflows.domain.ids import PersonId
from workflows.domain.text import Language

REFUSED = "Банк отказал"
REASON = {"Причина отказа банка": "Вид деятельности test_access не обслуживается"}


def elements(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the elements of all rich text."""
    return [element for block in blocks if block["type"] == "rich_text" for element in block["elements"]]


async def test_whoever_refuses_a_client_finds_the_letter_as_it_is_kept_and_marks_it_as_sent(firm: Firm) -> None:
    (vera,) = await firm.joins("vera")
    sales = await firm.channel_of("sales", "vera")
    await firm.bind(sales, "accounts")
    await vera.command("/handover", "new", sales)
    await firm.window("vera", "Подключение клиента")
    await fill(firm, "vera", CLIENT)
    await send(firm, "vera", BEGIN)
    await firm.press("vera", sales, "Взять", f"— {DOCUMENTS}")
    await firm.window("vera", DOCUMENTS)
    await fill(firm, "vera", WORK[DOCUMENTS].answers, WORK[DOCUMENTS].outcome)
    await tick_all(firm, "vera")
    await send(firm, "vera", WORK[DOCUMENTS].outcome)
    await firm.press("vera", sales, "Взять", f"— {BANK}")
    await firm.window("vera", BANK)
    await fill(firm, "vera", REASON, REFUSED)

    await send(firm, "vera", REFUSED)

    said = vera.ephemerals[-1]
    assert "Дело ONB-1 завершено" in said.plain
    case = await firm.case("ONB-1")
    (kept,) = await firm.app.queries.client_letters(case.id)
    text = kept.written.texts[Language.RU]
    copied = [
        "".join(piece["text"] for piece in element["elements"])
        for element in elements(said.blocks)
        if element["type"] == "rich_text_preformatted"
    ]
    assert copied == [text.subject, text.body]
    links = [
        piece["url"] for element in elements(said.blocks) for piece in element["elements"] if piece["type"] == "link"
    ]
    assert [link for link in links if link.startswith("mailto:info@romashka.example?subject=")]

    await vera.press(said, "Отметить отправленным")

    await firm.told("vera", "Письмо клиенту: отправлено")
    (kept,) = await firm.app.queries.client_letters(case.id)
    assert kept.state.sent is not None
    assert kept.state.sent.by == PersonId("vera")
    assert firm.server.violations == []
