"""CasePress: a specialist presses one button, and the contact centre closes the order, however many work there."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import templates
from bot.conversation.reply import Menu
from tests.play.actor import Actor
from tests.play.form import Answers, Form
from tests.play.play import Play
from workflows.domain.case import CaseStatus
from workflows.domain.ids import FieldName
from workflows.domain.text import Language

PACK = templates.FOLDER / "companies" / "casepress"
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
COMPLAINT: Answers = {"На что жалуется клиент": "Обещали раньше"}


@pytest.fixture
async def casepress(sqlite_url: str) -> AsyncIterator[Play]:
    """CasePress at nine o'clock on a Monday, the second of March 2026."""
    async with Play(sqlite_url, "casepress") as opened:
        yield opened


async def orders(play: Play, **others: object) -> None:
    """Inna takes an order."""
    reply = await play.person("inna").asks("/new")
    form = await play.person("inna").opens(reply, "Заказ") if reply.dialog is None else None
    form = form or await play.person("inna").new_case()
    await form.fill({**ORDER, **others}).send("Заказ принят")


async def works(play: Play, specialist: str = "roman") -> None:
    """Somebody does the first order, and presses the one button."""
    actor = play.person(specialist)
    await actor.press(await actor.card("ORD-1", "Выполнение"), "Сделано")


async def hands_over(play: Play, to: str, number: str = "CLO-1") -> Menu:
    """Lidia hands a closing to somebody of the contact centre; returns whom she could choose."""
    lidia = play.person("lidia")
    reply = await lidia.press(await lidia.told(number), "Передать…")
    assert isinstance(reply.dialog, Menu)
    label = next(button.label for button in reply.dialog.buttons if button.label.startswith(to))
    await lidia.press(reply.dialog, label)
    return reply.dialog


async def opened(actor: Actor, stage: str) -> Form:
    """Open the form of a stage that somebody already has."""
    return await actor.opens(await actor.card("CLO-1", stage))


async def sends(actor: Actor, stage: str, outcome: str, **answers: object) -> None:
    form = await opened(actor, stage)
    await form.fill({label.replace("_", " "): answer for label, answer in answers.items()}).send(outcome)


async def files_papers(actor: Actor, form: Form | None = None) -> None:
    """Tick what is to be done, and send the papers."""
    form = (form or await opened(actor, "Документы")).fill({"Номер счёта": "С-12"})
    await form.tick_all()
    await form.send("Документы готовы")


async def at_payment(play: Play) -> Actor:
    """Bring the closing to the payment, with Vika; returns her."""
    await orders(play)
    await works(play)
    await hands_over(play, "Вика Орлова")
    vika = play.person("vika")
    await files_papers(vika)
    return vika


async def stages_of(play: Play) -> list[str]:
    return [task.stage for task in (await play.case("CLO-1")).open_tasks()]


async def end_of(play: Play, number: str = "CLO-1") -> tuple[CaseStatus, str | None]:
    case = await play.case(number)
    return case.status, case.end


async def test_the_specialist_presses_one_button_and_is_never_asked_again(casepress: Play) -> None:
    await orders(casepress)
    roman = casepress.person("roman")
    await works(casepress)

    assert await end_of(casepress, "ORD-1") == (CaseStatus.COMPLETED, "done")
    await hands_over(casepress, "Вика Орлова")
    vika = casepress.person("vika")
    await files_papers(vika)
    await casepress.let_pass(days=7)
    await sends(vika, "Оплата", "Оплачено")

    assert await end_of(casepress) == (CaseStatus.COMPLETED, "paid")
    assert (await casepress.case("CLO-1")).values[FieldName("days_to_paid")] == "7"
    (told,) = await roman.inbox()
    assert told.task_id is None
    assert told.text.endswith("Дело завершено: Оплачено без напоминаний")
    assert [card.text for card in await roman.reads("projects") if "CLO-1" in card.text] == []


async def test_the_check_list_asks_for_paper_and_feedback_only_where_they_are_wanted(casepress: Play) -> None:
    await orders(
        casepress,
        **{"Нужны бумажные документы": "да", "Почтовый адрес": "Тверь, Лесная, 5", "Запросить отзыв": "да"},
    )
    await works(casepress)
    lidia = casepress.person("lidia")

    wanted = await lidia.opens(await lidia.told("CLO-1"), "Взять себе")
    items = [item.label for item in wanted.view.checklist]
    await files_papers(lidia, wanted)

    assert "Бумажные документы отправлены почтой" in items
    assert "Отзыв запрошен" in items
    (letter,) = await casepress.letters("CLO-1", "invoice_sent")
    assert "Бумажные документы придут по адресу: Тверь, Лесная, 5." in letter.texts[Language.RU].body
    assert await stages_of(casepress) == ["payment"]


async def test_a_client_who_does_not_pay_is_chased_three_times_and_then_the_head_decides(casepress: Play) -> None:
    vika = await at_payment(casepress)
    assert "Не оплачено в срок" not in (await opened(vika, "Оплата")).outcomes
    await casepress.let_pass(days=15)
    await sends(vika, "Оплата", "Не оплачено в срок")
    early = await opened(vika, "Напоминание об оплате")
    assert early.outcomes == ["Оплачено", "Клиент жалуется"]
    assert early.known["Следующий шаг"].startswith("21")

    await casepress.let_pass(days=4)
    await sends(vika, "Напоминание об оплате", "Первое письмо")
    await casepress.let_pass(days=2)
    await sends(vika, "Напоминание об оплате", "Позвонили", О_чём_договорились="Заплатят в пятницу")
    await casepress.let_pass(days=7)
    await sends(vika, "Напоминание об оплате", "Второе письмо")

    assert [len(await casepress.letters("CLO-1", name)) for name in ("reminder", "last_reminder")] == [1, 1]
    (told,) = await casepress.letters("CLO-1", "to_decision")
    assert "Разговор с клиентом: Заплатят в пятницу" in told.texts[Language.RU].body
    lidia = casepress.person("lidia")
    await sends(lidia, "Решение по долгу", "Списать", Почему_списываем="Фирма закрылась")
    assert await end_of(casepress) == (CaseStatus.COMPLETED, "written_off")


async def chased(play: Play) -> Actor:
    """Bring the closing to the decision of the head; returns Vika, who chased."""
    vika = await at_payment(play)
    await play.let_pass(days=35)
    await sends(vika, "Оплата", "Не оплачено в срок")
    await sends(vika, "Напоминание об оплате", "Первое письмо")
    await sends(vika, "Напоминание об оплате", "Позвонили", О_чём_договорились="Обещали")
    await sends(vika, "Напоминание об оплате", "Второе письмо")
    return vika


async def test_a_chase_that_works_ends_as_such(casepress: Play) -> None:
    vika = await at_payment(casepress)
    await casepress.let_pass(days=20)
    await sends(vika, "Оплата", "Не оплачено в срок")
    await sends(vika, "Напоминание об оплате", "Первое письмо")

    await sends(vika, "Напоминание об оплате", "Оплачено")

    assert await end_of(casepress) == (CaseStatus.COMPLETED, "paid_after_chase")


async def test_instalments_go_back_to_the_payment_with_another_day(casepress: Play) -> None:
    vika = await chased(casepress)
    terms = {"Оплатить_до": "30.04.2026", "Условия_рассрочки": "Двумя частями"}
    await sends(casepress.person("lidia"), "Решение по долгу", "Рассрочка", **terms)

    form = await opened(vika, "Оплата")

    assert form.outcomes == ["Оплачено", "Клиент жалуется"]
    await casepress.let_pass(days=40)
    await sends(vika, "Оплата", "Не оплачено в срок")
    assert await stages_of(casepress) == ["decision"]


async def test_the_lawyer_recovers_the_debt_or_gives_it_back(casepress: Play) -> None:
    await chased(casepress)
    lidia, gleb = casepress.person("lidia"), casepress.person("gleb")
    await sends(lidia, "Решение по долгу", "Передать юристу")
    await gleb.completes("CLO-1", "Взыскание", {"Что сделано": "Претензия"}, "Взыскать нельзя")
    assert await stages_of(casepress) == ["decision"]

    await sends(lidia, "Решение по долгу", "Передать юристу")
    await gleb.completes("CLO-1", "Взыскание", {"Что сделано": "Суд"}, "Взыскано")

    assert await end_of(casepress) == (CaseStatus.COMPLETED, "paid_after_chase")


async def test_a_complaint_goes_to_the_specialists_head_and_never_to_the_specialist(casepress: Play) -> None:
    vika = await at_payment(casepress)
    await (await opened(vika, "Оплата")).fill(COMPLAINT).send("Клиент жалуется")

    stanislav, roman = casepress.person("stanislav"), casepress.person("roman")
    assert await roman.inbox() == []
    form = await stanislav.opens(await stanislav.told("CLO-1"))
    assert form.known["На что жалуется клиент"] == "Обещали раньше"
    await form.fill({"Что ответили клиенту": "Извинились", "Оплатить до": "31.03.2026"}).send("Жалоба улажена")

    assert (await opened(vika, "Оплата")).known["Оплатить до"].startswith("31")


async def test_a_head_who_did_the_work_does_not_hear_the_complaint_about_it(casepress: Play) -> None:
    await orders(casepress)
    await works(casepress, "stanislav")
    lidia = casepress.person("lidia")
    form = await lidia.opens(await lidia.told("CLO-1"), "Взять себе")
    await form.fill(COMPLAINT).send("Клиент жалуется")

    arkady = casepress.person("arkady")
    heard = await arkady.opens(await arkady.told("CLO-1"))
    await heard.fill({"Что ответили клиенту": "Извинились"}).send("Жалоба улажена")

    assert await stages_of(casepress) == ["papers"]


def grown(folder: Path, people: int) -> Path:
    """Return a copy of the pack in which so many people work in the contact centre; only its organisation differs."""
    copy = folder / "casepress"
    shutil.copytree(PACK, copy)
    organisation = (copy / "organisation.yaml").read_text(encoding="utf-8")
    for number in range(3, people + 1):
        organisation += (
            f"  operator_{number}:\n"
            f"    name: {{ru: Оператор Номер{number}, en: Operator Number{number}}}\n"
            "    post: contact_operator\n"
            "    department: contact_centre\n"
        )
    (copy / "organisation.yaml").write_text(organisation, encoding="utf-8")
    return copy


@pytest.mark.parametrize("people", [2, 3, 30])
async def test_the_processes_do_not_know_how_many_work_in_the_contact_centre(
    sqlite_url: str, tmp_path: Path, people: int
) -> None:
    async with Play(sqlite_url, str(grown(tmp_path, people))) as play:
        await orders(play)
        await works(play)
        last = "Вика Орлова" if people == 2 else f"Оператор Номер{people}"

        menu = await hands_over(play, last)

        assert len([button for button in menu.buttons if "задач" in button.label]) == people - 1
        name = "vika" if people == 2 else f"operator_{people}"
        await files_papers(play.person(name))
        await sends(play.person(name), "Оплата", "Оплачено")
        assert await end_of(play) == (CaseStatus.COMPLETED, "paid")


async def test_a_contact_centre_of_its_head_alone_needs_nobody_else(sqlite_url: str, tmp_path: Path) -> None:
    copy = grown(tmp_path, 2)
    text = (copy / "organisation.yaml").read_text(encoding="utf-8")
    before, _, after = text.partition("  vika:\n")
    (copy / "organisation.yaml").write_text(before + "  gleb:\n" + after.partition("  gleb:\n")[2], encoding="utf-8")
    async with Play(sqlite_url, str(copy)) as play:
        await orders(play)
        await works(play)
        lidia = play.person("lidia")

        await files_papers(lidia, await lidia.opens(await lidia.told("CLO-1"), "Взять себе"))

        assert await stages_of(play) == ["payment"]
