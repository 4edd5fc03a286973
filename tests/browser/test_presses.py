"""No press is lost in the web chat: neither while the one before is on the way, nor where something is drawn anew."""

import asyncio
import re

import pytest
from playwright.async_api import Locator, Route, expect

from tests.browser.conftest import OpenWindow
from tests.browser.window import Window
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import INTAKE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def press_down(window: Window, on: Locator) -> None:
    """Press the mouse button in the middle of something, without letting go."""
    await on.scroll_into_view_if_needed()
    box = await on.bounding_box()
    assert box is not None
    await window.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await window.page.mouse.down()


async def becomes(window: Window, state: str) -> None:
    """Wait until something holds in the page."""
    look = f"const look = () => ({state}) ? done() : requestAnimationFrame(look); look();"
    await window.page.evaluate(f"() => new Promise((done) => {{ {look} }})")


async def test_ticks_made_while_the_first_is_on_the_way_all_count(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    gleb = await window("gleb")
    await gleb.take("ONB-1", INTAKE)
    answered = asyncio.Event()

    async def answer_late(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    await gleb.page.route(re.compile("/press$"), answer_late)
    first, second = gleb.page.locator("#checklist input").nth(0), gleb.page.locator("#checklist input").nth(1)
    await first.click()
    await press_down(gleb, second)
    answered.set()
    await becomes(gleb, "!ticks.isBusy")
    await gleb.page.mouse.up()
    await expect(second).to_be_checked()
    await gleb.fill(inplat.WORK[INTAKE].answers)

    # What waits is sent before the form.
    await gleb.press(gleb.dialog, "Завершить")

    await expect(gleb.page.locator("#dialog")).to_be_hidden()
    await expect(gleb.card("ONB-1", INTAKE)).to_contain_text("Завершено: Принято к сведению")


async def test_a_tick_taken_back_at_once_is_not_kept(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    gleb = await window("gleb")
    await gleb.take("ONB-1", INTAKE)
    first, second = gleb.page.locator("#checklist input").nth(0), gleb.page.locator("#checklist input").nth(1)

    await first.evaluate("box => { box.click(); box.click(); }")
    await second.click()
    await becomes(gleb, "!ticks.isBusy")
    await gleb.page.reload()
    await gleb.open_form("ONB-1", INTAKE)

    await expect(first).not_to_be_checked()
    await expect(second).to_be_checked()


async def test_a_card_that_changes_under_the_pointer_still_takes_the_press(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    gleb, daria = await window("gleb"), await window("daria")
    await press_down(gleb, gleb.card("ONB-1", INTAKE).get_by_role("button", name="Взять"))
    await daria.take("ONB-1", INTAKE)
    await becomes(gleb, "pressing.waiting.length > 0 || !pressing.isDown")

    await gleb.page.mouse.up()

    await expect(gleb.toast("Задача уже занята. Исполнитель: Дарья")).to_be_visible()
    await expect(gleb.card("ONB-1", INTAKE)).to_contain_text("Исполнитель: Дарья")
