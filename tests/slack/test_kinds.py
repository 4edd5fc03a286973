"""A form that asks for everything a form can ask for, filled in in a window of Slack."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.slack.firm import Firm
from tests.slack.forms import typed
from tests.slack.server import SlackServer
from tests.small_companies.every_kind import ANSWERS, ASKED, FACTS, label_of, name_of, write_pack
from workflows.domain.definition import FieldType
from workflows.domain.ids import FieldName

FILES = {FieldType.FILE: [("plan.pdf", b"plan")], FieldType.FILES: [("one.pdf", b"one"), ("two.pdf", b"two")]}


@pytest.fixture
async def firm(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    company = write_pack(tmp_path / "company")
    async with SlackServer() as server, Firm(sqlite_url, server, company=company) as firm:
        yield firm


async def test_everything_is_asked_for_and_answered(firm: Firm) -> None:
    (anna,) = await firm.joins("anna")
    await anna.shortcut("new_case")
    await firm.window("anna", "Всё сразу")
    for kind in ASKED:
        label = label_of(kind)
        if label not in anna.view.inputs:
            await anna.submit()
            await firm.until(lambda label=label: label in anna.view.inputs)  # type: ignore[misc]  # the label of now
        await anna.fill(label, FILES[kind] if kind in FILES else typed(anna.view, label, ANSWERS[kind]))
    await anna.fill(label_of(FieldType.ACCOUNT), "40702.810.5.00000000225")

    await anna.submit()
    assert list(anna.view.errors) == [label_of(FieldType.ACCOUNT)]
    assert "не счёт банка с БИК 044525225" in anna.view.errors[label_of(FieldType.ACCOUNT)]
    await anna.fill(label_of(FieldType.ACCOUNT), str(ANSWERS[FieldType.ACCOUNT]))
    await anna.submit()

    await firm.server.wait_for_message(anna.dm, "ALL-1")
    case = await firm.case("ALL-1")
    assert {kind: case.values[name_of(kind)] for kind in FACTS} == dict(FACTS)
    assert [file["name"] for file in case.values[name_of(FieldType.FILES)]] == ["one.pdf", "two.pdf"]  # type: ignore[attr-defined]  # a list of files
    assert case.values[FieldName("total")] == "15.50"
