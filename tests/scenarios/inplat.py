"""InPlat's people at their everyday work: who does which stage, what they type, how they decide."""

from dataclasses import dataclass
from types import MappingProxyType

from tests.play.actor import Actor
from tests.play.form import Answers, Preview
from tests.play.play import Play

ACQUISITION = "Привлечение клиента"
INTAKE = "Знакомство с клиентом"
DOCUMENTS = "Проверка документов клиента"
BANK = "Получение ЭЦП и одобрение банком"
GOODS_LIST = "Список товаров и сервисов клиента"
CATALOGUE = "Заведение товаров и сервисов клиента в систему"
PREPARATION = "Подготовка к настройке товаров"
MODULE = "Разработка/настройка платёжного модуля"
ACCEPTANCE = "Информирование клиента о модуле"
TESTING = "Настройка товаров и тестирование модуля"
LAUNCH = "Запуск клиента"

ROMASHKA = "ООО «Ромашка»"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What somebody does at a stage."""

    by: str
    stage: str
    answers: Answers
    outcome: str


CLIENT: Answers = MappingProxyType(
    {
        "Клиент": ROMASHKA,
        "Контактное лицо": "Мария Петровна",
        "Телефон": "8 (495) 123-45-67",
        "Электронная почта": "info@romashka.example",
        "ИНН": "7707083893",
        "Сайт": "romashka.example",
        "Какие услуги нужны": ["Банковские карты", "Система быстрых платежей"],
        "Желаемая дата запуска": "01.04.2099",
        "Комментарий": "Спешат к сезону",
    }
)
# Days in the past and far ahead: they are usual by the clock of the play, and by that of a running program.
BEGIN = "Начать работу с клиентом"

WORK = {
    work.stage: work
    for work in (
        Work(
            by="gleb",
            stage=INTAKE,
            answers={"Технический специалист клиента": "Олег, oleg@romashka.example"},
            outcome="Принято к сведению",
        ),
        Work(
            by="boris",
            stage=DOCUMENTS,
            answers={
                "Согласованные документы": ["Договор", "Устав"],
                "Кто согласовал": "Борис Лебедев и Мария Петровна",
                "Дата согласования": "26.02.2026",
            },
            outcome="Документы согласованы",
        ),
        Work(
            by="anna",
            stage=BANK,
            answers={
                "Дата получения ЭЦП": "26.02.2026",
                "Владелец ЭЦП": "Мария Петровна Иванова",
                "Платформа сайта клиента": "1С-Битрикс",
                "Тип интеграции": "Виджет на сайте",
                "У клиента есть тестовая среда": "да",
                "Тестовый доступ": "test.romashka.example, пароль у Олега",
                "Дата решения банка": "27.02.2026",
                "Комментарий банка": "Лимит 100 000 рублей в день",
            },
            outcome="Банк одобрил",
        ),
        Work(
            by="maria",
            stage=GOODS_LIST,
            answers={
                "Товары и сервисы": [
                    {"Название": "Букет ромашек", "Артикул": "Р-1", "Цена": "1 500", "НДС": "НДС 22 %"},
                    {"Название": "Доставка", "Цена": "300,50", "НДС": "без НДС"},
                ],
                "Тарифы": "2,5 % карты, 0,7 % СБП",
                "Товары настроить до": "20.03.2099",
            },
            outcome="Передать список товаров",
        ),
        Work(
            by="elena",
            stage=CATALOGUE,
            answers={
                "Заведённые товары": [
                    {
                        "Название в системе": "Букет ромашек",
                        "Идентификатор": "GD-1001",
                        "Источник денег": "банковская карта",
                    },
                    {"Название в системе": "Доставка", "Идентификатор": "GD-1002", "Источник денег": "СБП"},
                ]
            },
            outcome="Товары заведены",
        ),
        Work(by="daria", stage=PREPARATION, answers={"Будем готовы к": "19.03.2099"}, outcome="Принято в работу"),
        Work(
            by="roman",
            stage=MODULE,
            answers={
                "Версия модуля": "2.4.1",
                "Как подключиться к модулю": "pay.inplat.example/romashka",
                "Ограничения": "До 15 000 рублей за платёж",
                "План тестирования": "Оплата, возврат, отмена",
                "Среды": "stage и prod",
            },
            outcome="Модуль готов",
        ),
        Work(
            by="ivan",
            stage=ACCEPTANCE,
            answers={"Клиент проинформирован": "28.02.2026", "Кому сообщили": "Марии Петровне"},
            outcome="Клиенту сообщили",
        ),
        Work(
            by="gleb",
            stage=TESTING,
            answers={"Результаты тестирования": "12 проверок из 12 пройдены", "Дата запуска": "25.03.2099"},
            outcome="Тестирование пройдено",
        ),
        Work(
            by="olga",
            stage=LAUNCH,
            answers={"Клиент запущен": "01.03.2026", "Подтверждение клиента": "Мария Петровна, по телефону"},
            outcome="Клиент подключён",
        ),
    )
}


async def open_case(play: Play, client: str = ROMASHKA, *, by: str = "anna", inn: str = "7707083893") -> Preview:
    """Begin work with a client; returns what was sent."""
    form = await play.person(by).new_case()
    return await form.fill({**CLIENT, "Клиент": client, "ИНН": inn}).send(BEGIN)


async def do(play: Play, number: str, stage: str) -> Preview:
    """Do a stage as on an ordinary day; returns what was sent."""
    work = WORK[stage]
    return await play.person(work.by).completes(number, stage, work.answers, work.outcome)


async def do_up_to(play: Play, number: str, *stages: str) -> None:
    """Have several stages done, in order."""
    for stage in stages:
        await do(play, number, stage)


def everybody_of(play: Play, *names: str) -> tuple[Actor, ...]:
    """Return several people of the company."""
    return tuple(play.person(name) for name in names)
