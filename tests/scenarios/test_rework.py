"""Returned work in InPlat: corrected, it comes back to whoever returned it, and says what was corrected."""

from bot.conversation.reply import Ask
from tests.play.actor import Actor
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import ACQUISITION, BANK, DOCUMENTS, INTAKE
from workflows.domain.case import TaskStatus
from workflows.domain.ids import FieldName

HAND_BACK = "Исправлено, вернуть на проверку"
APPROVED_BY = FieldName("documents_approved_by")


async def returns(actor: Actor, stage: str, reason: str) -> None:
    """Return the work of a stage to the one stage that handed it over."""
    asked = (await actor.press(await actor.card("ONB-1", stage), "На доработку")).dialog
    assert isinstance(asked, Ask)
    await actor.answers(asked, reason)


async def test_work_returned_for_rework_comes_back_to_the_one_who_did_it(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do(play, "ONB-1", DOCUMENTS)
    anna, boris = play.person("anna"), play.person("boris")
    await anna.takes("ONB-1", BANK)

    await returns(anna, BANK, "Нет даты в доверенности")

    assert "Нет даты в доверенности" in (await boris.told("вернулась к вам на доработку")).text
    waiting = (await anna.cards("ONB-1", BANK))[-1].text
    assert "Возвращено на доработку" in waiting
    assert "Вернётся, когда исправит этап «Проверка документов клиента»" in waiting
    card = await boris.card("ONB-1", DOCUMENTS)
    assert "Возвращено на доработку с этапа «Получение ЭЦП и одобрение банком» (Анна Соколова)" in card.text
    assert "Причина: Нет даты в доверенности" in card.text
    form = await boris.opens(card)
    assert form.typed("Кто согласовал") == "Борис Лебедев и Мария Петровна"
    assert form.known["Возвращено на доработку"] == "Нет даты в доверенности"
    assert form.outcomes == [HAND_BACK, "Документов не хватает"]
    await form.fill({"Кто согласовал": "Борис Лебедев, доверенность от 4 марта"}).tick_all()
    await form.fill({"Что исправлено": "Дата проставлена"}).send(HAND_BACK)

    back = await anna.card("ONB-1", BANK)
    assert "Вернулось от: Борис Лебедев" in back.text
    assert "Исправлено: Кто согласовал, «Дата проставлена»" in back.text
    assert "доверенность от 4 марта" in back.text
    assert "Борис Лебедев и Мария Петровна" not in back.text, "the message was written anew"
    first, second = await play.letters("ONB-1", "h2_documents_approved")
    assert first.facts[APPROVED_BY] == "Борис Лебедев и Мария Петровна"
    assert second.facts[APPROVED_BY] == "Борис Лебедев, доверенность от 4 марта"


async def test_what_the_introduction_returned_comes_back_to_it_with_its_draft(play: Play) -> None:
    await inplat.open_case(play)
    anna, gleb = play.person("anna"), play.person("gleb")
    form = await gleb.takes("ONB-1", INTAKE)
    await form.fill({"Технический специалист клиента": "Пётр, +7 900 000-00-00"}).keep()

    await returns(gleb, INTAKE, "Телефон не отвечает")
    said = await gleb.says("/status ONB-1")
    assert "Вернётся, когда исправит этап «Привлечение клиента»" in said
    again = await anna.opens(await anna.card("ONB-1", ACQUISITION))
    assert again.outcomes == [HAND_BACK], "the decision to begin stands"
    await again.fill({"Телефон": "8 495 765-43-21", "Что исправлено": "Новый номер"}).tick_all()
    preview = await again.preview(HAND_BACK)
    assert preview.view.outcome_title == HAND_BACK
    assert preview.view.next_stages == ("Знакомство с клиентом (Отдел тех. поддержки)",)
    await preview.send()

    told = (await gleb.told("вернулось к вам")).text
    assert "Вернулось от: Анна Соколова" in told
    assert "Исправлено: Телефон, «Новый номер»" in told
    mine = await gleb.card("ONB-1", INTAKE)
    assert "Исполнитель: Глеб Никитин" in mine.text
    assert "+7 495 765-43-21" in mine.text
    resumed = await gleb.opens(mine)
    assert resumed.typed("Технический специалист клиента") == "Пётр, +7 900 000-00-00"
    assert resumed.known["Вернулось от: Анна Соколова"] == "Исправлено: Телефон, «Новый номер»"
    stages = [task.stage for task in (await play.case("ONB-1")).open_tasks()]
    assert stages == ["technical_intake", "documents"], "the documents were not asked for a second time"


async def test_two_returns_to_one_stage_each_come_back(play: Play) -> None:
    await inplat.open_case(play)
    anna, gleb, boris = play.person("anna"), play.person("gleb"), play.person("boris")
    await gleb.takes("ONB-1", INTAKE)
    await boris.takes("ONB-1", DOCUMENTS)
    await returns(gleb, INTAKE, "Телефон не отвечает")
    await returns(boris, DOCUMENTS, "ИНН другой фирмы")

    form = await anna.opens(await anna.card("ONB-1", ACQUISITION))
    reasons = form.known["Возвращено на доработку"]
    await (await form.tick_all()).send(HAND_BACK)

    assert reasons == ("Знакомство с клиентом: Телефон не отвечает\nПроверка документов клиента: ИНН другой фирмы")
    tasks = [(t.stage, t.assignee, t.status) for t in (await play.case("ONB-1")).open_tasks()]
    assert tasks == [
        ("technical_intake", "gleb", TaskStatus.CLAIMED),
        ("documents", "boris", TaskStatus.CLAIMED),
    ]


async def test_a_letter_never_repeats_a_remark_of_an_earlier_round(play: Play) -> None:
    await inplat.open_case(play)
    form = (await play.person("boris").takes("ONB-1", DOCUMENTS)).fill({"Чего не хватает": "Нет УСТАВА"})
    await form.send("Документов не хватает")
    await (await play.person("anna").takes("ONB-1", ACQUISITION)).send("Исправлено")
    assert "Чего не хватало: Нет УСТАВА" in (await play.person("boris").card("ONB-1", DOCUMENTS)).text
    await inplat.do(play, "ONB-1", DOCUMENTS)
    assert FieldName("documents_missing") not in (await play.case("ONB-1")).values
    form = (await play.person("anna").takes("ONB-1", BANK)).fill({"Что просит исправить банк": "Адрес сайта не тот"})
    await form.send("Банк просит исправить")

    await (await play.person("anna").takes("ONB-1", ACQUISITION)).send("Исправлено")

    text = (await play.person("boris").card("ONB-1", DOCUMENTS)).text
    assert "Что просил исправить банк: Адрес сайта не тот" in text
    assert "УСТАВА" not in text

    form = (await play.person("boris").takes("ONB-1", DOCUMENTS)).fill({"Чего не хватает": "Нет печати"})
    await form.send("Документов не хватает")
    await (await play.person("anna").takes("ONB-1", ACQUISITION)).send("Исправлено")
    text = (await play.person("boris").cards("ONB-1", DOCUMENTS))[-1].text
    assert "Чего не хватало: Нет печати" in text
    assert "Адрес сайта не тот" not in text, "the bank's remark was dealt with in the round before"
