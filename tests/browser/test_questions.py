"""The form in a real browser: the decision first, what a known client fills in, what is suggested."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenWindow
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import BANK, DOCUMENTS, GOODS_LIST

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_decision_comes_first_shows_only_its_questions_and_loses_none_of_the_answers(
    window: OpenWindow, before: Play
) -> None:
    await inplat.open_case(before)
    await inplat.do(before, "ONB-1", DOCUMENTS)
    anna = await window("anna")
    await anna.take("ONB-1", BANK)
    shown = anna.dialog.locator(".field:visible > .label")
    await expect(shown).to_have_text(["Дата решения банка *", "Комментарий банка"], use_inner_text=True)

    await anna.decide("Банк одобрил")
    await anna.fill({"Платформа сайта клиента": "WordPress"})
    await anna.decide("Банк отказал")

    await expect(anna.field("Платформа сайта клиента")).to_be_hidden()
    await expect(anna.page.locator("#checks")).to_be_hidden()
    await expect(shown).to_have_text(
        ["Дата решения банка", "Комментарий банка", "Причина отказа банка *"], use_inner_text=True
    )
    await anna.decide("Банк одобрил")
    await expect(anna.box("Платформа сайта клиента")).to_have_value("WordPress")
    await expect(anna.page.locator("#checks")).to_be_visible()


async def test_a_known_client_fills_in_what_the_base_keeps_but_for_what_was_typed_by_hand(
    window: OpenWindow, before: Play
) -> None:
    await inplat.open_case(before)
    await inplat.open_case(before, "ООО «Лютик»", inn="7728168971")
    anna = await window("anna")
    await anna.new_case()
    await anna.fill({"Сайт": "new.example"})

    await anna.box("Клиент").press_sequentially("ромашка")

    await expect(anna.box("Телефон")).to_have_value("+74951234567")
    await expect(anna.box("ИНН")).to_have_value("7707083893")
    await expect(anna.box("Сайт")).to_have_value("new.example")
    await expect(anna.field("Телефон").get_by_text("предложено")).to_be_visible()
    await expect(anna.field("Сайт").get_by_text("предложено")).to_be_hidden()

    await anna.fill({"Клиент": "ООО «Лютик»"})
    await expect(anna.box("ИНН")).to_have_value("7728168971")
    await anna.fill({"Клиент": "ООО «Одуванчик»"})
    await expect(anna.box("ИНН")).to_have_value("")
    await expect(anna.box("Сайт")).to_have_value("new.example")


async def test_a_new_row_begins_with_what_is_suggested_and_alone_is_no_row(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    await inplat.do_up_to(before, "ONB-1", DOCUMENTS, BANK)
    maria = await window("maria")
    await maria.take("ONB-1", GOODS_LIST)
    goods = maria.field("Товары и сервисы")

    await maria.fill({"Товары и сервисы": [{"Название": "Букет", "Цена": "100"}], "Тарифы": "2 %"})
    await maria.fill({"Товары настроить до": "01.04.2099"})
    await maria.press(goods, "+ Добавить строку")
    await maria.tick_all()

    await expect(goods.locator("select").last).to_have_value("vat_22")
    letters = await maria.preview("Передать список товаров")
    await expect(letters.first).to_contain_text("Букет")
    await expect(letters.first).to_contain_text("НДС 22 %")
