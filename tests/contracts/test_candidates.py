"""For whom tasks are, in every storage: whose queue shows them, who is passed over, and how they are shared out."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.onboarding import ANNA, NIKOLAY, STEPAN, SUPPORT, TATIANA, onboarding
from tests.storage.office import EVERYWHERE, Office, office_on, reading
from workflows.domain import commands, errors
from workflows.domain.candidates import QueueReader
from workflows.domain.ids import CaseId, PersonId, StageId, TaskId
from workflows.domain.who import ButNot, Offer, WhoKind, WhoRule
from workflows.usecases.organising import CurrentOrganisation
from workflows.usecases.review_tasks import review_tasks
from workflows.usecases.running_processes import Definitions

FOR_TATIANA = WhoRule(kind=WhoKind.PERSON, name=TATIANA)


@pytest.fixture(params=EVERYWHERE)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office_on(request) as office:
        yield office


def with_intake(office: Office, **changes: object) -> Office:
    """Return the office with the stage of its support changed."""
    definition = onboarding()
    intake = StageId("intake")
    stages = {**definition.stages, intake: replace(definition.stages[intake], **changes)}  # type: ignore[arg-type]  # tests name what they change
    definitions = Definitions([replace(definition, stages=stages)])
    return replace(office, handler=replace(office.handler, definitions=definitions))


async def seen(office: Office, reader: QueueReader) -> list[TaskId]:
    return [line.task_id for line in (await office.queries.queue(reader, 10)).lines]


async def test_a_task_for_somebody_is_in_that_queue_and_in_those_of_the_heads(office: Office) -> None:
    office = with_intake(office, who=(FOR_TATIANA,))
    opened = (await office.open()).case
    task = TaskId("1.2")

    assert await office.queries.case(opened.id) == opened
    assert opened.tasks[task].candidates == (TATIANA,)
    assert await seen(office, reading(SUPPORT, by=TATIANA)) == [task]
    assert await seen(office, reading(by=TATIANA)) == [task]
    assert await seen(office, QueueReader(person=NIKOLAY, works_in=(SUPPORT,), leads=(SUPPORT,))) == [task]
    assert await seen(office, reading(SUPPORT, by=STEPAN)) == []
    assert await seen(office, reading(SUPPORT, by="tatian_")) == []


async def test_whom_four_eyes_bar_does_not_see_the_task(office: Office) -> None:
    office = with_intake(office, but_not=ButNot(opener=True))
    await office.open()

    assert await seen(office, reading(SUPPORT, by=STEPAN)) == [TaskId("1.2")]
    assert await seen(office, reading(SUPPORT, by=ANNA)) == []


async def test_nobody_overtakes_a_task_that_is_for_somebody_else(office: Office) -> None:
    await with_intake(office, who=(FOR_TATIANA,)).open("Альфа")
    office.clock.move(minutes=1)
    await office.open("Бета")

    await office.do(commands.ClaimTask(task_id=TaskId("2.2")), STEPAN)
    await office.do(commands.ReleaseTask(task_id=TaskId("2.2")), STEPAN)

    with pytest.raises(errors.EarlierClientWaits):
        await office.do(commands.ClaimTask(task_id=TaskId("2.2")), TATIANA)


async def given(office: Office, count: int) -> list[PersonId | None]:
    """Open some cases; return who has been given the task of each."""
    return [(await office.open(f"Клиент {n}")).case.tasks[TaskId(f"{n}.2")].assignee for n in range(1, count + 1)]


async def test_tasks_go_round_in_turn(office: Office) -> None:
    assert await given(with_intake(office, offer=Offer.TURN), 4) == [STEPAN, TATIANA, STEPAN, TATIANA]


async def test_tasks_go_to_whoever_has_the_fewest(office: Office) -> None:
    office = with_intake(office, offer=Offer.LEAST_LOADED)
    assert await given(office, 2) == [STEPAN, TATIANA]

    await office.do(commands.ReassignTask(task_id=TaskId("1.2"), to=TATIANA), NIKOLAY)

    assert (await office.open("Ещё один")).case.tasks[TaskId("3.2")].assignee == STEPAN


async def test_after_a_change_of_the_company_tasks_find_their_people_again(office: Office) -> None:
    office = with_intake(office, who=(FOR_TATIANA,))
    await office.open("Альфа")
    await office.open("Бета")
    await office.do(commands.ClaimTask(task_id=TaskId("1.2")), TATIANA)
    known = office.handler.organisation.now
    left = replace(known, people={p: who for p, who in known.people.items() if p != TATIANA})

    without = replace(office.handler, organisation=CurrentOrganisation(left))
    changed = await review_tasks(without, office.queries)

    assert list(changed) == [TaskId("1.2"), TaskId("2.2")]
    cases = [await office.queries.case(CaseId(number)) for number in (1, 2)]
    tasks = [case.tasks[task] for case, task in zip(cases, changed, strict=True) if case is not None]
    assert [(task.assignee, task.candidates) for task in tasks] == [(NIKOLAY, ()), (NIKOLAY, ())]
    assert list(await review_tasks(without, office.queries)) == []
