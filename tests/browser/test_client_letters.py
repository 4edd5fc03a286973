"""A letter to the client in a real browser: copied with one press, then marked as sent."""

from urllib.parse import quote

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenWindow
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import BANK, DOCUMENTS
from workflows.domain.text import Language

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_one_press_copies_the_letter_as_it_is_kept_and_the_case_tells_that_it_was_sent(
    window: OpenWindow, before: Play
) -> None:
    await inplat.open_case(before)
    await inplat.do(before, "ONB-1", DOCUMENTS)
    anna = await window("anna", permissions=["clipboard-read", "clipboard-write"])
    await anna.take("ONB-1", BANK)
    await anna.decide("Банк отказал")
    await anna.fill({"Причина отказа банка": "Вид деятельности не обслуживается"})
    await anna.preview("Банк отказал")
    await anna.send()
    shown = anna.page.locator("article.aside")
    await expect(shown).to_contain_text("Письмо клиенту: ещё не отправлено")
    await expect(shown).to_contain_text("Кому: info@romashka.example")

    await anna.press(shown, "Скопировать")

    await expect(anna.toast("Скопировано.")).to_be_visible()
    (kept,) = await before.letters("ONB-1", "bank_refusal")
    text = kept.texts[Language.RU]
    assert await anna.page.evaluate("navigator.clipboard.readText()") == f"{text.subject}\n\n{text.body}"
    mail = shown.get_by_role("link", name="Открыть в почте")
    await expect(mail).to_have_attribute("href", f"mailto:info@romashka.example?subject={quote(text.subject)}")

    await anna.toast("Дело ONB-1 завершено").get_by_role("button", name="Открыть дело").click()
    await expect(anna.panel).to_contain_text(f"Письмо клиенту не отправлено: «{text.subject}»")
    await anna.press(anna.panel, "Отметить отправленным")

    await expect(anna.panel.get_by_text("Письмо клиенту не отправлено")).to_have_count(0)
    await anna.panel.locator("summary", has_text="Письма").click()
    await expect(anna.panel.get_by_text("Отправлено: Анна")).to_be_visible()
