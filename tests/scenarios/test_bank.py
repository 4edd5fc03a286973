"""A bank: from an application to the money or the refusal, decided by points, by amount and by several people."""

from collections.abc import AsyncIterator

import pytest

from tests.play.form import Answers, Form
from tests.play.play import Play
from workflows.domain.case import CaseStatus
from workflows.domain.ids import FieldName
from workflows.domain.text import Language

APPLICATION: Answers = {
    "Клиент": "Иванов Пётр",
    "Карта клиента": "Обычная",
    "Телефон": "+7 912 345-67-89",
    "Сумма": "400 000",
    "Срок в месяцах": "24",
    "Цель": "Автомобиль",
    "Доход в месяц": "100 000",
    "Платежи по другим кредитам в месяц": "0",
    "Стаж на последнем месте": "2",
    "Были просрочки": "нет",
    "Документы": [{"Документ": "Паспорт", "Подлинник предъявлен": "да"}],
}


@pytest.fixture
async def bank(sqlite_url: str) -> AsyncIterator[Play]:
    """The bank at nine o'clock on a Monday."""
    async with Play(sqlite_url, "bank") as opened:
        yield opened


async def applied(play: Play, **others: object) -> None:
    """Nina takes an application, and Timur finds it complete."""
    form = await play.person("nina").new_case()
    await form.fill({**APPLICATION, **others}).send("Заявка принята")
    await play.person("timur").completes("LOAN-1", "Проверка комплектности", {}, "Документы в порядке")


async def recommended(play: Play, **answers: object) -> None:
    """The underwriter recommends the loan."""
    told = {"Заключение": "Надёжный", **answers}
    await play.person("egor").completes("LOAN-1", "Андеррайтинг", told, "Рекомендую одобрить")


async def verdict(play: Play, person: str) -> Form:
    """Open the form of an approver from the private message."""
    actor = play.person(person)
    return await actor.opens(await actor.told("LOAN-1"))


async def end_of(play: Play) -> tuple[CaseStatus, str | None]:
    case = await play.case("LOAN-1")
    return case.status, case.end


async def test_a_small_loan_goes_to_the_head_of_the_branch_and_is_issued_under_four_eyes(bank: Play) -> None:
    await applied(bank)
    facts = (await bank.case("LOAN-1")).values
    assert facts[FieldName("approved_by")] == "branch"
    assert facts[FieldName("score")] == "40"

    await recommended(bank)
    await (await verdict(bank, "oleg")).send("Одобрить")
    await bank.person("zakhar").completes("LOAN-1", "Подготовка договора", {"Номер договора": "К-17"}, "Договор готов")
    await bank.person("nina").completes("LOAN-1", "Подписание", {"Счёт для выдачи": "40817"}, "Клиент подписал")
    with pytest.raises(LookupError, match="Взять"):
        await bank.person("zakhar").takes("LOAN-1", "Выдача")
    await bank.person("tamara").completes("LOAN-1", "Выдача", {"Номер распоряжения": "Р-1"}, "Выдать")
    zakhar = bank.person("zakhar")
    await zakhar.press(await zakhar.card("LOAN-1", "Контроль выдачи"), "Всё верно")

    assert await end_of(bank) == (CaseStatus.COMPLETED, "issued")
    (letter,) = await bank.letters("LOAN-1", "approval")
    assert "Банк одобрил кредит 400 000,00 ₽ на 24 мес." in letter.texts[Language.RU].body.replace("\u00a0", " ")


async def test_points_below_the_floor_lead_to_a_refusal_whose_letter_does_not_tell_them(bank: Play) -> None:
    await applied(bank, **{"Доход в месяц": "15 000", "Были просрочки": "да", "Стаж на последнем месте": "0"})

    sent = await bank.person("nina").completes("LOAN-1", "Отказ по правилам", {}, "Отказать")

    (letter,) = sent.letters
    assert letter.for_client
    assert "балл" not in letter.body.lower()
    assert await end_of(bank) == (CaseStatus.COMPLETED, "refused")


async def test_a_good_client_gets_a_small_loan_straight_away(bank: Play) -> None:
    await applied(bank, **{"Сумма": "200 000", "Доход в месяц": "250 000", "Стаж на последнем месте": "5"})

    form = await bank.person("zakhar").takes("LOAN-1", "Подготовка договора")

    assert form.outcomes == ["Договор готов"]


async def test_two_of_the_committee_decide_and_the_conditions_are_waited_for(bank: Play) -> None:
    await applied(bank, **{"Сумма": "2 000 000", "Доход в месяц": "400 000"})
    await recommended(bank, **{"Нужен поручитель": "да", "Нужна страховка": "нет"})
    await (await verdict(bank, "olga")).send("Одобрить")
    await (await verdict(bank, "pyotr")).send("Одобрить")

    await bank.person("zakhar").completes("LOAN-1", "Подготовка договора", {"Номер договора": "К-18"}, "Договор готов")
    waiting = await bank.person("nina").says("/status LOAN-1")
    assert "Подписание" in waiting
    guarantor = {"Поручитель": "Иванова Анна", "Телефон поручителя": "+7 912 345-67-80"}
    await bank.person("nina").completes("LOAN-1", "Договор поручительства", guarantor, "Поручительство подписано")

    assert (await bank.person("nina").takes("LOAN-1", "Подписание")).outcomes == ["Клиент подписал", "Клиент отказался"]


async def test_the_chairmans_no_counts_for_all(bank: Play) -> None:
    await applied(bank, **{"Сумма": "2 000 000", "Доход в месяц": "400 000"})
    await recommended(bank)
    await (await verdict(bank, "olga")).send("Одобрить")

    await (await verdict(bank, "konstantin")).fill({"Комментарий": "Слишком много"}).send("Отказать")

    assert [task.stage for task in (await bank.case("LOAN-1")).open_tasks()] == ["refusal"]


async def test_a_large_loan_goes_to_the_board_in_turn(bank: Play) -> None:
    await applied(bank, **{"Сумма": "5 000 000", "Срок в месяцах": "240", "Доход в месяц": "600 000"})
    await recommended(bank)

    await (await verdict(bank, "larisa")).send("Одобрить")
    await (await verdict(bank, "mark")).send("Одобрить")

    assert [task.stage for task in (await bank.case("LOAN-1")).open_tasks()] == ["papers"]


async def test_only_a_card_that_has_them_shows_the_extra_actions(bank: Play) -> None:
    form = await bank.person("nina").new_case()
    await form.fill({**APPLICATION, "Карта клиента": "Золотая"}).send("Заявка принята")
    gold = await bank.person("yana").takes("LOAN-1", "Персональный менеджер")
    other = await bank.person("timur").new_case()
    platinum = {**APPLICATION, "Клиент": "Петрова Инна", "Телефон": "+7 912 345-67-70", "Карта клиента": "Платиновая"}
    await other.fill(platinum).send("Заявка принята")
    best = await bank.person("yana").takes("LOAN-2", "Персональный менеджер")

    assert gold.outcomes == ["Клиенту позвонили", "Поднять лимит сразу"]
    assert best.outcomes == ["Клиенту позвонили", "Поднять лимит сразу", "Курьер с наличными"]


async def test_a_standard_card_has_no_personal_manager(bank: Play) -> None:
    form = await bank.person("nina").new_case()
    await form.fill(APPLICATION).send("Заявка принята")

    assert [task.stage for task in (await bank.case("LOAN-1")).open_tasks()] == ["completeness"]


async def test_a_card_names_only_those_of_its_department_who_may_not_have_it(bank: Play) -> None:
    await applied(bank)

    card = await bank.person("egor").card("LOAN-1", "Андеррайтинг")

    assert "Кроме" not in card.text


async def test_a_card_shows_all_that_its_process_shows_though_the_folded_letter_tells_a_part_of_it(bank: Play) -> None:
    await applied(bank)

    card = await bank.person("egor").card("LOAN-1", "Андеррайтинг")

    assert "Сумма: 400 000,00" in card.text.replace("\u00a0", " ").split("От кого")[0]


async def test_one_press_does_not_end_the_case_at_once(bank: Play) -> None:
    await applied(bank, **{"Сумма": "200 000", "Доход в месяц": "250 000", "Стаж на последнем месте": "5"})
    await bank.person("zakhar").completes("LOAN-1", "Подготовка договора", {"Номер договора": "К-17"}, "Договор готов")
    nina = bank.person("nina")
    await nina.takes("LOAN-1", "Подписание")

    card = await nina.card("LOAN-1", "Подписание")

    assert "Клиент отказался" not in [button.label for button in card.buttons]
    form = await nina.opens(card)
    await form.send("Клиент отказался")
    assert await end_of(bank) == (CaseStatus.COMPLETED, "given_up")
