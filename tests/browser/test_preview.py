"""What a form would send stands beside it in a real browser, and follows what is typed."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenWindow
from tests.browser.window import Window
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import BANK, DOCUMENTS, INTAKE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
REFUSED = "Банк отказал"


def preview_of(window: Window) -> Locator:
    return window.page.locator("#preview")


async def top_of(locator: Locator) -> float:
    box = await locator.bounding_box()
    assert box is not None
    return box["y"]


async def test_what_is_sent_stands_beside_the_form_and_follows_what_is_typed(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    await inplat.do(before, "ONB-1", DOCUMENTS)
    anna = await window("anna")
    await anna.take("ONB-1", BANK)
    await expect(preview_of(anna)).to_be_hidden()

    await anna.decide(REFUSED)
    await expect(preview_of(anna)).to_contain_text("Ещё не заполнено: Причина отказа банка.")
    await anna.fill({"Причина отказа банка": "Нет лицензии"})
    await expect(preview_of(anna)).to_contain_text("Причина: Нет лицензии")
    await anna.fill({"Причина отказа банка": "Вид деятельности"})
    letters = await anna.preview(REFUSED)

    await expect(letters).to_contain_text("Причина: Вид деятельности")
    await anna.send()
    await expect(anna.toast("Дело ONB-1 завершено: Банк отказал.")).to_be_visible()


async def test_where_nothing_is_sent_there_is_no_preview(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    gleb = await window("gleb")
    await gleb.take("ONB-1", INTAKE)

    await expect(preview_of(gleb)).to_be_hidden()
    await expect(gleb.dialog.locator("footer").get_by_role("button")).to_have_text(["Закрыть", "Завершить"])


async def test_on_a_phone_a_letter_to_the_client_is_scrolled_to_before_it_is_sent(
    window: OpenWindow, before: Play
) -> None:
    await inplat.open_case(before)
    await inplat.do(before, "ONB-1", DOCUMENTS)
    anna = await window("anna", viewport={"width": 390, "height": 500})
    await anna.take("ONB-1", BANK)
    await anna.decide(REFUSED)
    await anna.fill({"Причина отказа банка": "Нет лицензии"})
    letters = await anna.preview(REFUSED)
    assert await top_of(preview_of(anna)) > await top_of(anna.field("Причина отказа банка"))
    await anna.box("Причина отказа банка").scroll_into_view_if_needed()
    await expect(letters.locator(".letter-to")).not_to_be_in_viewport()

    await anna.press(anna.dialog, "Отправить")

    await expect(anna.toast("Это уйдёт за пределы компании")).to_be_visible()
    await expect(letters.locator(".letter-to")).to_be_in_viewport()
    await anna.send()
    await expect(anna.toast("Дело ONB-1 завершено: Банк отказал.")).to_be_visible()
