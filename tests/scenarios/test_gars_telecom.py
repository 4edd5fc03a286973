"""A telecom operator: payments approved by amount, and faults that go from line to line until the client confirms."""

from collections.abc import AsyncIterator

import pytest

from tests.play.play import Play
from tests.scenarios.gars import PAYMENT, TICKET, asked_by_message, end_of, new_case, open_stages
from workflows.domain.case import CaseStatus
from workflows.domain.text import Language


@pytest.fixture
async def gars(sqlite_url: str) -> AsyncIterator[Play]:
    """The operator at nine o'clock on a Monday."""
    async with Play(sqlite_url, "gars_telecom") as opened:
        yield opened


async def asks_payment(play: Play, **others: object) -> None:
    """Artyom, an engineer, asks for a payment."""
    form = await new_case(play, "artyom", "Финансовая заявка")
    await form.fill({**PAYMENT, **others}).send("На согласование")


async def test_a_million_is_approved_by_three_in_turn(gars: Play) -> None:
    await asks_payment(gars, **{"Сумма": "1 000 000"})
    for approver in ("viktor", "filipp", "gleb"):
        assert await open_stages(gars, "FIN-1") == ["approval"]
        await (await asked_by_message(gars, approver, "FIN-1")).send("Согласовать")

    assert await open_stages(gars, "FIN-1") == ["payment"]


async def test_a_head_does_not_approve_their_own_request(gars: Play) -> None:
    form = await new_case(gars, "viktor", "Финансовая заявка")
    await form.fill(PAYMENT).send("На согласование")

    await (await asked_by_message(gars, "gleb", "FIN-1")).send("Согласовать")

    assert await open_stages(gars, "FIN-1") == ["payment"]


async def test_accounting_returns_a_request_with_a_reason_and_it_is_approved_anew(gars: Play) -> None:
    await asks_payment(gars)
    await (await asked_by_message(gars, "viktor", "FIN-1")).send("Согласовать")
    reason = {"Почему возвращаете": "В счёте другая сумма"}
    sent = await gars.person("vera").completes("FIN-1", "Оплата", reason, "Вернуть с причиной")
    assert "В счёте другая сумма" in sent.letters[0].body

    artyom = gars.person("artyom")
    form = await artyom.opens(await artyom.told("FIN-1"), "Взять")
    await form.fill({"Сумма": "200 000"}).send("Исправлено")
    await (await asked_by_message(gars, "viktor", "FIN-1")).send("Согласовать")
    assert await open_stages(gars, "FIN-1") == ["approval"]
    refused = (await asked_by_message(gars, "filipp", "FIN-1")).fill({"Комментарий": "Дорого"})
    await refused.send("Отказать")

    assert await end_of(gars, "FIN-1") == (CaseStatus.COMPLETED, "refused")
    assert "Дорого" in (await gars.letters("FIN-1", "f_refused"))[0].texts[Language.RU].body


async def test_a_critical_ticket_that_nobody_takes_is_told_to_the_head(gars: Play) -> None:
    form = await new_case(gars, "dasha", "Заявка о неисправности")
    await form.fill({**TICKET, "Важность": "Критическая"}).send("Заявка принята")
    await gars.let_pass(minutes=14)
    with pytest.raises(LookupError):
        await gars.person("semyon").told("TT-1")

    await gars.let_pass(minutes=2)

    assert "TT-1" in (await gars.person("semyon").told("TT-1")).text


async def test_a_ticket_that_waits_for_the_client_has_no_due_date(gars: Play) -> None:
    form = await new_case(gars, "dasha", "Заявка о неисправности")
    await form.fill({**TICKET, "Важность": "Высокая"}).send("Заявка принята")
    waiting = {"Чего ждём от клиента": "Доступ в серверную"}
    await gars.person("nikita").completes("TT-1", "Первая линия, высокая", waiting, "Ждём клиента")
    (task,) = (await gars.case("TT-1")).open_tasks()
    assert (task.stage, task.due_at) == ("waiting_high", None)

    answer = {"Что ответил клиент": "Доступ есть"}
    await gars.person("nikita").completes("TT-1", "Ждём клиента: высокая", answer, "Клиент ответил")

    assert await open_stages(gars, "TT-1") == ["first_line_high"]
