"""The five processes of a telecom operator, each told once for each chat."""

import pytest

from tests.scenarios.gars import CONSTRUCTION, FEASIBLE, NOT_FEASIBLE, PAYMENT, SOLVED, SURVEY, TENDER, TICKET
from tests.stories.companies import ALL, CHATS, at_work

GARS = "gars_telecom"
OBJECT, PART = "Обследование объекта", "Часть заявки"
ACCEPTANCE = "Приёмка"


@pytest.mark.parametrize("chat", CHATS)
async def test_a_payment_is_approved_by_three_in_turn_returned_corrected_and_paid(sqlite_url: str, chat: str) -> None:
    async with at_work(chat, sqlite_url, GARS, "artyom", "viktor", "filipp", "gleb", "vera") as gars:
        request = {**PAYMENT, "Сумма": "1 000 000"}
        await gars.begins("artyom", "Финансовая заявка", request, "На согласование")
        for approver in ("viktor", "filipp", "gleb"):
            await gars.presses(approver, "FIN-1", "Согласование оплаты", "Согласовать")
        reason = {"Почему возвращаете": "В счёте другая сумма"}
        await gars.does("vera", "FIN-1", "Оплата", reason, "Вернуть с причиной")
        await gars.does("artyom", "FIN-1", "Исправление заявки", {"Сумма": "90 000"}, "Исправлено")
        await gars.presses("viktor", "FIN-1", "Согласование оплаты", "Согласовать")
        assert await gars.stages("FIN-1") == ["payment"]

        await gars.does("vera", "FIN-1", "Оплата", {"Номер платёжного поручения": "771"}, "Оплачено")

        assert await gars.end("FIN-1") == "paid"
        assert "Платёжное поручение 771" in await gars.letter("FIN-1", "f_paid")


@pytest.mark.parametrize("chat", CHATS)
async def test_objects_are_surveyed_one_by_one_and_signed_and_offered(sqlite_url: str, chat: str) -> None:
    async with at_work(chat, sqlite_url, GARS, "maxim", "artyom", "denis", "viktor") as gars:
        await gars.begins("maxim", "Подключение к интернету", SURVEY, "Инженерам")
        await gars.does("artyom", "SUR-1", f"{OBJECT}: Лесная, 5", FEASIBLE, "Обследован")
        await gars.does("denis", "SUR-1", f"{OBJECT}: Садовая, 3", NOT_FEASIBLE, "Обследован")
        assert "Садовая, 3: Нет канализации" in await gars.letter("SUR-1", "s_reasons")
        await gars.does("maxim", "SUR-1", "Причины отказа по объектам", {}, "Обследовать снова")
        dear = {**FEASIBLE, "Стоимость работ": "250 000"}
        await gars.does("denis", "SUR-1", f"{OBJECT}: Лесная, 5", FEASIBLE, "Обследован")
        await gars.does("artyom", "SUR-1", f"{OBJECT}: Садовая, 3", dear, "Обследован")
        await gars.does("viktor", "SUR-1", "Подпись сметы", {}, "Подписать")
        await gars.does("maxim", "SUR-1", "Предложение клиенту", {}, "Отправить предложение")
        assert "Цена: 350 000,00 ₽" in await gars.letter("SUR-1", "s_offer")

        await gars.does("maxim", "SUR-1", "Ответ клиента", {}, "Клиент согласен")

        assert await gars.end("SUR-1") == "accepted"


@pytest.mark.parametrize("chat", ALL)
async def test_a_tender_is_decided_written_priced_won_and_opens_a_construction(sqlite_url: str, chat: str) -> None:
    cast = ("roman", "sonya", "filipp", "lidia", "artyom", "yuri", "polina")
    async with at_work(chat, sqlite_url, GARS, *cast) as gars:
        await gars.begins("roman", "Тендер", TENDER, "Решить об участии")
        for approver in ("sonya", "filipp", "lidia"):
            await gars.presses(approver, "TEN-1", "Решение об участии", "Участвуем")
        await gars.does("artyom", "TEN-1", f"{PART}: Техническая", {"Примечание": "Готово"}, "Часть готова")
        await gars.does("yuri", "TEN-1", f"{PART}: Юридическая", {}, "Часть готова")
        price = {"Себестоимость": "2 000 000", "Наша цена": "2 500 000"}
        await gars.does("filipp", "TEN-1", "Наша цена", price, "Цена готова")
        assert await gars.fact("TEN-1", "margin") == "20"
        await gars.does("roman", "TEN-1", "Подача заявки", {"Подана": "01.12.2026 10:00"}, "Заявка подана")
        await gars.does("roman", "TEN-1", "Итог торгов", {"С чего начинаем": "Со стройки ВОЛС"}, "Выиграли")

        assert await gars.end("TEN-1") == "won"
        assert await gars.stages("FIB-1") == ["project"]
        await gars.reads("polina", "FIB-1", "Заявка на стройку ВОЛС")


@pytest.mark.parametrize("chat", CHATS)
async def test_a_line_is_designed_built_refused_accepted_and_signed_for(sqlite_url: str, chat: str) -> None:
    cast = ("polina", "denis", "yuri", "stepan", "viktor", "foma")
    async with at_work(chat, sqlite_url, GARS, *cast) as gars:
        await gars.begins("polina", "Стройка ВОЛС", CONSTRUCTION, "Юристам и инженерам")
        await gars.does("denis", "FIB-1", "Проект линии", {"Решения проекта": "Воздушная линия"}, "Проект готов")
        consent = {"Согласие от": "01.12.2026", "Разрешение с": "01.12.2026", "Разрешение по": "31.12.2030"}
        await gars.does("yuri", "FIB-1", "Согласие собственника", consent, "Согласие получено")
        await gars.does("polina", "FIB-1", "Проверка сметы", {}, "На согласование бюджета")
        assert "Всего: 120 000,00 ₽" in await gars.letter("FIB-1", "b_budget")
        await gars.presses("stepan", "FIB-1", "Согласование бюджета", "Согласовать")
        await gars.does("foma", "FIB-1", "Строительство", {}, "Построено")
        findings = {"Комментарий": "Нет маркировки"}
        await gars.does("viktor", "FIB-1", ACCEPTANCE, findings, "Не принять")
        await gars.does("stepan", "FIB-1", ACCEPTANCE, {"Комментарий": "Согласен"}, "Не принять")
        letter = await gars.letter("FIB-1", "b_findings")
        assert "Виктор Снегов, начальник инженерного отдела: Не принять (Нет маркировки)" in letter
        assert "Согласовать" not in letter  # what the budget's approver said is no finding
        await gars.does("foma", "FIB-1", "Строительство", {}, "Построено")
        await gars.presses("viktor", "FIB-1", ACCEPTANCE, "Принять")
        await gars.presses("polina", "FIB-1", ACCEPTANCE, "Принять")

        await gars.does("polina", "FIB-1", "Акт", {"Номер акта": "А-9"}, "Акт подписан")

        assert await gars.end("FIB-1") == "built"
        assert "Акт А-9" in await gars.letter("FIB-1", "b_built")


@pytest.mark.parametrize("chat", ALL)
async def test_a_fault_that_nobody_takes_is_told_goes_to_the_second_line_and_is_confirmed(
    sqlite_url: str, chat: str
) -> None:
    async with at_work(chat, sqlite_url, GARS, "dasha", "nikita", "semyon", "pavel", "mikhail") as gars:
        await gars.begins("dasha", "Заявка о неисправности", {**TICKET, "Важность": "Критическая"}, "Заявка принята")
        await gars.let_pass(minutes=16)
        await gars.reads("semyon", "TT-1", "никто не взял")
        waiting = {"Чего ждём от клиента": "Доступ в серверную"}
        await gars.does("nikita", "TT-1", "Первая линия, критическая", waiting, "Ждём клиента")
        answer = {"Что ответил клиент": "Доступ есть"}
        await gars.does("nikita", "TT-1", "Ждём клиента: критическая", answer, "Клиент ответил")
        diagnosis = {"Диагноз": "Не отвечает"}
        await gars.does("nikita", "TT-1", "Первая линия, критическая", diagnosis, "На вторую линию")
        await gars.does("pavel", "TT-1", "Вторая линия", {"Диагноз": "Обрыв"}, "Нужен выезд")
        await gars.does("mikhail", "TT-1", "Выезд", SOLVED, "Решено")
        remark = {"Что не так": "Медленно"}
        await gars.does("dasha", "TT-1", "Подтверждение клиента", remark, "Клиент не подтвердил")
        await gars.does("pavel", "TT-1", "Вторая линия", SOLVED, "Решено")

        await gars.does("dasha", "TT-1", "Подтверждение клиента", {}, "Клиент подтвердил")

        assert await gars.end("TT-1") == "solved"
        assert "Связи не было 90 мин" in await gars.letter("TT-1", "t_solved")
