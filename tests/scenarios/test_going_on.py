"""Who has completed a task goes straight on with the next one of the case, where that is theirs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.reply import FormView, Reply
from tests.play.actor import Actor
from tests.play.form import Refused
from tests.play.play import Play
from tests.play.screen import words_of
from tests.small_companies.one_desk import write_company
from workflows.domain.case import TaskStatus


@pytest.fixture
async def workshop(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Play]:
    async with Play(sqlite_url, company=str(write_company(tmp_path / "pack"))) as play:
        yield play


async def taken_in(olga: Actor) -> Reply:
    """Have Olga take something in; returns what she is told."""
    return await (await olga.new_case()).fill({"Заказчик": "Ромашка"}).finish("Принять")


async def test_the_opener_claims_the_next_stage_of_their_department_from_the_last_screen(workshop: Play) -> None:
    olga = workshop.person("olga")

    told = await taken_in(olga)

    assert told.message is not None
    assert "REP-1, можно сразу продолжить: Осмотр" in words_of(told.message.text)
    form = await olga.opens(told, "Взять · Осмотр")
    assert (form.view.title, form.view.subtitle.split()[0]) == ("Осмотр", "REP-1")


async def test_a_task_that_was_given_to_whoever_did_the_last_one_opens(workshop: Play) -> None:
    olga = workshop.person("olga")
    form = await olga.opens(await taken_in(olga), "Взять · Осмотр")

    told = await form.fill({"Что сломано": "Ручка"}).finish("Осмотрено")

    assert told.message is not None
    assert "Детали" not in words_of(told.message.text)
    opened = await olga.press(told, "Открыть · Починка")
    assert isinstance(opened.dialog, FormView)


async def test_where_nothing_is_left_for_them_nothing_is_offered(workshop: Play) -> None:
    olga, vera = workshop.person("olga"), workshop.person("vera")
    form = await olga.opens(await taken_in(olga), "Взять · Осмотр")
    await form.fill({"Что сломано": "Ручка"}).finish("Осмотрено")

    told = await (await vera.takes("REP-1", "Детали")).finish("Выданы")

    assert told.message is None


async def test_who_comes_too_late_is_told_who_was_first(workshop: Play) -> None:
    olga, petr = workshop.person("olga"), workshop.person("petr")
    told = await taken_in(olga)
    await petr.takes("REP-1", "Осмотр")

    with pytest.raises(Refused, match="Пётр Чернов"):
        await olga.press(told, "Взять · Осмотр")

    tasks = (await workshop.case("REP-1")).tasks.values()
    assert [task.assignee for task in tasks if task.status is TaskStatus.CLAIMED] == ["petr"]
