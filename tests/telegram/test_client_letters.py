"""A letter to the client on Telegram: a tap copies it, a button marks it as sent."""

from tests.scenarios.inplat import BANK, BEGIN, CLIENT, DOCUMENTS, WORK
from tests.telegram.filled_interview import FilledInterview
from tests.telegram.firm import Firm
from workflows.domain.ids import PersonId
from workflows.domain.text import Language

REFUSED = "Банк отказал"
REASON = {"Причина отказа банка": "Вид деятельности test_access не обслуживается"}


async def test_whoever_refuses_a_client_copies_the_letter_by_a_tap_and_marks_it_as_sent(firm: Firm) -> None:
    (vera,) = await firm.joins("vera")
    group = await firm.group_of("sales", "vera")
    await firm.people["timur"].send(group, "/bind accounts")
    await firm.until(lambda: len(firm.app.chats.directory.bindings()) == 2)
    await vera.send(vera.private, "/new")
    opening = FilledInterview(firm, "vera")
    await opening.fill(CLIENT)
    await opening.send(BEGIN)
    for task, answers, outcome in (
        (DOCUMENTS, WORK[DOCUMENTS].answers, WORK[DOCUMENTS].outcome),
        (BANK, REASON, REFUSED),
    ):
        interview = FilledInterview(firm, "vera")
        await firm.press("vera", group, "Взять", f"— {task}")
        await interview.fill(answers, outcome)
        await interview.send(outcome)

    letter = await firm.until(lambda: vera.private.find("Письмо клиенту: ещё не отправлено"))
    assert "Дело ONB-1 завершено" in letter.text
    assert "Кому: info@romashka.example" in letter.text
    case = await firm.case("ONB-1")
    (kept,) = await firm.app.queries.client_letters(case.id)
    text = kept.written.texts[Language.RU]
    assert [pre(letter.text, entity) for entity in letter.entities if entity["type"] == "pre"] == [
        text.subject,
        text.body,
    ]
    await vera.send(vera.private, "/my")
    await firm.until(lambda: vera.private.find("Письма клиентам, которые ещё не отправлены"))

    await vera.press(letter, "Отметить отправленным")

    marked = await firm.until(lambda: vera.private.find("Письмо клиенту: отправлено"))
    assert marked.id == letter.id
    assert marked.labels == [["Не отправлено"]]
    (kept,) = await firm.app.queries.client_letters(case.id)
    assert kept.state.sent is not None
    assert kept.state.sent.by == PersonId("vera")


def pre(text: str, entity: dict[str, object]) -> str:
    raw = text.encode("utf-16-le")
    start, length = int(str(entity["offset"])), int(str(entity["length"]))
    return raw[2 * start : 2 * (start + length)].decode("utf-16-le")
