"""A table pasted into a list of the form in a real browser: the cells are filled from there on."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenWindow
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import BANK, DOCUMENTS, GOODS_LIST

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
PASTE = """(control, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  control.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


async def cells(goods: Locator) -> list[list[str]]:
    """Return what stands in the rows, choices as their labels."""
    shown = await goods.locator("tbody tr").evaluate_all(
        """rows => rows.map(row => [...row.querySelectorAll("input, select")].map(
             each => each.tagName === "SELECT" ? each.selectedOptions[0]?.text || "" : each.value))"""
    )
    return [[str(cell) for cell in row] for row in shown]


async def test_a_table_of_a_spreadsheet_fills_the_rows_from_the_cell_on(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    await inplat.do_up_to(before, "ONB-1", DOCUMENTS, BANK)
    maria = await window("maria")
    await maria.take("ONB-1", GOODS_LIST)
    goods = maria.field("Товары и сервисы")
    name = goods.locator("tbody tr").first.locator("input").first
    columns = await goods.locator("thead th").all_inner_texts()

    await name.evaluate(PASTE, '"Букет\nромашек"\t\t1 500,00\nДоставка\t\t300\tНДС 10\nОткрытка\t\tдорого\n')

    await expect(goods.locator("tbody tr")).to_have_count(3)
    filled = await cells(goods)
    assert [row[0] for row in filled] == ["Букет ромашек", "Доставка", "Открытка"], columns
    assert [row[2] for row in filled] == ["1500.00", "300.00", "дорого"]
    assert [row[3] for row in filled] == ["НДС 22 %", "НДС 10 %", "НДС 22 %"]

    await goods.locator("tbody tr").last.locator("input").nth(2).evaluate(PASTE, "50\tНДС 22\n70\n")
    await expect(goods.locator("tbody tr")).to_have_count(4)
    assert [row[2] for row in await cells(goods)] == ["1500.00", "300.00", "50.00", "70.00"]
    await maria.draft_kept()
