"""A form that asks for everything a form can ask for, filled in on Telegram."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.small_companies.every_kind import ANSWERS, FACTS, name_of, write_pack
from tests.telegram.filled_interview import DONE, FilledInterview
from tests.telegram.filled_interview import label_of as asked_in
from tests.telegram.firm import Firm
from tests.telegram.server import TelegramServer
from workflows.domain.definition import FieldType
from workflows.domain.ids import FieldName, PersonId, ProcessId
from workflows.usecases.form_drafts import new_case_draft

REMOVE = "Убрать последний файл"


@pytest.fixture
async def firm(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    company = write_pack(tmp_path / "company")
    async with TelegramServer() as server, Firm(sqlite_url, server, company=company) as firm:
        yield firm


async def test_everything_is_asked_for_and_answered(firm: Firm) -> None:
    (anna,) = await firm.joins("anna")
    interview = FilledInterview(firm, "anna")
    await anna.send(anna.private, "/new")
    message = await interview.screen()

    while (label := asked_in(message)) is not None:
        kind = FieldType(label.partition(",")[0].removeprefix("Вопрос "))
        if kind is FieldType.FILE:
            await anna.send_document(anna.private, b"plan", "plan.pdf")
            message = await interview.screen()
        elif kind is FieldType.FILES:
            for name in ("one.pdf", "two.pdf", "three.pdf"):
                await anna.send_document(anna.private, name.encode(), name)
                message = await interview.screen()
            assert "Файлов слишком много: 3, помещается не больше 2" in message.text
            assert REMOVE in message.buttons
            message = await interview.press(message, DONE)
        elif kind is FieldType.PERSON:
            several = await interview.types("орлов")
            assert [name for name in several.buttons if "Орлов" in name] == ["Борис Орлов", "Иван Орлов"]
            message = await interview.press(several, "Борис Орлов")
        elif kind is FieldType.NUMBER:
            refused = await interview.types("200")
            assert "не больше 100 шт." in refused.text.replace("\u00a0", " ")
            message = await interview.types(str(ANSWERS[kind]))
        else:
            message = await interview.answer(message, ANSWERS[kind])

    draft = await firm.app.queries.draft(new_case_draft(ProcessId("everything"), PersonId("anna")))
    assert draft is not None
    assert {kind: draft.answers[name_of(kind)] for kind in FACTS} == dict(FACTS)
    assert [file["name"] for file in draft.answers[name_of(FieldType.FILES)]] == ["one.pdf", "two.pdf"]  # type: ignore[attr-defined]  # a list of files
    summary = message.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "31 декабря 2026 г., 14:30" in summary
    assert "Итого: 15,50 ₽" in summary
    await interview.send("Готово")
    await firm.until(lambda: anna.private.find("ALL-1"))
    case = await firm.case("ALL-1")
    assert case.values[FieldName("total")] == "15.50"
