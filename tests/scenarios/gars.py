"""The telecom operator of the scenarios: who opens what, with which words."""

from bot.conversation.reply import FormView, Menu
from tests.play.form import Answers, Form
from tests.play.play import Play
from workflows.domain.case import CaseStatus

PAYMENT: Answers = {
    "Сумма": "50 000",
    "На что": "Кабель",
    "Центр затрат": "Инженерный отдел",
    "Получатель": "ООО «Кабель»",
    "Счёт": "С-17",
    "Оплатить до": "31.12.2030",
}
TICKET: Answers = {
    "Клиент": "Ромашка",
    "Телефон для связи": "+7 912 345-67-89",
    "Объект": "Лесная, 5",
    "Услуга": "Л-104",
    "Какая услуга": "Доступ в интернет",
    "Важность": "Обычная",
    "Что не работает": "Нет интернета",
    "С какого времени": "01.01.2026 09:00",
}
SOLVED: Answers = {
    "Диагноз": "Обрыв",
    "Причина": "Линия связи",
    "Что сделано": "Линия сварена",
    "Перерыв связи": "90",
}
SURVEY: Answers = {
    "Клиент": "Ромашка",
    "Кто встретит инженера": "Анна Лебедева",
    "Телефон": "+7 912 345-67-80",
    "Желаемая дата": "31.12.2030",
    "Объекты": [{"Адрес": "Лесная, 5"}, {"Адрес": "Садовая, 3"}],
    "Скорость": "200",
    "Число пользователей": "20",
}
FEASIBLE: Answers = {
    "Когда были на объекте": "01.01.2026 10:00",
    "Можно подключить": "да",
    "Трасса кабеля": "По чердаку",
    "Стоимость работ": "100 000",
    "Срок работ": "10",
}
NOT_FEASIBLE: Answers = {
    "Когда были на объекте": "01.01.2026 10:00",
    "Можно подключить": "нет",
    "Почему нельзя": "Нет канализации",
}
TENDER: Answers = {
    "Заказчик": "Городская больница",
    "Номер закупки": "0173",
    "Площадка": "РТС",
    "Начальная цена": "3 000 000",
    "Подать заявку до": "31.12.2030 12:00",
    "Части заявки": [
        {"Часть": "Техническая", "Автор": "Артём Лапин", "Готово к": "20.12.2030"},
        {"Часть": "Юридическая", "Автор": "Юрий Сомов", "Готово к": "21.12.2030"},
    ],
}
CONSTRUCTION: Answers = {
    "Клиент": "Ромашка",
    "Объект": "Лесная, 5",
    "Собственник здания": "ТСЖ «Лес»",
    "Длина трассы": "400",
    "Работы и материалы": [
        {"Название": "Кабель", "Количество": "400", "Цена": "100"},
        {"Название": "Прокладка", "Количество": "400", "Цена": "200"},
    ],
}


async def new_case(play: Play, person: str, button: str) -> Form:
    """Type /new and, where there is a choice, press the button of a process or a service."""
    actor = play.person(person)
    reply = await actor.asks("/new")
    if isinstance(reply.dialog, Menu):
        reply = await actor.press(reply.dialog, button)
    assert isinstance(reply.dialog, FormView)
    return Form(actor, reply.dialog)


async def asked_by_message(play: Play, person: str, number: str) -> Form:
    """Open the form of an approver from the private message."""
    actor = play.person(person)
    return await actor.opens(await actor.told(number))


async def open_stages(play: Play, number: str) -> list[str]:
    """Return the stages whose tasks are open, in order."""
    return [str(task.stage) for task in (await play.case(number)).open_tasks()]


async def end_of(play: Play, number: str) -> tuple[CaseStatus, str | None]:
    """Return how a case stands and by which end it was completed."""
    case = await play.case(number)
    return case.status, case.end
