"""A citizen's appeal from the register to the answer, and the support of a site, told once for each chat."""

import pytest

from tests.play.form import Answers
from tests.stories.companies import ALL, CHATS, at_work

APPEAL: Answers = {
    "Заявитель": "Смирнова Анна Петровна",
    "Телефон": "+7 912 345-67-89",
    "Адрес": "ул. Лесная, 4",
    "Как поступило": "Письмо",
    "Тема": "Дороги и дворы",
    "Текст обращения": "Во дворе нет света.",
}
REQUEST: Answers = {
    "Клиент": "Гимназия № 5",
    "Договор": "Д-12",
    "Сайт": "gimnazia5.example",
    "Менеджер клиента": "Инна Серова",
    "Срочность": "Обычная",
    "Что нужно сделать": "Новая страница",
}
TASK: Answers = {"Поручение ответственному": "Выяснить, почему нет света"}
WORKS: Answers = {
    "Затраченное время": [{"Что сделано": "Вёрстка", "Часов": "2"}, {"Что сделано": "Тексты", "Часов": "1"}]
}


@pytest.mark.parametrize("chat", ALL)
async def test_an_appeal_is_registered_worked_on_with_a_helper_and_answered(sqlite_url: str, chat: str) -> None:
    cast = ("svetlana", "zoya", "gennady", "darya", "vera", "artyom", "fyodor")
    async with at_work(chat, sqlite_url, "appeals", *cast) as centre:
        await centre.begins("svetlana", "Обращение гражданина", APPEAL, "Зарегистрировать")
        await centre.does("zoya", "APP-1", "Новое личное дело", {}, "Дело заведено")
        assert "Ответить до 17 марта 2026 г." in await centre.reads("gennady", "APP-1", "Решение диспетчера")
        helpers = [{"Что сделать": "Осмотреть двор", "Помощник": "Вера Зимина"}]
        task = {**TASK, "Ответственный": "Артём Носов", "Поручения помощникам": helpers}
        await centre.does("gennady", "APP-1", "Решение диспетчера", task, "В работу")
        await centre.does("vera", "APP-1", "Помощь по обращению: Осмотреть двор", {"Результат": "Осмотрен"}, "Сделано")
        await centre.does("artyom", "APP-1", "Работа по обращению", {"Что выяснено": "Сгорел фонарь"}, "Готово")
        await centre.does("artyom", "APP-1", "Проект ответа", {"Ответ по существу": "Заменят."}, "На согласование")
        await centre.presses("fyodor", "APP-1", "Согласование ответа", "Согласовать")
        why = {"Что исправить": "Назовите день"}
        await centre.does("gennady", "APP-1", "Виза диспетчера", why, "Исправить")
        better = {"Ответ по существу": "Заменят 5 марта."}
        await centre.does("artyom", "APP-1", "Исправление ответа", better, "На визу")
        await centre.presses("darya", "APP-1", "Виза диспетчера", "Завизировать")

        await centre.does("zoya", "APP-1", "Отправка ответа", {}, "Отправить")

        assert await centre.end("APP-1") == "answered"
        assert await centre.fact("APP-1", "in_time") is True
        assert "Заменят 5 марта." in await centre.letter("APP-1", "answer")


@pytest.mark.parametrize("chat", CHATS)
async def test_a_repeated_appeal_is_attached_told_to_the_head_and_needs_no_approval(sqlite_url: str, chat: str) -> None:
    cast = ("svetlana", "zoya", "yulia", "gennady", "lev")
    async with at_work(chat, sqlite_url, "appeals", *cast) as centre:
        await centre.begins("svetlana", "Обращение гражданина", APPEAL, "Зарегистрировать")
        again = {**APPEAL, "Без этих этапов": ["Согласование ответа"]}
        await centre.begins("svetlana", "Обращение гражданина", again, "Зарегистрировать")
        told = {"Обращение по этой теме уже было": "да", "Номер прежнего обращения": "APP-1"}
        await centre.does("zoya", "APP-2", "Приобщение к личному делу", told, "Приобщить")
        await centre.presses("yulia", "APP-2", "Повторное обращение", "Прочитано")
        task = {**TASK, "Ответственный": "Лев Громов"}
        await centre.does("gennady", "APP-2", "Решение диспетчера", task, "В работу")
        await centre.does("lev", "APP-2", "Работа по обращению", {"Что выяснено": "Сгорел фонарь"}, "Готово")

        await centre.does("lev", "APP-2", "Проект ответа", {"Ответ по существу": "Заменят."}, "На согласование")

        assert await centre.stages("APP-2") == ["visa"]


@pytest.mark.parametrize("chat", CHATS)
async def test_a_site_is_estimated_approved_worked_on_tested_and_booked(sqlite_url: str, chat: str) -> None:
    async with at_work(chat, sqlite_url, "appeals", "roman", "ksenia", "denis", "inna") as centre:
        await centre.begins("roman", "Техподдержка сайта", REQUEST, "Передать в работу")
        plan = {"Оценка в часах": "3", "Что будет сделано": "Страница"}
        await centre.does("ksenia", "SUP-1", "Оценка", plan, "Оценено")
        await centre.presses("inna", "SUP-1", "Согласование оценки", "Согласовано")
        await centre.does("ksenia", "SUP-1", "Работа", WORKS, "Сделано")
        await centre.does("denis", "SUP-1", "Проверка", {"Что не так": "Нет меню"}, "Не работает")
        await centre.does("ksenia", "SUP-1", "Работа", WORKS, "Сделано")
        await centre.does("denis", "SUP-1", "Проверка", {}, "Работает")

        await centre.does("inna", "SUP-1", "Сдача клиенту", {}, "Сдано")

        assert await centre.end("SUP-1") == "done"
        assert "1. Вёрстка, часов: 2" in await centre.letter("SUP-1", "work_done")
