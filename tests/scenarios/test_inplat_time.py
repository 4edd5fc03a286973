"""InPlat when time passes and people change: reaction times, heads, drafts, cancelling, restarts, languages."""

import pytest

from bot.conversation.reply import Ask, Menu
from tests.play.form import Refused
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import ACQUISITION, BANK, DOCUMENTS, INTAKE, TESTING
from workflows.domain.case import CaseStatus
from workflows.domain.text import Language


async def test_an_unclaimed_task_is_brought_up_in_the_channel_and_then_with_the_head(play: Play) -> None:
    await inplat.open_case(play)
    daria, nikolay = inplat.everybody_of(play, "daria", "nikolay")
    before = len(await daria.reads("tech_support"))

    await play.let_pass(minutes=29)
    assert len(await daria.reads("tech_support")) == before

    await play.let_pass(minutes=1)
    reminder = (await daria.reads("tech_support"))[-1]
    assert "Эту задачу ещё никто не взял. Она ждёт с 2 марта, 09:00." in reminder.text
    assert await nikolay.inbox() == []

    await play.let_pass(minutes=30)
    (told,) = await nikolay.inbox()
    assert "Отдел тех. поддержки: эту задачу никто не взял. Она ждёт с 2 марта, 09:00." in told.text
    assert told.labels == ["Взять", "Переназначить", "Дело"]

    await play.let_pass(days=2)
    assert len(await nikolay.inbox()) == 1


@pytest.mark.parametrize("is_claimed", [False, True])
async def test_a_card_says_that_it_is_late_from_the_moment_on(play: Play, is_claimed: bool) -> None:
    await inplat.open_case(play)
    daria = play.person("daria")
    if is_claimed:
        await daria.takes("ONB-1", INTAKE)

    await play.let_pass(days=1, minutes=-1)
    assert "Срок: 3 марта, 09:00" in (await daria.card("ONB-1", INTAKE)).text
    await play.let_pass(minutes=1)
    assert "Опоздание: срок был 3 марта, 09:00" in (await daria.card("ONB-1", INTAKE)).text

    anna = play.person("anna")
    asked = (await anna.press(await anna.asks("/status ONB-1"), "Отменить дело")).dialog
    assert isinstance(asked, Ask)
    await anna.answers(asked, "Клиент передумал")
    assert "Опоздание" not in (await daria.card("ONB-1", INTAKE)).text


async def test_a_task_claimed_in_time_disturbs_nobody(play: Play) -> None:
    await inplat.open_case(play)
    await play.let_pass(minutes=29)
    await play.person("daria").takes("ONB-1", INTAKE)
    before = len(await play.person("daria").reads("tech_support"))

    await play.let_pass(hours=5)

    assert len(await play.person("daria").reads("tech_support")) == before
    assert await play.person("nikolay").inbox() == []


async def test_the_head_reassigns_from_the_card_seeing_what_everybody_has_in_hand(play: Play) -> None:
    await inplat.open_case(play)
    daria, gleb, nikolay = inplat.everybody_of(play, "daria", "gleb", "nikolay")
    await daria.takes("ONB-1", INTAKE)
    assert "Переназначить" not in (await daria.card("ONB-1", INTAKE)).labels

    menu = (await nikolay.press(await nikolay.card("ONB-1", INTAKE), "Переназначить")).dialog
    assert isinstance(menu, Menu)
    assert [button.label for button in menu.buttons] == ["Глеб Никитин: 0 задач", "Николай Громов: 0 задач"]
    reply = await nikolay.press(menu, "Глеб Никитин: 0 задач")

    assert reply.toast == "ONB-1: новый исполнитель — Глеб Никитин."
    assert "Исполнитель: Глеб Никитин" in (await daria.card("ONB-1", INTAKE)).text
    assigned = await gleb.told("Задача теперь у вас.")
    assert "Кто назначил: Николай Громов" in assigned.text
    assert "начата работа с клиентом" in assigned.text
    assert "Кто решил: Николай Громов" in (await daria.told("Задача больше не у вас.")).text
    await (await gleb.opens(assigned)).keep()


async def test_a_draft_stays_for_the_next_assignee(play: Play) -> None:
    await inplat.open_case(play)
    daria, gleb, nikolay = inplat.everybody_of(play, "daria", "gleb", "nikolay")
    form = (await daria.takes("ONB-1", INTAKE)).fill({"Заметка": "Сайт на Битриксе"})
    await form.keep()
    menu = (await nikolay.press(await nikolay.card("ONB-1", INTAKE), "Переназначить")).dialog
    assert isinstance(menu, Menu)

    await nikolay.press(menu, "Глеб Никитин: 0 задач")

    taken_over = await gleb.opens(await gleb.card("ONB-1", INTAKE))
    assert taken_over.typed("Заметка") == "Сайт на Битриксе"
    assert "intake_note" not in (await play.case("ONB-1")).values
    with pytest.raises(Refused, match="Глеб Никитин"):
        await form.keep()


async def test_a_released_task_is_offered_again_and_watched_over_anew(play: Play) -> None:
    await inplat.open_case(play)
    daria, gleb = inplat.everybody_of(play, "daria", "gleb")
    await play.let_pass(minutes=20)
    await daria.takes("ONB-1", INTAKE)
    await play.let_pass(minutes=20)

    await daria.press(await daria.card("ONB-1", INTAKE), "Вернуть в очередь")

    (card,) = await gleb.cards("ONB-1", INTAKE)
    assert "Ждёт исполнителя" in card.text
    before = len(await gleb.reads("tech_support"))
    await play.let_pass(minutes=29)
    assert len(await gleb.reads("tech_support")) == before
    await play.let_pass(minutes=1)
    assert "Эту задачу ещё никто не взял." in (await gleb.reads("tech_support"))[-1].text
    await gleb.takes("ONB-1", INTAKE)


async def test_a_cancelled_case_leaves_nothing_open_and_everybody_concerned_is_told(play: Play) -> None:
    await inplat.open_case(play)
    vera, boris, gleb = inplat.everybody_of(play, "vera", "boris", "gleb")
    await boris.takes("ONB-1", DOCUMENTS)
    asked = (await vera.press(await vera.asks("/status ONB-1"), "Отменить дело")).dialog
    assert isinstance(asked, Ask)

    reply = await vera.answers(asked, "Клиент передумал")

    assert reply.toast == "Дело ONB-1 отменено."
    case = await play.case("ONB-1")
    assert (case.status, list(case.open_tasks())) == (CaseStatus.CANCELLED, [])
    cancelled = await play.person("anna").told("Дело отменено.")
    assert "Клиент передумал" in cancelled.text
    assert "Задачу больше не нужно делать: дело закрыто." in (await boris.told("не нужно делать")).text
    assert (await gleb.card("ONB-1", INTAKE)).labels == ["Дело"]
    await play.let_pass(days=1)
    assert await play.person("nikolay").inbox() == []


async def test_somebody_of_another_department_cannot_take_a_task_and_learns_who_can_help(play: Play) -> None:
    await inplat.open_case(play)
    card = await play.person("gleb").card("ONB-1", INTAKE)

    with pytest.raises(Refused, match="Николай Громов"):
        await play.person("kirill").press(card, "Взять")

    assert "Ждёт исполнителя" in (await play.person("gleb").card("ONB-1", INTAKE)).text


async def test_a_stale_card_answers_politely_and_tells_where_the_case_stands(play: Play) -> None:
    await inplat.open_case(play)
    stale = await play.person("maria").card("ONB-1", DOCUMENTS)
    await inplat.do(play, "ONB-1", DOCUMENTS)

    with pytest.raises(Refused) as told:
        await play.person("maria").press(stale, "Взять")

    assert "Задача уже завершена: Борис Лебедев, сегодня в 09:00." in str(told.value)
    assert BANK in str(told.value)


async def test_a_restart_in_the_middle_loses_nothing(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do(play, "ONB-1", INTAKE)
    boris = play.person("boris")
    form = (await boris.takes("ONB-1", DOCUMENTS)).fill({"Кто согласовал": "Борис Лебедев"})
    await form.tick("ИНН совпадает с документами")
    await form.keep()
    play.is_delivering = False
    await inplat.open_case(play, "ООО «Ландыш»", inn="7728168971")
    assert await play.person("gleb").cards("ONB-2", INTAKE) == []
    play.clock.move(minutes=61)

    await play.restart()

    boris, gleb = inplat.everybody_of(play, "boris", "gleb")
    assert len(await gleb.cards("ONB-2", INTAKE)) == 1
    assert "Она ждёт с 2 марта, 09:00." in (await gleb.reads("tech_support"))[-1].text
    assert "Она ждёт с 2 марта, 09:00." in (await play.person("nikolay").told("никто не взял")).text
    again = await boris.opens(await boris.card("ONB-1", DOCUMENTS))
    assert again.typed("Кто согласовал") == "Борис Лебедев"
    assert [item.label for item in again.view.checklist if item.done] == ["ИНН совпадает с документами"]
    await again.fill(inplat.WORK[DOCUMENTS].answers).tick_all()
    await again.send("Документы согласованы")
    await inplat.do_up_to(play, "ONB-1", BANK, *list(inplat.WORK)[3:])
    assert (await play.case("ONB-1")).end == "connected"
    assert len(await gleb.cards("ONB-1", TESTING)) == 1


async def test_somebody_who_reads_english_sees_english_and_the_others_stay_with_russian(play: Play) -> None:
    daria, gleb = inplat.everybody_of(play, "daria", "gleb")
    await inplat.open_case(play)
    await daria.says("/lang en")

    card = await daria.card("ONB-1", "Technical introduction")

    assert card.labels == ["Claim", "Case"]
    assert "Waiting to be claimed since 2 March, 09:00" in card.text
    assert "We have begun work with the client" in card.text
    assert "Anna Sokolova" in card.text
    form = await daria.takes("ONB-1", "Technical introduction")
    form.fill({"The client's technical contact": "Oleg"})
    await form.tick_all()
    preview = await form.send("Acknowledged")
    assert preview.view.title == "What will be sent"
    assert "Completed: Acknowledged" in (await daria.card("ONB-1", "Technical introduction")).text
    assert "Завершено: Принято к сведению" in (await gleb.card("ONB-1", INTAKE)).text
    assert "Waiting to be claimed" in await daria.says("/status ONB-1")
    assert "Ждёт исполнителя" in await gleb.says("/status ONB-1")


async def test_a_hostile_client_name_shows_literally_everywhere(play: Play) -> None:
    hostile = "<b>Ромашка & Co</b> *_{{x}}_*"
    await inplat.open_case(play, hostile)
    gleb = play.person("gleb")

    card = await gleb.card("ONB-1", INTAKE)

    assert card.text.startswith(f"ONB-1 · {hostile} — {INTAKE}")
    assert f"Мы начали работу с клиентом {hostile}." in card.text
    assert hostile in await gleb.says("/status")
    (letter,) = await play.letters("ONB-1", "h1_work_begun")
    assert f"Мы начали работу с клиентом {hostile}." in letter.texts[Language.RU].body
    assert ACQUISITION not in card.text.partition("\n")[0]
