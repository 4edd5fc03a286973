"""InPlat connects a client: three people in three windows, from “New case” to the client connected."""

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.window import Window, words
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import (
    ACCEPTANCE,
    ACQUISITION,
    BANK,
    CATALOGUE,
    DOCUMENTS,
    GOODS_LIST,
    INTAKE,
    LAUNCH,
    MODULE,
    PREPARATION,
    ROMASHKA,
    TESTING,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@dataclass(frozen=True, slots=True)
class Windows:
    """Three windows side by side: one for sales, one for the IT departments, one for accounts and funding sources."""

    sales: Window
    it: Window
    accounts: Window

    def window_of(self, person: str) -> Window:
        """Return the window at which somebody works."""
        if person in {"anna", "ivan", "pavel"}:
            return self.sales
        return self.it if person in {"gleb", "daria", "nikolay", "kirill", "roman"} else self.accounts

    async def at_work(self, person: str) -> Window:
        """Return a person's window, in which that person sits now."""
        window = self.window_of(person)
        if window.person != person:
            await window.become(person)
        return window

    async def does(self, stage: str) -> list[str]:
        """Have a stage done as on any day; returns the previewed letters."""
        work = inplat.WORK[stage]
        window = await self.at_work(work.by)
        await window.take("ONB-1", stage)
        await window.decide(work.outcome)
        await window.fill(work.answers)
        await window.tick_all()
        letters = await window.preview(work.outcome)
        shown = [words(letter) for letter in await letters.all_inner_texts()]
        await window.send()
        return shown

    async def is_told(self, person: str, stage: str, *facts: str) -> None:
        """Check that the card of a stage is in a person's channel and shows the facts of its handover."""
        window = await self.at_work(person)
        for fact in facts:
            await expect(window.card("ONB-1", stage)).to_contain_text(fact)


async def opened_by(window: OpenWindow, *people: str) -> Windows:
    return Windows(*[await window(person) for person in people])


@pytest.mark.parametrize("database_address", ["none yet"], indirect=True)
async def test_three_people_in_three_windows_connect_a_client(window: OpenWindow) -> None:
    windows = await opened_by(window, "anna", "gleb", "boris")

    await the_sales_manager_opens_the_case(windows)
    await one_specialist_claims_and_the_other_is_told(windows, await window("daria"))
    await the_documents_and_the_bank(windows)
    await the_goods_and_the_module_side_by_side(windows)
    await the_launch(windows)


async def the_sales_manager_opens_the_case(windows: Windows) -> None:
    anna, gleb, boris = windows.sales, windows.it, windows.accounts
    await expect(gleb.page.get_by_text("Здесь пока тихо")).to_be_visible()
    await anna.new_case()
    await anna.fill(inplat.CLIENT)
    letters = await anna.preview(inplat.BEGIN)
    await expect(letters).to_have_count(2)
    await expect(letters.first).to_contain_text("Мы начали работу с клиентом ООО «Ромашка».")
    await expect(gleb.card("ONB-1", INTAKE)).to_have_count(0)

    await anna.send()

    await expect(anna.toast("Дело ONB-1 открыто")).to_be_visible()
    await expect(gleb.page.get_by_text("Здесь пока тихо")).to_be_hidden()
    await expect(gleb.card("ONB-1", INTAKE)).to_contain_text("Ждёт исполнителя")
    h1 = (ROMASHKA, "Мария Петровна", "+7 495 123-45-67", "info@romashka.example", "Система быстрых платежей")
    await windows.is_told("gleb", INTAKE, *h1)
    await expect(boris.card("ONB-1", DOCUMENTS)).to_contain_text("Ждёт исполнителя")


async def one_specialist_claims_and_the_other_is_told(windows: Windows, daria: Window) -> None:
    gleb, slow = windows.it, daria
    await slow.hear_nothing()
    await slow.become("daria")
    await windows.sales.open_chat("тех. поддержка")

    await gleb.claim("ONB-1", INTAKE)

    for watching in (gleb, windows.sales):
        await expect(watching.card("ONB-1", INTAKE)).to_contain_text(
            re.compile(r"Исполнитель: Глеб Никитин, с \d\d:\d\d")
        )
    await expect(slow.card("ONB-1", INTAKE)).to_contain_text("Ждёт исполнителя")
    await slow.press(slow.card("ONB-1", INTAKE), "Взять")
    told = slow.toast("Задача уже занята. Исполнитель: Глеб Никитин")
    await expect(told).to_contain_text(re.compile(r"\d+ секунд\w? назад|\d+ с назад|только что"))
    await slow.context.close()
    await windows.sales.open_chat("продажи")

    await gleb.open_form("ONB-1", INTAKE)
    await gleb.fill(inplat.WORK[INTAKE].answers)
    await gleb.tick_all()
    await gleb.preview("Принято к сведению")
    await gleb.send()
    await expect(gleb.card("ONB-1", INTAKE)).to_contain_text("Завершено: Принято к сведению")


async def the_documents_and_the_bank(windows: Windows) -> None:
    (h2,) = await windows.does(DOCUMENTS)
    assert "Договор, Устав" in h2
    await windows.is_told("anna", BANK, "Борис Лебедев и Мария Петровна")

    to_accounts, h5 = await windows.does(BANK)
    assert "Лимит 100 000 рублей в день" in to_accounts
    assert "1С-Битрикс" in h5
    await windows.is_told("roman", MODULE, "1С-Битрикс", "Виджет на сайте", "test.romashka.example, пароль у Олега")


async def the_goods_and_the_module_side_by_side(windows: Windows) -> None:
    h3, h4 = await windows.does(GOODS_LIST)
    assert "Кому: Отдел источников денег" in h3
    assert "Кому: Отдел тех. поддержки" in h4
    await windows.is_told("elena", CATALOGUE, "Букет ромашек", "1 500,00 ₽", "НДС 22 %", "2,5 % карты, 0,7 % СБП")
    await windows.is_told("daria", PREPARATION, "Доставка", "300,50 ₽", "без НДС")
    await windows.does(PREPARATION)

    h6, h7 = await windows.does(MODULE)
    assert "2.4.1" in h6
    assert "Оплата, возврат, отмена" in h7
    await windows.is_told("ivan", ACCEPTANCE, "2.4.1", "До 15 000 рублей за платёж")

    gleb = await windows.at_work("gleb")
    await expect(gleb.page.locator("#messages")).to_contain_text("Задача появится здесь, когда завершатся и эти этапы:")
    await expect(gleb.card("ONB-1", TESTING)).to_have_count(0)
    (h8,) = await windows.does(CATALOGUE)
    assert "GD-1001" in h8
    await windows.is_told("gleb", TESTING, "Оплата, возврат, отмена", "GD-1001", "GD-1002")


async def the_launch(windows: Windows) -> None:
    await windows.does(ACCEPTANCE)
    (h9,) = await windows.does(TESTING)
    assert "12 проверок из 12 пройдены" in h9
    await windows.is_told("olga", LAUNCH, "25 марта 2099")

    (welcome,) = await windows.does(LAUNCH)
    assert "Кому: Клиенту" in welcome
    assert "завершено" in welcome

    anna = await windows.at_work("anna")
    await anna.open_chat("Помощник")
    await expect(anna.page.locator("#messages")).to_contain_text("Дело завершено: Клиент подключён")
    await anna.say("/status Ромашка")
    await anna.page.locator("#messages article").last.get_by_role("button", name="Дело").click()
    await expect(anna.panel.locator(".chip")).to_have_text("Завершено")
    await expect(anna.panel).to_contain_text("Клиент подключён")
    await expect(anna.panel.locator("[data-fold=letters] .count")).to_have_text("12")


@pytest.mark.parametrize(
    "database_address", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
async def test_the_bank_refuses_and_the_client_gets_a_letter_with_the_reason(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    await inplat.do(before, "ONB-1", DOCUMENTS)
    anna, gleb = await window("anna"), await window("gleb")
    await anna.take("ONB-1", BANK)

    await anna.decide("Банк отказал")
    await expect(anna.page.locator("#foreseen")).to_have_text("Ещё не заполнено: Причина отказа банка.")
    await anna.press(anna.dialog, "Отправить")
    await expect(anna.field("Причина отказа банка")).to_contain_text("Заполните это поле.")
    await anna.fill({"Причина отказа банка": "Вид деятельности не обслуживается"})
    letters = await anna.preview("Банк отказал")
    await expect(letters).to_contain_text("Кому: Клиенту")
    await expect(letters).to_contain_text("Причина: Вид деятельности не обслуживается")
    await anna.send()

    await expect(anna.toast("Дело ONB-1 завершено: Банк отказал.")).to_be_visible()
    await expect(gleb.card("ONB-1", INTAKE)).to_contain_text("Отозвано: дело закрыто")
    await expect(gleb.card("ONB-1", INTAKE).get_by_role("button")).to_have_text(["Дело"])


async def test_corrections_asked_by_the_bank_lead_back_to_the_sales_manager(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    await inplat.do_up_to(before, "ONB-1", INTAKE, DOCUMENTS)
    anna, ivan, boris = await window("anna"), await window("ivan"), await window("boris")
    await anna.take("ONB-1", BANK)
    await anna.decide("Банк просит исправить")
    await anna.fill({"Что просит исправить банк": "Нет подписи на странице 3"})
    await anna.preview("Банк просит исправить")
    await anna.send()

    await expect(ivan.card("ONB-1", ACQUISITION)).to_contain_text("Что нужно исправить: Нет подписи на странице 3")
    await ivan.take("ONB-1", ACQUISITION)
    await expect(ivan.box("Контактное лицо")).to_have_value("Мария Петровна")
    await ivan.fill({"Комментарий": "Подпись поставлена"})
    await ivan.preview("Исправлено")
    await ivan.send()

    again = boris.card("ONB-1", DOCUMENTS)
    await expect(again).to_contain_text("исправлено, проверьте документы ещё раз")
    await expect(again).to_contain_text("Комментарий: Подпись поставлена")
    await expect(again.get_by_role("button", name="Взять")).to_be_visible()


async def test_a_failed_test_goes_back_to_development_with_the_findings(window: OpenWindow, before: Play) -> None:
    await inplat.open_case(before)
    await inplat.do_up_to(before, "ONB-1", INTAKE, DOCUMENTS, BANK, GOODS_LIST, PREPARATION, CATALOGUE, MODULE)
    gleb, kirill = await window("gleb"), await window("kirill")
    await gleb.take("ONB-1", TESTING)
    await gleb.decide("Тестирование не пройдено")
    await gleb.fill({"Замечания к модулю": "Возврат не проходит"})
    await gleb.preview("Тестирование не пройдено")
    await gleb.send()

    await expect(kirill.card("ONB-1", MODULE)).to_contain_text("Замечания: Возврат не проходит")
    await kirill.take("ONB-1", MODULE)
    await expect(kirill.box("План тестирования")).to_have_value("Оплата, возврат, отмена")
    await kirill.fill({"Версия модуля": "2.4.2"})
    await kirill.tick_all()
    await kirill.preview("Модуль готов")
    await kirill.send()

    await expect(gleb.card("ONB-1", TESTING)).to_contain_text("(версия 2.4.2) готов к тестированию")
    await gleb.claim("ONB-1", TESTING)
