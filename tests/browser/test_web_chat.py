"""The web chat as its users try it out: presses, forms, drafts, lost connections, keyboard, files, strange input."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import OpenWindow
from tests.browser.program import Program
from tests.browser.window import Window
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import BANK, DOCUMENTS, INTAKE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NETWORK_ERRORS = ("net::ERR_", "htmx:(sendError|afterRequest)")
HOSTILE = "<b>Ромашка & Co</b> *_{{x}}_*"


async def test_a_draft_survives_closing_the_form_and_the_window(window: OpenWindow) -> None:
    anna = await window("anna")
    await anna.new_case()
    await anna.fill({"Клиент": "ООО «Василёк»", "Какие услуги нужны": ["Автоплатежи"], "Комментарий": "перезвонить"})
    await anna.draft_kept()
    await anna.page.reload()

    await anna.new_case()

    await expect(anna.dialog).to_contain_text("Здесь сохранён черновик")
    await expect(anna.box("Клиент")).to_have_value("ООО «Василёк»")
    await expect(anna.field("Какие услуги нужны").get_by_label("Автоплатежи")).to_be_checked()
    await anna.box("Комментарий").fill("написать")
    await anna.page.keyboard.press("Escape")
    await expect(anna.page.locator("#dialog")).to_be_hidden()
    await anna.new_case()
    await expect(anna.box("Комментарий")).to_have_value("написать")


async def test_two_windows_of_one_form_overwrite_nothing_that_they_do_not_know(window: OpenWindow) -> None:
    first, second = await window("anna"), await window("anna")
    await first.new_case()
    await second.new_case()
    await first.fill({"Клиент": "ООО «Василёк»", "Комментарий": "перезвонить"})
    await first.draft_kept()

    await second.fill({"Контактное лицо": "Мария"})
    await second.draft_kept()
    second.expects("409")
    await second.fill({"Комментарий": "написать"})

    await expect(second.field("Комментарий").locator(".problem")).to_contain_text("перезвонить")
    await first.page.reload()
    await first.new_case()
    await expect(first.box("Клиент")).to_have_value("ООО «Василёк»")
    await expect(first.box("Контактное лицо")).to_have_value("Мария")
    await expect(first.box("Комментарий")).to_have_value("перезвонить")


async def test_what_is_wrong_in_a_form_is_told_at_its_fields(window: OpenWindow) -> None:
    anna = await window("anna")
    await anna.new_case()
    await anna.fill({**inplat.CLIENT, "ИНН": "7707083894", "Телефон": "звоните", "Сайт": ""})

    await anna.press(anna.dialog, "Отправить")

    await expect(anna.field("ИНН").locator(".problem")).to_contain_text("не сходится контрольная цифра")
    await expect(anna.field("Телефон").locator(".problem")).to_contain_text("Это не номер телефона")
    await expect(anna.field("Сайт").locator(".problem")).to_have_text("Заполните это поле.")
    await expect(anna.field("Клиент").locator(".problem")).to_be_hidden()
    await expect(anna.box("Телефон")).to_be_focused()
    await expect(anna.box("Телефон")).to_have_attribute("aria-invalid", "true")
    await expect(anna.box("Телефон")).to_have_value("звоните")
    await anna.fill({"ИНН": "7707083893", "Телефон": "+7 495 123-45-67", "Сайт": "romashka.example"})
    await expect(anna.field("ИНН").locator(".problem")).to_be_hidden()
    await anna.preview(inplat.BEGIN)
    await anna.send()
    await expect(anna.toast("Дело ONB-1 открыто")).to_be_visible()


async def test_a_form_sent_while_the_server_is_down_is_kept_and_sent_later(
    window: OpenWindow, program: Program
) -> None:
    anna = await window("anna")
    anna.expects(*NETWORK_ERRORS)
    await anna.new_case()
    await anna.fill(inplat.CLIENT)
    await anna.preview(inplat.BEGIN)
    await program.stop()

    await anna.press(anna.dialog, "Отправить")
    await expect(anna.toast("Нет связи с сервером. Введённое остаётся на этой странице")).to_be_visible()
    await expect(anna.box("Контактное лицо")).to_have_value("Мария Петровна")
    await anna.press(anna.dialog, "Отправить")
    await expect(anna.toast("Нет связи с сервером")).to_have_count(2)

    await program.start()
    await anna.preview(inplat.BEGIN)
    await anna.send()
    await expect(anna.toast("Дело ONB-1 открыто")).to_be_visible()
    await anna.say("/status")
    await expect(anna.page.locator(".aside")).to_contain_text("ONB-1")
    await expect(anna.page.locator(".aside")).not_to_contain_text("ONB-2")


async def test_a_double_click_on_claim_takes_effect_once(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    gleb = await window("gleb")

    await gleb.card("ONB-1", INTAKE).get_by_role("button", name="Взять").dblclick()

    await expect(gleb.card("ONB-1", INTAKE)).to_contain_text("Исполнитель: Глеб Никитин")
    await expect(gleb.dialog.locator(".done")).to_contain_text("ONB-1 теперь у вас")
    await expect(gleb.page.locator(".toast")).to_have_count(0)
    await gleb.press(gleb.dialog.locator("footer"), "Закрыть")
    await gleb.open_case("ONB-1")
    await expect(gleb.panel.locator(".history li", has_text="Взят этап")).to_have_count(1)


async def test_two_presses_claim_and_complete(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    gleb = await window("gleb")

    await gleb.take("ONB-1", INTAKE)
    await gleb.fill(inplat.WORK[INTAKE].answers)
    await gleb.tick_all()
    await gleb.press(gleb.dialog, "Завершить")

    await expect(gleb.page.locator("#dialog")).to_be_hidden()
    await expect(gleb.card("ONB-1", INTAKE)).to_contain_text("Завершено: Принято к сведению")


async def test_a_stale_card_answers_politely_and_shows_the_present_state(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    gleb, daria = await window("gleb"), await window()
    await daria.hear_nothing()
    await daria.become("daria")
    await gleb.take("ONB-1", INTAKE)
    await gleb.fill(inplat.WORK[INTAKE].answers)
    await gleb.tick_all()
    await gleb.preview("Принято к сведению")
    await gleb.send()

    await daria.press(daria.card("ONB-1", INTAKE), "Взять")

    await expect(daria.toast("Задача уже завершена: Глеб Никитин")).to_contain_text("Ничего не изменено")
    daria.hear_again()
    await expect(daria.card("ONB-1", INTAKE)).to_contain_text("Завершено: Принято к сведению")
    await expect(daria.card("ONB-1", INTAKE).get_by_role("button")).to_have_text(["Дело"])


async def test_a_press_is_answered_although_its_card_changes_meanwhile(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    gleb, daria = await window("gleb"), await window("daria")

    async def answer_after_the_claim(route: Route) -> None:
        answer = await route.fetch()
        await gleb.claim("ONB-1", INTAKE)
        await expect(daria.card("ONB-1", INTAKE)).to_contain_text("Исполнитель: Глеб Никитин")
        await route.fulfill(response=answer)

    await daria.page.route("**/press", answer_after_the_claim)

    await daria.open_case("ONB-1")


async def test_what_was_typed_and_ticked_is_shown_as_it_is_after_an_error_of_the_server(
    window: OpenWindow, before: Play
) -> None:
    await inplat.open_case(before)
    gleb = await window("gleb")
    gleb.expects("status of 503")
    await gleb.claim("ONB-1", INTAKE)
    await gleb.open_form("ONB-1", INTAKE)
    tick = gleb.page.locator("#checklist input").first
    await gleb.page.route(
        re.compile("/(say|press)$"), lambda route: route.fulfill(status=503, headers={"HX-Reswap": "none"}, body="")
    )

    await tick.click()
    await expect(tick).to_be_enabled()
    await expect(tick).not_to_be_checked()
    await gleb.page.keyboard.press("Escape")
    await gleb.say("/status ромашка")
    await expect(gleb.page.locator("[data-composer]")).not_to_have_class(re.compile("htmx-request"))
    await expect(gleb.page.locator("#composer-text")).to_have_value("/status ромашка")


async def test_a_person_of_another_department_is_refused_clearly(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    anna = await window("anna")
    await anna.open_chat("тех. поддержка")

    await anna.press(anna.card("ONB-1", INTAKE), "Взять")

    told = anna.toast("Это задача другого отдела: Отдел тех. поддержки.")
    await expect(told).to_contain_text("Ничего не изменено")
    await expect(told).to_contain_text("Николай Громов")
    await expect(anna.card("ONB-1", INTAKE)).to_contain_text("Ждёт исполнителя")


async def test_beside_an_open_case_there_is_one_box_and_a_line_for_the_channel_is_no_comment(
    window: OpenWindow, before: Play
) -> None:
    await inplat.open_case(before)
    gleb = await window("gleb")

    await gleb.say("привет")
    await expect(gleb.page.locator(".aside").last).to_contain_text("Такой команды или дела нет")
    await gleb.open_case("ONB-1")
    await expect(gleb.page.locator("textarea:visible")).to_have_attribute("id", "comment-text")
    await gleb.page.keyboard.press("Escape")

    await expect(gleb.page.locator("textarea:visible")).to_have_attribute("id", "composer-text")
    await expect(gleb.page.locator("#composer-text")).to_have_value("привет")


async def test_an_overtaking_claim_is_not_the_button_that_stands_out(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before, "ООО «Первая»")
    await inplat.open_case(before, "ООО «Вторая»", inn="500100732259")
    gleb = await window("gleb")

    await gleb.press(gleb.card("ONB-2", INTAKE), "Взять")

    await expect(gleb.dialog.locator(".primary")).to_have_text("Взять ONB-1")
    await gleb.dialog.locator("button[type=submit]").click()
    await expect(gleb.toast("Нужна причина")).to_be_visible()


async def test_the_head_reassigns_and_sees_who_has_how_much_to_do(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before, "ООО «Первая»")
    await inplat.open_case(before, "ООО «Вторая»", inn="500100732259")
    nikolay, gleb, daria = await window("nikolay"), await window("gleb"), await window("daria")
    await gleb.claim("ONB-1", INTAKE)
    await expect(gleb.card("ONB-1", INTAKE).get_by_role("button", name="Переназначить")).to_have_count(0)

    await nikolay.press(nikolay.card("ONB-1", INTAKE), "Переназначить")
    await expect(nikolay.dialog.get_by_role("button", name="Глеб Никитин")).to_have_count(0)
    await nikolay.press(nikolay.dialog, "Дарья Ильина: 0 задач")
    await expect(nikolay.toast("новый исполнитель — Дарья Ильина")).to_be_visible()
    await expect(daria.card("ONB-1", INTAKE)).to_contain_text("Исполнитель: Дарья Ильина")
    await nikolay.press(nikolay.card("ONB-2", INTAKE), "Переназначить")
    await expect(nikolay.dialog.get_by_role("button", name="Дарья Ильина: 1 задача")).to_be_visible()


async def test_overtaking_an_earlier_client_asks_for_the_reason(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before, "ООО «Первая»")
    await inplat.open_case(before, "ООО «Вторая»", inn="500100732259")
    gleb = await window("gleb")

    await gleb.press(gleb.card("ONB-2", INTAKE), "Взять")
    await expect(gleb.dialog).to_contain_text("Ждёт более ранний клиент")
    await expect(gleb.dialog).to_contain_text("ООО «Первая»")
    await expect(gleb.dialog.get_by_role("textbox")).to_be_focused()
    await gleb.dialog.get_by_role("textbox").fill("запуск завтра")
    await gleb.dialog.locator("button[type=submit]").click()

    await expect(gleb.dialog.locator(".done")).to_contain_text("ONB-2 теперь у вас")
    await gleb.press(gleb.dialog.locator("footer"), "Закрыть")
    await gleb.open_case("ONB-2")
    await expect(gleb.panel.locator(".history")).to_contain_text("запуск завтра")
    await gleb.open_case("ONB-1")
    await expect(gleb.panel.locator(".history")).to_contain_text("Дело ONB-2 взято раньше на этапе")


async def test_a_typed_status_tells_where_the_client_stands(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    anna = await window("anna")

    await anna.say("/status ромашка")
    answer = anna.page.locator(".aside").last
    await expect(answer).to_contain_text("это видите только вы")
    await expect(answer).to_contain_text(f"{DOCUMENTS} — Отдел аккаунт-менеджеров")
    await expect(answer).to_contain_text("Ждёт исполнителя")
    await anna.say("/status никого")
    await expect(anna.page.locator(".aside").last).to_contain_text("По запросу «никого» дел нет")
    await anna.say("/statsu")
    await expect(anna.page.locator(".aside").last).to_contain_text("Такой команды или дела нет. Все команды: /help")
    await expect(anna.page.locator("#composer-text")).to_have_value("/statsu")


async def test_the_language_is_chosen_for_all_windows_of_a_person(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    gleb = await window("gleb")

    await gleb.press(gleb.page.locator("#side"), "In English")
    await expect(gleb.page.get_by_role("heading", name="tech support")).to_be_visible()
    card = gleb.page.locator("#messages article", has_text="Technical introduction")
    await expect(card).to_contain_text("Waiting to be claimed")
    await expect(card.get_by_role("button", name="Claim")).to_be_visible()
    await expect(gleb.page.locator("html")).to_have_attribute("lang", "en")
    await gleb.press(gleb.page.locator("#side"), "По-русски")
    await expect(gleb.card("ONB-1", INTAKE)).to_contain_text("Ждёт исполнителя")


async def test_a_case_is_opened_with_the_keyboard_alone(window: OpenWindow) -> None:
    anna = await window("anna")
    keyboard = anna.page.keyboard
    await anna.page.locator("#composer-text").focus()
    await keyboard.type("/ne")
    await keyboard.press("Enter")
    await expect(anna.page.locator("#composer-text")).to_have_value("/new")
    await keyboard.press("Enter")
    await expect(anna.box("Клиент")).to_be_focused()
    for words in (
        "ООО «Клавиша»",
        "Мария Петровна",
        "8 495 123-45-67",
        "info@klavisha.example",
        "7707083893",
        "k.example",
    ):
        await keyboard.type(words)
        await keyboard.press("Tab")
    await keyboard.press("Space")
    for _service in range(7):
        await keyboard.press("Tab")
    await keyboard.type("01.04.2099")
    await keyboard.press("Control+Enter")
    await expect(anna.page.locator("#preview-title")).to_be_focused()
    await expect(anna.page.locator("#preview .letter").first).to_contain_text("ООО «Клавиша»")
    await keyboard.press("Tab")
    await keyboard.press("Tab")
    await expect(anna.page.locator("#form-finish")).to_be_focused()
    await keyboard.press("Enter")

    await expect(anna.toast("Дело ONB-1 открыто")).to_be_visible()
    await expect(anna.page.locator("#composer-text")).to_be_focused()


async def test_nothing_is_cut_off_at_phone_width(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    gleb = await window("gleb", viewport={"width": 360, "height": 720})
    assert await overflow(gleb) == 0
    await expect(gleb.page.locator("#side")).to_be_hidden()
    await gleb.page.get_by_role("button", name="Чаты").click()
    await expect(gleb.page.locator("#side")).to_be_visible()
    await gleb.open_chat("аккаунт-менеджеры")
    await expect(gleb.page.locator("#side")).to_be_hidden()
    await gleb.page.get_by_role("button", name="Чаты").click()
    await gleb.page.keyboard.press("Escape")
    await expect(gleb.page.locator("#side")).to_be_hidden()
    await gleb.become("gleb")

    await gleb.take("ONB-1", INTAKE)
    assert await overflow(gleb) == 0
    await expect(gleb.dialog.get_by_role("button", name="Завершить")).to_be_in_viewport()
    await gleb.page.keyboard.press("Escape")
    await gleb.open_case("ONB-1")
    assert await overflow(gleb) == 0
    await expect(gleb.panel.get_by_label("Комментарий", exact=True)).to_be_in_viewport()
    maria = await window("maria", viewport={"width": 360, "height": 720})
    await inplat.do_up_to(before, "ONB-1", DOCUMENTS, BANK)
    await maria.page.reload()
    await maria.take("ONB-1", inplat.GOODS_LIST)
    await maria.press(maria.field("Товары и сервисы"), "+ Добавить строку")
    assert await overflow(maria) == 0


async def overflow(window: Window) -> int:
    """Return by how many pixels the page, the messages, the dialog or the panel are wider than what shows them."""
    width: int = await window.page.evaluate(
        """() => Math.max(...["html", "#messages", "#dialog", ".dialog-scroll", "#panel", ".case-body"]
            .map((each) => document.querySelector(each)).filter(Boolean)
            .map((each) => each.scrollWidth - each.clientWidth))"""
    )
    return width


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_can_be_read_in_the_light_and_in_the_dark(window: OpenWindow, before: Play, scheme: str) -> None:
    await inplat.open_case(before)
    gleb = await window("gleb", color_scheme=scheme)
    await gleb.open_case("ONB-1")
    await gleb.claim("ONB-1", INTAKE)

    pale = await gleb.page.evaluate(PALE)

    assert pale == []
    await gleb.open_form("ONB-1", INTAKE)
    assert await gleb.page.evaluate(PALE) == []


PALE = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = rgba(getComputedStyle(each).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const top = document.querySelector("#dialog[open]") || document.body;
  return [...top.querySelectorAll("*")]
    .filter((each) => each.checkVisibility() && !each.closest(".toast, :disabled, .hidden, .skip, [aria-hidden]"))
    .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .map((each) => {
      const [a, b] = [luminance(rgba(getComputedStyle(each).color)), luminance(ground(each))].sort((x, y) => y - x);
      return [each.textContent.trim().slice(0, 40), Math.round(100 * (a + 0.05) / (b + 0.05)) / 100];
    })
    .filter(([, contrast]) => contrast < 4.5);
}"""
"""The words on the page whose contrast is below 4.5 to 1 (https://www.w3.org/TR/WCAG21/#contrast-minimum)."""


async def test_a_hostile_name_of_a_client_shows_literally_everywhere(window: OpenWindow) -> None:
    anna, gleb, boris = await window("anna"), await window("gleb"), await window("boris")
    await anna.new_case()
    await anna.fill({**inplat.CLIENT, "Клиент": HOSTILE})
    letters = await anna.preview(inplat.BEGIN)
    await expect(letters.first).to_contain_text(f"Мы начали работу с клиентом {HOSTILE}.")
    await anna.send()

    await expect(gleb.card("ONB-1", INTAKE)).to_contain_text(f"ONB-1 · {HOSTILE} — {INTAKE}")
    await gleb.take("ONB-1", INTAKE)
    await expect(gleb.dialog.locator(".subtitle")).to_contain_text(HOSTILE)
    await expect(gleb.dialog.locator(".letter-body")).to_contain_text(HOSTILE)
    await gleb.page.keyboard.press("Escape")
    await gleb.open_case("ONB-1")
    await expect(gleb.panel.locator("h2")).to_have_text(f"ONB-1 · {HOSTILE}")
    await gleb.panel.get_by_label("Комментарий", exact=True).fill(f"{HOSTILE} <img src=x onerror=alert(1)>")
    await gleb.panel.get_by_label("Комментарий", exact=True).press("Enter")
    await expect(gleb.panel.locator(".remark")).to_contain_text(f"{HOSTILE} <img src=x")
    await anna.say("/status ромашка")
    await expect(anna.page.locator(".aside")).to_contain_text(f"ONB-1 · {HOSTILE}")
    await boris.open_chat("Помощник")
    await boris.say(HOSTILE)
    await expect(boris.page.locator(".message.mine .text")).to_have_text(HOSTILE)

    await anna.new_case()
    await anna.box("Клиент").press_sequentially("ромашка")
    await expect(anna.page.locator("datalist option")).to_have_attribute("value", HOSTILE)
    for each in (anna, gleb, boris):
        assert await each.page.locator(".text b:text-is('Ромашка & Co'), main img").count() == 0


async def test_a_file_goes_up_with_the_form_and_comes_down_from_the_case(
    window: OpenWindow, before: Play, tmp_path: Path
) -> None:
    await inplat.open_case(before)
    await inplat.do(before, "ONB-1", DOCUMENTS)
    scan, film = tmp_path / "Договор № 1 <подписан>.pdf", tmp_path / "film.bin"
    scan.write_bytes(b"%PDF-1.4 <script>alert(1)</script>")
    film.write_bytes(bytes(10 * 1024 * 1024 + 1))
    anna = await window("anna")
    await anna.take("ONB-1", BANK)
    await anna.decide("Банк одобрил")
    field = anna.field("Скан подписанного договора")

    await anna.box("Скан подписанного договора").set_input_files(film)
    await expect(field.locator(".file-state")).to_contain_text("Файл больше 10 МБ")
    await anna.fill(inplat.WORK[BANK].answers)
    await anna.fill({"Скан подписанного договора": scan})
    await anna.tick_all()
    await anna.preview("Банк одобрил")
    await anna.send()

    await anna.open_case("ONB-1")
    async with anna.page.expect_download() as download:
        await anna.panel.locator(".files a").click()
    down = await download.value
    assert content(await down.path()) == content(scan)
    assert down.suggested_filename.startswith("Договор № 1")


def content(path: Path) -> bytes:
    """Read a file."""
    return path.read_bytes()


async def test_rubbish_in_the_address_leads_to_a_page_in_words(window: OpenWindow) -> None:
    stranger = await window()
    stranger.expects("Failed to load resource: the server responded with a status of 40[14]")
    for path, told in (
        ("/as/nobody/", "Такого сотрудника в компании нет"),
        ("/as/anna", "В этом окне вход не выполнен"),
        ("/as/anna/case/1", "В этом окне вход не выполнен"),
        ("/pick/nobody", "Такого сотрудника в компании нет"),
        ("/nowhere/at/all?%00", "Такой страницы нет"),
    ):
        await stranger.open(path)
        await expect(stranger.page.get_by_role("heading")).to_have_text(told)
    await stranger.page.get_by_role("link", name="На начальную страницу").click()
    await stranger.page.get_by_role("link", name=re.compile("Анна Соколова")).click()
    for path, told in (
        ("/as/anna/chat/nowhere", "Такой страницы нет"),
        ("/as/anna/case/77", "Такого дела нет"),
        ("/as/anna/case/99999999999999999999999", "Такого дела нет"),
        ("/as/anna/case/x", "Такой страницы нет"),
        ("/as/anna/chat/sales/messages?before=x", "Такой страницы нет"),
        ("/as/anna/files/x", "Такого файла нет"),
    ):
        await stranger.open(path)
        await expect(stranger.page.get_by_role("heading")).to_have_text(told)
    await stranger.page.get_by_role("link", name="Назад").click()
    await expect(stranger.page.locator("#chat h1")).to_contain_text("продажи")
