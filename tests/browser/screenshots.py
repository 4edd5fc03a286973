"""Take the screenshots of the documentation again: `python -m tests.browser.screenshots` writes docs/images/*.png."""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.chromium import chromium, headless
from tests.browser.program import Program
from tests.browser.window import Window
from tests.play.form import Answers
from tests.scenarios import inplat
from tests.scenarios.inplat import DOCUMENTS, INTAKE

FOLDER = Path(__file__).parents[2] / "docs" / "images"
OFFICE_HOUR = 11
NORTH_WIND: Answers = {
    "Клиент": "АО «Северный ветер»",
    "Контактное лицо": "Игорь Степанович",
    "Телефон": "+7 812 555-01-20",
    "Электронная почта": "pay@severveter.example",
    "ИНН": "7736050003",
    "Сайт": "severveter.example",
    "Комментарий": "Нужны чеки по 54-ФЗ",
}


def main() -> None:
    """Take all screenshots; exits with 1 when there is no Chromium."""
    path = chromium()
    if path is None:
        sys.exit("There is no Chromium in PATH: install the package chromium.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(_draw(path))


async def _draw(path: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        program = Program(Path(folder), timezone=_zone_where_people_work())
        await program.start()
        try:
            async with headless(path) as browser:
                await _tell(browser, program)
        finally:
            await program.stop()


def _zone_where_people_work() -> str:
    """Return a zone in which it is late morning now, so that the pictures do not show people at work by night."""
    behind = (datetime.now(UTC).hour - OFFICE_HOUR + 12) % 24 - 12
    return f"Etc/GMT{behind:+d}"  # POSIX counts to the west


async def _tell(browser: Browser, program: Program) -> None:
    anna, gleb, boris = [await _window(browser, program, person) for person in ("anna", "gleb", "boris")]
    picker = await Window.opened(browser, program, viewport={"width": 1100, "height": 720})
    await picker.open("/")
    await _picture(picker, "picker")

    await _new_case(anna, inplat.CLIENT)
    await gleb.claim("ONB-1", INTAKE)
    await _new_case(anna, {**inplat.CLIENT, **NORTH_WIND})
    await expect(gleb.card("ONB-2", INTAKE)).to_be_visible()

    await boris.take("ONB-1", DOCUMENTS)
    await boris.decide(inplat.WORK[DOCUMENTS].outcome)
    await boris.fill(inplat.WORK[DOCUMENTS].answers)
    await boris.tick_all()
    await boris.draft_kept()
    await boris.page.locator("#outcomes").scroll_into_view_if_needed()
    await _picture(boris, "form")
    await boris.preview(inplat.WORK[DOCUMENTS].outcome)
    await _picture(boris, "preview")
    await boris.send()

    await _comment(gleb, "Сайт посмотрели: 1С-Битрикс, готовый модуль подойдёт.")
    await _comment(anna, "Спасибо! Передам клиенту, что модуль ставится за день.")
    await _picture(anna, "case")
    await gleb.page.keyboard.press("Escape")
    await gleb.page.locator("#messages").evaluate("each => each.scrollTo(0, 0)")
    await _picture(gleb, "channel")
    await _picture(await _window(browser, program, "daria", viewport={"width": 390, "height": 780}), "phone")
    dark = await _window(browser, program, "gleb", color_scheme="dark")
    await _picture(dark, "dark")


async def _window(browser: Browser, program: Program, person: str, **options: Any) -> Window:
    window = await Window.opened(browser, program, **options)
    await window.become(person)
    return window


async def _new_case(window: Window, answers: Answers) -> None:
    await window.new_case()
    await window.fill(answers)
    await window.preview(inplat.BEGIN)
    await window.send()


async def _comment(window: Window, text: str) -> None:
    if not await window.panel.is_visible():
        if window.person == "anna":
            await window.open_chat("продажи")
        await window.open_case("ONB-1")
    await window.panel.get_by_label("Комментарий", exact=True).fill(text)
    await window.panel.get_by_label("Комментарий", exact=True).press("Enter")
    await expect(window.panel.locator(".remark", has_text=text)).to_be_visible()


async def _picture(window: Window, name: str) -> None:
    """Write a picture of a window without its toasts and without a focused field."""
    await window.page.evaluate("document.querySelectorAll('.toast').forEach((each) => each.remove())")
    await window.page.evaluate("document.activeElement?.blur()")
    await window.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")


if __name__ == "__main__":
    main()
