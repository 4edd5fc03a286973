"""A centre of appeals: a citizen's letter from the register to the answer, and the support of clients' sites."""

from collections.abc import AsyncIterator

import pytest

from tests.play.form import Answers
from tests.play.play import Play
from workflows.domain.ids import FieldName

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
    "Менеджер клиента": "Максим Дёгтев",
    "Срочность": "Обычная",
    "Что нужно сделать": "Новая страница",
}


@pytest.fixture
async def centre(sqlite_url: str) -> AsyncIterator[Play]:
    """The centre at nine o'clock on a Monday."""
    async with Play(sqlite_url, "appeals") as opened:
        yield opened


async def registered(play: Play, **others: object) -> None:
    """Svetlana registers an appeal."""
    form = await play.person("svetlana").new_case()
    await form.fill({**APPEAL, **others}).send("Зарегистрировать")


async def stages(play: Play, number: str) -> list[str]:
    """Return the stages of the open tasks."""
    return sorted(task.stage for task in (await play.case(number)).open_tasks())


async def test_a_repeated_appeal_is_attached_to_the_file_and_told_to_the_head(centre: Play) -> None:
    await registered(centre)
    await registered(centre)
    zoya, yulia = centre.person("zoya"), centre.person("yulia")
    assert await stages(centre, "APP-1") == ["new_file"]
    assert await stages(centre, "APP-2") == ["attaching"]
    assert "APP-1" in await zoya.says("/find Смирнова")

    told = {"Обращение по этой теме уже было": "да", "Номер прежнего обращения": "APP-1"}
    await zoya.completes("APP-2", "Приобщение к личному делу", told, "Приобщить")
    assert await stages(centre, "APP-2") == ["dispatching", "head_told"]
    card = await yulia.card("APP-2", "Повторное обращение")
    assert "Прежнее обращение: APP-1" in card.text
    await yulia.press(card, "Прочитано")

    assert await stages(centre, "APP-2") == ["dispatching"]


async def test_the_head_hears_of_the_same_topic_again_even_when_the_secretary_does_not_see_it(centre: Play) -> None:
    await registered(centre)
    zoya = centre.person("zoya")
    await zoya.completes("APP-1", "Новое личное дело", {}, "Дело заведено")
    await registered(centre)
    await registered(centre, **{"Тема": "Социальная помощь"})

    for number in ("APP-2", "APP-3"):
        await zoya.completes(
            number, "Приобщение к личному делу", {"Обращение по этой теме уже было": "нет"}, "Приобщить"
        )

    assert await stages(centre, "APP-2") == ["dispatching", "head_told"]
    assert await stages(centre, "APP-3") == ["dispatching"]


async def test_the_approval_is_switched_off_and_the_dispatcher_has_the_answer_corrected(centre: Play) -> None:
    await registered(centre, **{"Без этих этапов": ["Согласование ответа"]})
    await centre.person("zoya").completes("APP-1", "Новое личное дело", {}, "Дело заведено")
    lev, gennady = centre.person("lev"), centre.person("gennady")
    decided = {"Ответственный": "Лев Громов", "Поручение ответственному": "Выяснить, почему нет света"}
    await gennady.completes("APP-1", "Решение диспетчера", decided, "В работу")
    study = await lev.opens(await lev.card("APP-1", "Работа по обращению"))
    await study.fill({"Что выяснено": "Сгорел фонарь"}).send("Готово")
    draft = await lev.opens(await lev.card("APP-1", "Проект ответа"))
    await draft.fill({"Ответ по существу": "Заменят."}).send("На согласование")

    assert await stages(centre, "APP-1") == ["visa"]
    await gennady.completes("APP-1", "Виза диспетчера", {"Что исправить": "Назовите день"}, "Исправить")
    again = await lev.opens(await lev.card("APP-1", "Исправление ответа"))
    await again.fill({"Ответ по существу": "Заменят 5 марта."}).send("На визу")
    await gennady.press(await gennady.card("APP-1", "Виза диспетчера"), "Завизировать")

    assert await stages(centre, "APP-1") == ["sending"]


async def test_an_appeal_for_somebody_else_is_declined_with_a_letter(centre: Play) -> None:
    await registered(centre, **{"Тема": "Опасность для людей"})
    await centre.person("zoya").completes("APP-1", "Новое личное дело", {}, "Дело заведено")
    assert (await centre.case("APP-1")).values[FieldName("answer_until")] == "2026-03-05"

    why = {"Почему не к нам": "Обратитесь в энергосбыт."}
    sent = await centre.person("darya").completes("APP-1", "Решение диспетчера", why, "Не к нам")

    assert "Обратитесь в энергосбыт." in sent.letters[0].body
    assert (await centre.case("APP-1")).end == "declined"


async def asked_for(play: Play, **others: object) -> None:
    """Roman writes down what a client wants."""
    form = await play.person("roman").new_case()
    await form.fill({**REQUEST, **others}).send("Передать в работу")


async def worked(play: Play, stage: str, outcome: str) -> None:
    """Ksenia does a work of three hours."""
    works = {"Затраченное время": [{"Что сделано": "Вёрстка", "Часов": "2"}, {"Что сделано": "Тексты", "Часов": "1"}]}
    await play.person("ksenia").completes("SUP-1", stage, works, outcome)


async def test_a_short_work_needs_no_approval(centre: Play) -> None:
    await asked_for(centre)

    short = {"Оценка в часах": "2", "Что будет сделано": "Страница"}
    await centre.person("ksenia").completes("SUP-1", "Оценка", short, "Оценено")

    assert await stages(centre, "SUP-1") == ["work"]


async def test_a_site_that_is_down_is_repaired_before_anything_else(centre: Play) -> None:
    await asked_for(centre, **{"Срочность": "Сайт не работает"})
    assert await stages(centre, "SUP-1") == ["urgent_repair"]

    await worked(centre, "Срочный ремонт", "Исправлено")

    assert await stages(centre, "SUP-1") == ["testing"]


async def test_what_a_client_does_not_want_to_pay_for_is_not_done(centre: Play) -> None:
    await asked_for(centre)
    plan = {"Оценка в часах": "40", "Что будет сделано": "Новый сайт"}
    await centre.person("denis").completes("SUP-1", "Оценка", plan, "Оценено")

    maxim = centre.person("maxim")
    form = await maxim.opens(await maxim.card("SUP-1", "Согласование оценки"))
    await form.fill({"Почему": "Дорого"}).send("Клиент отказался")

    assert (await centre.case("SUP-1")).end == "refused"
