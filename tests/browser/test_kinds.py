"""A form that asks for everything a form can ask for, filled in in a real browser."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.program import Program
from tests.browser.window import Window
from tests.small_companies.every_kind import ANSWERS, label_of, write_pack
from workflows.domain.definition import FieldType

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def fill_everything(anna: Window, folder: Path) -> None:
    """Answer every question as people do."""
    files = [folder / name for name in ("plan.pdf", "one.pdf", "two.pdf")]
    for file in files:
        file.write_bytes(file.name.encode())
    answers: dict[FieldType, object] = {
        **ANSWERS,
        FieldType.YES_NO: "да",
        FieldType.TIME: "09:00",
        FieldType.FILE: files[0],
        FieldType.FILES: files[1:],
    }
    await anna.fill({label_of(kind): answer for kind, answer in answers.items()})


async def test_everything_is_asked_for_and_what_was_understood_is_shown(browser: Browser, tmp_path: Path) -> None:
    program = Program(tmp_path, company=write_pack(tmp_path / "everything"))
    await program.start()
    anna = await Window.opened(browser, program)
    try:
        await anna.become("anna")
        await anna.new_case()
        moment, person = anna.field(label_of(FieldType.MOMENT)), anna.field(label_of(FieldType.PERSON))
        await anna.box(label_of(FieldType.PERSON)).press_sequentially("орл")
        await expect(person.locator("datalist option")).to_have_count(2)

        await fill_everything(anna, tmp_path)

        await expect(moment.locator("[data-understood]")).to_have_text("четверг, 31 декабря 2026 г., 14:30")
        await moment.locator("[data-pick]").fill("2027-01-15T09:30")
        await expect(anna.box(label_of(FieldType.MOMENT))).to_have_value("15.01.2027 09:30")
        await expect(anna.page.locator("#foreseen")).to_contain_text("Итого: 15,50")
        await anna.field(label_of(FieldType.FILES)).get_by_label("Убрать файл").first.click()
        await anna.page.wait_for_function("() => !draft.dirty")
        await anna.draft_kept()

        await anna.page.reload()
        await anna.new_case()
        await expect(anna.box(label_of(FieldType.PERSON))).to_have_value("Борис Орлов")
        await expect(anna.box(label_of(FieldType.DATE))).to_have_value("31.12.2026")
        await expect(anna.field(label_of(FieldType.FILES)).locator(".file-list li")).to_have_text(["two.pdf✕"])
        await anna.page.locator("#form-finish").click()
        await expect(anna.dialog).to_be_hidden()
        assert anna.troubles == []
    finally:
        await anna.context.close()
        await program.stop()
    assert program.log() == ""
