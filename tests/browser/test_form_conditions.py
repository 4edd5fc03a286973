"""A form that depends on its answers, in a real browser: questions come and go while one answers."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.program import Program
from tests.browser.window import Window
from tests.small_companies.dependent_questions import write_pack

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_questions_come_and_go_with_the_answers_above_them(browser: Browser, tmp_path: Path) -> None:
    program = Program(tmp_path, company=write_pack(tmp_path / "line"))
    await program.start()
    anna = await Window.opened(browser, program)
    try:
        await anna.become("anna")
        await anna.new_case()
        shown = anna.dialog.locator(".field:visible > .label")
        await expect(shown).to_have_text(["Услуга *", "Цена ₽", "Почему дорого"], use_inner_text=True)

        await anna.fill({"Услуга": "Интернет"})
        await expect(anna.field("Свой адрес")).to_be_visible()
        await anna.fill({"Свой адрес": "да"})
        await anna.fill({"Сколько адресов": "4", "Цена": "2000"})
        await expect(anna.field("Почему дорого").locator(".required")).to_be_visible()
        await anna.fill({"Цена": "10", "Услуга": "Телефон"})

        await expect(shown).to_have_text(["Услуга *", "Цена ₽", "Почему дорого"], use_inner_text=True)
        await anna.page.locator("#form-finish").click()
        await expect(anna.dialog).to_be_hidden()
        assert anna.troubles == []
    finally:
        await anna.context.close()
        await program.stop()
    assert program.log() == ""
