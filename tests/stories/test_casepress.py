"""An order that a specialist ends with one press, and its closing down to the decision on the debt, in each chat."""

import pytest

from tests.play.form import Answers
from tests.stories.companies import ALL, at_work

ORDER: Answers = {
    "Клиент": "ООО «Василёк»",
    "Почта клиента": "office@vasilyok.example",
    "Что сделать": "Настроить документооборот",
    "Сумма заказа": "120 000",
    "Сделать к": "06.03.2026",
    "Оплатить до": "16.03.2026",
    "Нужны бумажные документы": "нет",
    "Запросить отзыв": "нет",
}


@pytest.mark.parametrize("chat", ALL)
async def test_an_order_is_closed_by_somebody_else_and_its_payment_chased(sqlite_url: str, chat: str) -> None:
    async with at_work(chat, sqlite_url, "casepress", "inna", "roman", "lidia", "vika") as press:
        await press.begins("inna", "Заказ", ORDER, "Заказ принят")
        await press.presses("roman", "ORD-1", "Выполнение", "Сделано")
        assert await press.end("ORD-1") == "done"
        await press.hands_over("lidia", "CLO-1", "Документы", "vika")
        await press.does("vika", "CLO-1", "Документы", {"Номер счёта": "С-12"}, "Документы готовы")
        await press.let_pass(days=35)
        await press.does("vika", "CLO-1", "Оплата", {}, "Не оплачено в срок")
        await press.does("vika", "CLO-1", "Напоминание об оплате", {}, "Первое письмо")
        agreed = {"О чём договорились": "Заплатят в пятницу"}
        await press.does("vika", "CLO-1", "Напоминание об оплате", agreed, "Позвонили")
        await press.does("vika", "CLO-1", "Напоминание об оплате", {}, "Второе письмо")
        assert "Разговор с клиентом: Заплатят в пятницу" in await press.letter("CLO-1", "to_decision")

        reason = {"Почему списываем": "Фирма закрылась"}
        await press.does("lidia", "CLO-1", "Решение по долгу", reason, "Списать")

        assert await press.end("CLO-1") == "written_off"
        assert "С-12" in await press.letter("CLO-1", "last_reminder")
