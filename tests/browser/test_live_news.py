"""The live news of the web chat: what happens elsewhere appears on every open page, once and in its place."""

import re
from itertools import count

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import OpenWindow
from tests.browser.program import Program
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import INTAKE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NETWORK_ERRORS = ("net::ERR_", "htmx:(sendError|afterRequest)")
BECOMES = """state => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
"""Plays a page that is put behind others, or looked at again."""


async def test_what_happened_while_the_server_was_away_appears_once(
    window: OpenWindow, program: Program, before: Play
) -> None:
    gleb = await window("gleb")
    gleb.expects(*NETWORK_ERRORS)
    await inplat.open_case(before, "ООО «Первая»")
    await gleb.page.reload()
    await program.stop()
    await inplat.open_case(before, "ООО «Вторая»", inn="500100732259")
    await expect(gleb.card("ONB-2", INTAKE)).to_have_count(0)

    await program.start()

    await expect(gleb.card("ONB-2", INTAKE)).to_be_visible(timeout=20_000)
    await expect(gleb.page.locator("#messages article")).to_have_count(2)
    await gleb.claim("ONB-1", INTAKE)
    await expect(gleb.card("ONB-1", INTAKE)).to_contain_text("Исполнитель: Глеб Никитин")


async def test_news_that_come_in_another_order_take_their_places(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    gleb = await window()
    gleb.expects(*NETWORK_ERRORS)
    texts = {30: "третье", 20: "второе", 40: "четвёртое"}
    news = "".join(
        f'event: chat\nid: x-{number}\ndata: <article id="m{number}" data-id="{number}" data-edit="0" '
        f'data-chat="tech_support" hx-swap-oob="true">{text}</article>\n\n'
        for number, text in texts.items()
    )
    streams = iter([news])

    async def tell_once(route: Route) -> None:
        if body := next(streams, ""):
            await route.fulfill(content_type="text/event-stream", body=body)

    await gleb.listens_alone()
    await gleb.page.route("**/events?**", tell_once)
    await gleb.become("gleb")

    shown = gleb.page.locator("#messages article")
    await expect(shown).to_have_text([re.compile("ONB-1"), "второе", "третье", "четвёртое"])


async def test_many_windows_of_one_browser_hear_the_news_and_get_answers(window: OpenWindow) -> None:
    anna, first = await window("anna"), await window("gleb")
    address = first.page.url.partition("/as/")[0]
    people = ("anna", "gleb", "daria", "nikolay", "boris", "elena", "kirill", "vera", "gleb")
    pages = []
    for person in people:
        page = await first.context.new_page()
        await page.goto(f"{address}/pick/{person}")
        await expect(page.locator("#chat")).to_be_visible()
        pages.append(page)

    await anna.new_case()
    await anna.fill(inplat.CLIENT)
    await anna.preview(inplat.BEGIN)
    await anna.send()

    for person, page in zip(people, pages, strict=True):
        if person in ("gleb", "daria", "nikolay"):
            await expect(page.locator("#messages article", has_text="ONB-1")).to_have_count(1)
        await page.locator("#composer-text").fill("/my")
        await page.locator("#composer-text").press("Escape")
        await page.locator("#composer-text").press("Enter")
        # A manager's first screen is their own conversation, where an answer is a message.
        await expect(page.locator("#messages").get_by_text("нет задач")).to_be_visible()
        await page.close()


async def test_a_page_that_was_left_and_comes_back_has_missed_nothing(window: OpenWindow) -> None:
    anna, gleb = await window("anna"), await window()
    await gleb.listens_alone()
    await gleb.become("gleb")
    await gleb.page.evaluate(BECOMES, "hidden")

    await anna.new_case()
    await anna.fill(inplat.CLIENT)
    await anna.preview(inplat.BEGIN)
    await anna.send()
    await expect(gleb.page.locator("#messages article", has_text="ONB-1")).to_have_count(0)
    await gleb.page.evaluate(BECOMES, "visible")

    await expect(gleb.page.locator("#messages article", has_text="ONB-1")).to_have_count(1)


async def test_a_message_that_arrives_while_the_list_is_fetched_stays(window: OpenWindow) -> None:
    anna, gleb = await window("anna"), await window()
    gleb.expects("status of 502", *NETWORK_ERRORS)
    await gleb.become("gleb")
    await anna.new_case()
    await anna.fill(inplat.CLIENT)
    await anna.preview(inplat.BEGIN)
    tries = count()

    async def respond_with_the_list_of_before(route: Route) -> None:
        if not next(tries):
            await route.fulfill(status=502, body="<h1>Bad Gateway</h1>")
            return
        old = await route.fetch()
        await anna.send()
        # The list of chats knows about a message as soon as it has arrived.
        await expect(gleb.page.locator('.chat-link[data-slug="tech_support"]:not([data-last="0"])')).to_have_count(1)
        await route.fulfill(response=old)

    await gleb.page.route("**/messages", respond_with_the_list_of_before)
    await gleb.page.evaluate("hear({ type: 'reload' })")

    await expect(gleb.page.locator("#messages article", has_text="ONB-1")).to_have_count(1)
    await expect(gleb.page.get_by_text("Bad Gateway")).to_have_count(0)


async def test_a_comment_appears_at_once_in_the_other_window(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    gleb, boris = await window("gleb"), await window("boris")
    await gleb.open_case("ONB-1")
    await boris.open_case("ONB-1")

    await gleb.panel.get_by_label("Комментарий", exact=True).fill("Сайт клиента\nна 1С-Битрикс")
    await gleb.panel.get_by_label("Комментарий", exact=True).press("Enter")

    remark = boris.panel.locator(".remark", has_text="на 1С-Битрикс")
    await expect(remark).to_contain_text("Глеб Никитин")
    await expect(remark).to_have_count(1)
    await expect(gleb.panel.locator(".remark.mine")).to_have_count(1)
    await expect(gleb.panel.get_by_label("Комментарий", exact=True)).to_have_value("")


RECORDS_NOTIFICATIONS = """
    window.notified = [];
    window.Notification = class {
      static permission = "default";
      static async requestPermission() { return (Notification.permission = "granted"); }
      constructor(title, { body }) { notified.push(`${title}: ${body}`); }
    };
"""


async def test_one_of_the_windows_of_a_person_announces_what_is_new_once_it_was_asked_to(
    window: OpenWindow, before: Play
) -> None:
    gleb = await window()
    await gleb.context.add_init_script(RECORDS_NOTIFICATIONS)
    await gleb.become("gleb")
    await gleb.open_chat("Помощник")
    other = await gleb.context.new_page()
    await other.goto(gleb.page.url)
    switch, mirrored = (page.get_by_role("switch", name="Уведомления") for page in (gleb.page, other))
    await expect(switch).to_have_attribute("aria-checked", "false")

    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "true")
    await other.evaluate("Notification.permission = 'granted'; showWishes()")
    await expect(mirrored).to_have_attribute("aria-checked", "true")

    anna = await window("anna")
    own = {"ИНН": "500100732259", "Телефон": "+7 495 123-45-68", "Электронная почта": "info@second.example"}
    second = {**inplat.CLIENT, "Клиент": "ООО «Вторая»", **own}
    for number, client in enumerate((inplat.CLIENT, second), start=1):
        await anna.new_case()
        await anna.fill(client)
        await anna.preview(inplat.BEGIN)
        await anna.send()
        for page in (gleb.page, other):
            await expect(page).to_have_title(f"({number}) Помощник — Handover")
        await other.wait_for_function(f"notified.length === {number}")
    assert await other.evaluate("notified[0].startsWith('тех. поддержка: ONB-1 · ')")
    assert await gleb.page.evaluate("notified.length") == 0


async def test_ending_all_sign_ins_takes_the_screens_of_every_window(window: OpenWindow) -> None:
    gleb, phone = await window("gleb"), await window("gleb")
    for each in (gleb, phone):
        each.expects("status of 401", *NETWORK_ERRORS)

    await gleb.say("/link")
    await gleb.press(gleb.dialog, "Завершить все входы в веб-чат")

    for each in (gleb, phone):
        await expect(each.page.get_by_role("heading", name="В этом окне вход не выполнен")).to_be_visible()
