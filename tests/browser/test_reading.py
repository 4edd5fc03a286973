"""What people read on cards and in the panel of a case: long letters, long histories, why work came back."""

import pytest
from playwright.async_api import expect

from bot.conversation.reply import Ask
from tests.browser.conftest import OpenWindow
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import BANK, DOCUMENTS, INTAKE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NARROW = {"width": 360, "height": 740}


async def test_a_long_letter_on_a_card_is_unfolded_and_stays_so_when_the_card_changes(
    window: OpenWindow, before: Play
) -> None:
    await inplat.open_case(before)
    gleb = await window("gleb", viewport=NARROW)
    card = gleb.card("ONB-1", INTAKE)
    signature = card.get_by_text("Анна Соколова, менеджер по продажам")
    sender = card.locator("summary", has_text="От кого: Анна Соколова")
    folded = await card.bounding_box()
    await expect(signature).to_be_hidden()

    await sender.click()
    await expect(signature).to_be_visible()
    await gleb.claim("ONB-1", INTAKE)

    assert folded is not None
    assert folded["height"] <= 260
    await expect(signature).to_be_visible()
    await sender.click()
    await expect(signature).to_be_hidden()


async def test_the_own_comment_is_in_sight_after_a_long_history(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    await inplat.do_up_to(before, "ONB-1", INTAKE, DOCUMENTS, BANK)
    anna = await window("anna")
    await anna.open_case("ONB-1")
    box = anna.panel.get_by_label("Комментарий")

    await box.fill("Клиент просит позвонить до обеда")
    await box.press("Enter")

    await expect(anna.panel.locator(".remark")).to_be_in_viewport()


async def test_the_form_says_first_why_the_work_came_back(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    await inplat.do(before, "ONB-1", DOCUMENTS)
    ivan = before.person("ivan")
    await ivan.takes("ONB-1", BANK)
    asked = (await ivan.press(await ivan.card("ONB-1", BANK), "На доработку")).dialog
    assert isinstance(asked, Ask)
    await ivan.answers(asked, "В договоре старый адрес")
    boris = await window("boris")

    await boris.open_form("ONB-1", DOCUMENTS)

    await expect(boris.dialog.locator(".rework")).to_have_text("Возвращено на доработку: В договоре старый адрес")
    await expect(boris.dialog.locator(".rework")).to_be_visible()


async def test_returned_work_is_corrected_and_comes_back_with_its_draft(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    anna, gleb = await window("anna"), await window("gleb")
    await gleb.take("ONB-1", INTAKE)
    await gleb.fill({"Технический специалист клиента": "Пётр, +7 900 000-00-00"})
    await gleb.draft_kept()
    await gleb.press(gleb.dialog.locator("footer"), "Закрыть")

    await gleb.press(gleb.card("ONB-1", INTAKE), "На доработку")
    await gleb.dialog.get_by_role("textbox").fill("Телефон не отвечает")
    await gleb.press(gleb.dialog, "На доработку")
    await expect(gleb.card("ONB-1", INTAKE)).to_contain_text("Вернётся, когда исправит этап «Привлечение клиента»")
    await anna.open_form("ONB-1", inplat.ACQUISITION)
    await expect(anna.dialog.locator(".rework")).to_have_text("Возвращено на доработку: Телефон не отвечает")
    await anna.fill({"Что исправлено": "Новый телефон от секретаря"})
    await anna.decide("Исправлено, вернуть на проверку")
    await anna.send()

    mine = gleb.card("ONB-1", INTAKE)
    await expect(mine).to_contain_text("Вернулось от: Анна Соколова")
    await expect(mine).to_contain_text("Новый телефон от секретаря")
    await expect(mine).to_contain_text("Исполнитель: Глеб Никитин")
    await gleb.open_form("ONB-1", INTAKE)
    await expect(gleb.box("Технический специалист клиента")).to_have_value("Пётр, +7 900 000-00-00")
