"""The one write path over every storage: what comes twice, late or unstorable."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.onboarding import ANNA, STEPAN
from tests.storage.office import EVERYWHERE, Office, answers, office_on, opening
from workflows.domain.commands import ClaimTask, CompleteTask, SaveDraft, TickItem
from workflows.domain.decision import Decision
from workflows.domain.errors import TaskIsClosed
from workflows.domain.events import DepartmentReminded
from workflows.domain.filling import Filling
from workflows.domain.forms.drafts import NO_DRAFT
from workflows.domain.ids import CaseId, ItemId, OutcomeId, TaskId
from workflows.domain.records import CLIENT
from workflows.domain.timers import ArmTimer, TimerKind
from workflows.ports.unit_of_work import AlreadyReceived
from workflows.usecases.fire_timers import TimerFiring
from workflows.usecases.form_drafts import task_draft
from workflows.usecases.handle_command import CommandHandler

INTAKE = TaskId("1.2")


@pytest.fixture(params=EVERYWHERE)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office_on(request) as office:
        yield office


async def claimed(office: Office) -> None:
    await office.open()
    await office.do(ClaimTask(task_id=INTAKE), STEPAN)


async def test_a_form_that_comes_twice_in_one_update_is_known_and_another_one_is_refused(office: Office) -> None:
    await claimed(office)
    await office.do(TickItem(task_id=INTAKE, item=ItemId("called"), done=True), STEPAN)
    sending = CompleteTask(
        task_id=INTAKE, outcome=OutcomeId("accepted"), values=answers(services=["cards"], contact="Пётр")
    )
    await office.do(sending, STEPAN, update_id="web:1")

    with pytest.raises(AlreadyReceived):
        await office.do(sending, STEPAN, update_id="web:1")
    with pytest.raises(TaskIsClosed):
        await office.do(sending, STEPAN, update_id="web:2")


async def test_what_no_database_stores_is_kept_out_of_drafts_and_client_names(office: Office) -> None:
    await office.open("ООО \x00«Ромашка»\ud800")
    await office.do(ClaimTask(task_id=INTAKE), STEPAN)

    await office.do(
        SaveDraft(task_id=INTAKE, filling=Filling(values=answers(contact="Пётр\x00 ", goods=[{"name": "\x00x"}]))),
        STEPAN,
    )

    draft = await office.queries.draft(task_draft(INTAKE))
    assert draft is not None
    assert draft.answers == answers(contact="Пётр ", goods=[{"name": "x"}])
    assert [client.name for client in await office.queries.records(CLIENT, "", 10)] == ["ООО «Ромашка»"]


async def test_a_timer_that_two_processes_see_due_fires_once(office: Office) -> None:
    await office.open()
    now = office.clock.move(minutes=31)
    due = await office.queries.due_timers(now, 10)
    firing = TimerFiring(handler=office.handler, storage=office.storage, queries=office.queries, clock=office.clock)

    assert await firing.fire_due() == len(due) == 1
    for timer in due:
        await firing.fire(timer)

    reminders = [e for e in await office.queries.history(CaseId(1)) if isinstance(e, DepartmentReminded)]
    assert len(reminders) == 1


async def test_the_preview_of_a_case_not_opened_yet_writes_nothing(office: Office) -> None:
    handler: CommandHandler = office.handler

    decision, letters, _ = await handler.preview(opening("Альфа"), NO_DRAFT, None, actor=ANNA)

    assert decision.case.number == "ONB-…"
    assert [letter.template for letter in letters] == ["begun"]
    assert await office.queries.case(CaseId(1)) is None
    assert not await office.queries.records(CLIENT, "", 10)


async def test_a_timer_of_a_case_that_is_gone_does_not_stand_in_the_way_of_the_others(office: Office) -> None:
    await office.open()
    due_at = office.clock.now() - timedelta(minutes=1)
    lost = ArmTimer(task_id=TaskId("99.1"), kind=TimerKind.REMIND, generation=1, due_at=due_at)
    case = await office.queries.case(CaseId(1))
    assert case is not None
    await office.write(lambda unit: unit.save(case, Decision(case=case, timers=(lost,))))
    office.clock.move(minutes=31)

    fired = await TimerFiring(
        handler=office.handler, storage=office.storage, queries=office.queries, clock=office.clock
    ).fire_due()

    assert fired == 2
    assert not await office.queries.due_timers(office.clock.now(), 10)
