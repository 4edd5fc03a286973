"""A loan from the application to the money, told once for each chat."""

import pytest

from tests.play.form import Answers
from tests.stories.companies import ALL, at_work

CAST = ("nina", "timur", "yana", "egor", "konstantin", "olga", "pyotr", "zakhar", "tamara")
APPLICATION: Answers = {
    "Клиент": "Иванов Пётр",
    "Карта клиента": "Золотая",
    "Телефон": "+7 912 345-67-89",
    "Сумма": "2 000 000",
    "Срок в месяцах": "24",
    "Цель": "Автомобиль",
    "Доход в месяц": "400 000",
    "Платежи по другим кредитам в месяц": "0",
    "Стаж на последнем месте": "2",
    "Были просрочки": "нет",
    "Документы": [{"Документ": "Паспорт", "Подлинник предъявлен": "да"}],
}


@pytest.mark.parametrize("chat", ALL)
async def test_a_gold_client_gets_a_loan_from_the_committee_with_a_guarantor(sqlite_url: str, chat: str) -> None:
    async with at_work(chat, sqlite_url, "bank", *CAST) as bank:
        await bank.begins("nina", "Кредитная заявка", APPLICATION, "Заявка принята")
        limit = {"Новый лимит карты": "300 000"}
        await bank.does("yana", "LOAN-1", "Персональный менеджер", limit, "Поднять лимит сразу")
        lacking = {"Чего не хватает": "Справка о доходах"}
        await bank.does("timur", "LOAN-1", "Проверка комплектности", lacking, "Не хватает документов")
        more = {"Что добавлено": "Справка"}
        await bank.does("nina", "LOAN-1", "Дополнить заявку", more, "Дополнено")
        await bank.does("timur", "LOAN-1", "Проверка комплектности", {}, "Документы в порядке")
        assert await bank.fact("LOAN-1", "approved_by") == "committee"

        advice = {"Заключение": "Надёжный", "Нужен поручитель": "да", "Нужна страховка": "нет"}
        await bank.does("egor", "LOAN-1", "Андеррайтинг", advice, "Рекомендую одобрить")
        await bank.presses("olga", "LOAN-1", "Одобрение кредитным комитетом", "Одобрить")
        assert "Ольга Морозова" in await bank.reads("pyotr", "LOAN-1", "Согласовал")
        await bank.presses("pyotr", "LOAN-1", "Одобрение кредитным комитетом", "Одобрить")
        assert await bank.stages("LOAN-1") == ["guarantor", "papers"]

        await bank.does("zakhar", "LOAN-1", "Подготовка договора", {"Номер договора": "К-18"}, "Договор готов")
        guarantor = {"Поручитель": "Иванова Анна", "Телефон поручителя": "+7 912 345-67-80"}
        await bank.does("nina", "LOAN-1", "Договор поручительства", guarantor, "Поручительство подписано")
        await bank.does("timur", "LOAN-1", "Подписание", {"Счёт для выдачи": "40817"}, "Клиент подписал")
        await bank.does("tamara", "LOAN-1", "Выдача", {"Номер распоряжения": "Р-1"}, "Выдать")
        await bank.presses("zakhar", "LOAN-1", "Контроль выдачи", "Всё верно")

        assert await bank.end("LOAN-1") == "issued"
        assert "Банк одобрил кредит 2 000 000,00 ₽ на 24 мес." in await bank.letter("LOAN-1", "approval")
