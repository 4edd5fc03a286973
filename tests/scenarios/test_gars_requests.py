"""A telecom operator's requests: a survey of several objects, a tender and the construction of a fibre line."""

from collections.abc import AsyncIterator, Mapping

import pytest

from bot.conversation.incoming import Press
from bot.conversation.reply import Ask, FormView, Menu
from tests.play.form import Refused
from tests.play.play import Play
from tests.scenarios.gars import (
    CONSTRUCTION,
    FEASIBLE,
    NOT_FEASIBLE,
    SURVEY,
    TENDER,
    asked_by_message,
    end_of,
    new_case,
    open_stages,
)
from workflows.domain.case import CaseStatus
from workflows.domain.text import Language


@pytest.fixture
async def gars(sqlite_url: str) -> AsyncIterator[Play]:
    """The operator at nine o'clock on a Monday."""
    async with Play(sqlite_url, "gars_telecom") as opened:
        yield opened


async def test_a_form_opened_for_a_service_is_no_draft_that_somebody_left(gars: Play) -> None:
    form = await new_case(gars, "maxim", "Подключение к интернету")
    assert not form.view.has_draft

    form.fill({"Клиент": "Ромашка"})
    await form.keep()

    assert (await new_case(gars, "maxim", "Телефония")).view.has_draft


async def surveyed(play: Play, *answers: Mapping[str, object]) -> None:
    """Maxim asks for a survey from the catalogue, and Artyom surveys each object."""
    form = await new_case(play, "maxim", "Подключение к интернету")
    await form.fill(SURVEY).send("Инженерам")
    for address, each in zip(("Лесная, 5", "Садовая, 3"), answers, strict=True):
        await play.person("artyom").completes("SUR-1", f"Обследование объекта: {address}", each, "Обследован")


async def test_all_is_feasible_and_the_offer_goes_to_the_client(gars: Play) -> None:
    await surveyed(gars, FEASIBLE, FEASIBLE)
    assert await open_stages(gars, "SUR-1") == ["offer"]

    maxim = gars.person("maxim")
    sent = await maxim.completes("SUR-1", "Предложение клиенту", {}, "Отправить предложение")
    await maxim.completes("SUR-1", "Ответ клиента", {}, "Клиент согласен")

    assert "Цена: 200 000,00" in sent.letters[0].body.replace("\u00a0", " ")
    assert await end_of(gars, "SUR-1") == (CaseStatus.COMPLETED, "accepted")


async def test_a_request_that_lacks_a_parameter_waits_for_it_and_then_goes_on_by_itself(gars: Play) -> None:
    maxim = gars.person("maxim")
    form = (await new_case(gars, "maxim", "Подключение к интернету")).fill({**SURVEY, "Число пользователей": "60"})
    with pytest.raises(Refused) as refused:
        await form.send("Инженерам")
    view = refused.value.reply.dialog
    assert isinstance(view, FormView)
    assert list(refused.value.problems) == ["Имя отправителя"]

    later = next(button for button in view.offers if button.label == "Отправить, когда всё заполнят")
    await maxim.does(Press(action=later.action or ""))

    assert await open_stages(gars, "SUR-1") == ["request"]
    card = await maxim.card("SUR-1", "Заявка на обследование")
    assert "Имя отправителя" in card.text
    lacking = (await maxim.press(card, "Спросить")).dialog
    assert isinstance(lacking, Menu)
    people = (await maxim.press(lacking, "Имя отправителя")).dialog
    assert isinstance(people, Menu)
    await maxim.press(people, "Ирина Зуева")
    irina = gars.person("irina")
    question = (await irina.press(await irina.told("Вас спрашивают"), "Ответить")).dialog
    assert isinstance(question, Ask)

    await irina.answers(question, "Romashka")

    assert await open_stages(gars, "SUR-1") == ["survey", "survey"]


async def test_an_estimate_above_the_limit_is_signed_by_the_head_of_engineering(gars: Play) -> None:
    await surveyed(gars, FEASIBLE, {**FEASIBLE, "Стоимость работ": "250 000"})
    assert await open_stages(gars, "SUR-1") == ["signature"]

    await gars.person("viktor").completes("SUR-1", "Подпись сметы", {}, "Подписать")

    assert await open_stages(gars, "SUR-1") == ["offer"]


@pytest.mark.parametrize("other", [FEASIBLE, NOT_FEASIBLE])
async def test_what_is_not_feasible_goes_back_to_the_manager_with_the_reasons(
    gars: Play, other: Mapping[str, object]
) -> None:
    await surveyed(gars, NOT_FEASIBLE, other)
    assert await open_stages(gars, "SUR-1") == ["reasons"]

    maxim = gars.person("maxim")
    sent = await maxim.completes("SUR-1", "Причины отказа по объектам", {}, "Сообщить клиенту об отказе")

    assert "Лесная, 5: Нет канализации" in sent.letters[0].body
    assert await end_of(gars, "SUR-1") == (CaseStatus.COMPLETED, "not_feasible")


async def registers_tender(play: Play) -> None:
    form = await new_case(play, "roman", "Тендер")
    await form.fill(TENDER).send("Решить об участии")


async def test_one_no_ends_a_tender_with_a_letter(gars: Play) -> None:
    await registers_tender(gars)

    form = (await asked_by_message(gars, "lidia", "TEN-1")).fill({"Комментарий": "Кабальный договор"})
    await form.send("Не участвуем")

    assert await end_of(gars, "TEN-1") == (CaseStatus.COMPLETED, "no_go")
    assert "Кабальный договор" in (await gars.letters("TEN-1", "n_no_go"))[0].texts[Language.RU].body


async def designed(play: Play, **others: object) -> None:
    """Polina begins a construction; lawyers and engineers do their part at the same time."""
    form = await new_case(play, "polina", "Стройка ВОЛС")
    await form.fill({**CONSTRUCTION, **others}).send("Юристам и инженерам")
    design = {"Решения проекта": "Воздушная линия"}
    await play.person("denis").completes("FIB-1", "Проект линии", design, "Проект готов")
    assert await open_stages(play, "FIB-1") == ["consent"]
    consent = {"Согласие от": "01.12.2026", "Разрешение с": "01.12.2026", "Разрешение по": "31.12.2030"}
    await play.person("yuri").completes("FIB-1", "Согласие собственника", consent, "Согласие получено")
    await play.person("polina").completes("FIB-1", "Проверка сметы", {}, "На согласование бюджета")


async def build_and_judge(play: Play, *judges: tuple[str, str]) -> None:
    await play.person("foma").completes("FIB-1", "Строительство", {}, "Построено")
    for judge, verdict in judges:
        form = await asked_by_message(play, judge, "FIB-1")
        await form.fill({"Комментарий": "Нет маркировки"} if verdict == "Не принять" else {}).send(verdict)


async def test_after_three_refused_acceptances_the_director_decides(gars: Play) -> None:
    await designed(gars)
    await (await asked_by_message(gars, "stepan", "FIB-1")).send("Согласовать")
    for _ in range(3):
        await build_and_judge(gars, ("viktor", "Не принять"), ("stepan", "Не принять"))
    await build_and_judge(gars)

    assert await open_stages(gars, "FIB-1") == ["director"]


@pytest.mark.parametrize(("price", "approvers"), [("2 000", ("filipp",)), ("9 000", ("stepan", "filipp", "gleb"))])
async def test_the_sum_decides_who_approves_the_budget(gars: Play, price: str, approvers: tuple[str, ...]) -> None:
    works = [{"Название": "Кабель", "Количество": "400", "Цена": price}]
    await designed(gars, **{"Работы и материалы": works})
    for approver in approvers:
        assert await open_stages(gars, "FIB-1") == ["budget"] * len(await open_stages(gars, "FIB-1"))
        await (await asked_by_message(gars, approver, "FIB-1")).send("Согласовать")

    assert await open_stages(gars, "FIB-1") == ["building"]
