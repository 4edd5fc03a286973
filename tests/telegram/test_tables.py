"""A table in a form on Telegram: pasted in parts by the client, or sent as a file."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import templates
from tests.telegram.filled_interview import DONE, FilledInterview, label_of
from tests.telegram.firm import Firm
from tests.telegram.server import Message, TelegramServer
from tests.telegram.server.facts import MAX_TEXT
from tests.telegram.test_interview import begins
from workflows.domain.commands import RawValues
from workflows.domain.ids import FieldName, PersonId, ProcessId
from workflows.usecases.form_drafts import new_case_draft

pytestmark = pytest.mark.system

PRICES = """
      prices:
        type: rows
        label: {ru: Цены, en: Prices}
        required: true
        columns:
          name: {type: text, label: {ru: Название, en: Name}, required: true}
          price: {type: money, label: {ru: Цена, en: Price}, currency: RUB, required: true}
"""
ROWS = [f"Товар номер {number};{number}" for number in range(1, 301)]


@pytest.fixture
async def firm(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    """A firm whose first form begins with a table."""
    pack = tmp_path / "company"
    shutil.copytree(templates.FOLDER / "companies" / "inplat", pack)
    process = pack / "workflows" / "client_onboarding.yaml"
    process.write_text(process.read_text().replace("    form:\n", f"    form:{PRICES}", 1))
    async with TelegramServer() as server, Firm(sqlite_url, server, company=pack) as started:
        yield started


async def at_the_table(firm: Firm) -> tuple[FilledInterview, Message]:
    await firm.joins("anna")
    paper = await begins(firm, "anna")
    asked = await paper.screen()
    assert label_of(asked) == "Цены"
    return paper, asked


async def draft_of(firm: Firm) -> RawValues:
    draft = await firm.app.queries.draft(new_case_draft(ProcessId("client_onboarding"), PersonId("anna")))
    assert draft is not None
    return draft.answers


def in_parts(lines: list[str]) -> list[str]:
    """Return a text in the messages into which a client cuts it: at line ends, which are lost."""
    parts = [""]
    for line in lines:
        if len(parts[-1]) + len(line) >= MAX_TEXT:
            parts.append("")
        parts[-1] += f"\n{line}" if parts[-1] else line
    return parts


async def test_a_table_that_the_client_sends_in_parts_keeps_its_rows(firm: Firm) -> None:
    paper, _ = await at_the_table(firm)
    parts = in_parts(ROWS)
    assert len(parts) > 1

    for part in parts:
        await paper.person.send(paper.chat, part)

    shown = await paper.screen()
    assert "Понято строк: 300." in shown.text
    await paper.press(shown, "Добавить строки: 300")
    rows = (await draft_of(firm))[FieldName("prices")]
    assert rows == [{"name": f"Товар номер {n}", "price": f"{n}.00"} for n in range(1, 301)]


async def test_a_file_answers_a_table_once_its_rows_were_shown(firm: Firm) -> None:
    paper, _ = await at_the_table(firm)

    await paper.person.send_document(paper.chat, "\r\n".join(["Название;Цена", *ROWS[:3]]).encode("cp1251"), "цены.csv")

    shown = await paper.screen()
    assert "3. Товар номер 3 · 3" in shown.text
    asked = await paper.press(shown, "Добавить строки: 3")
    assert label_of(await paper.press(asked, DONE)) == "Клиент"
