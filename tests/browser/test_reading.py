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
