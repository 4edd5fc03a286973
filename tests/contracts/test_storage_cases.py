"""What every storage keeps of cases: completely, in order, and nothing of what was refused."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.onboarding import ANNA, IVAN, ONBOARDING, ROMAN, STEPAN, TATIANA
from tests.storage.office import EVERYWHERE, Office, answers, office_on, opening
from workflows.domain import commands, errors
from workflows.domain.case import CaseStatus
from workflows.domain.decision import Decision
from workflows.domain.events import Event
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import CaseId, ItemId, OutcomeId, PersonId, StageId, TaskId
from workflows.domain.records import BUILT_IN_CLIENT, CLIENT
from workflows.domain.timers import ANY_OFFER, ArmTimer, CancelTimers, TimerKind
from workflows.ports.unit_of_work import AlreadyReceived, UnitOfWork

INTAKE, BUILD, PAPERS = TaskId("1.2"), TaskId("1.3"), TaskId("1.4")
ACCEPTED = answers(
    services=["cards", "sbp"], contact="Пётр\nИванов", goods=[{"name": "Чай ☕", "price": "10,50"}], refusal_reason=None
)


@pytest.fixture(params=EVERYWHERE)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office_on(request) as office:
        yield office


def complete(task: TaskId, outcome: str, **values: object) -> commands.CompleteTask:
    return commands.CompleteTask(task_id=task, outcome=OutcomeId(outcome), values=answers(**values))


async def press(office: Office, command: commands.Command, by: PersonId) -> Decision:
    """Do it a little later, and see that what was decided is what is kept."""
    office.clock.move(seconds=1.000001)
    decision = await office.do(command, by)
    assert await office.queries.case(decision.case.id) == decision.case
    return decision


def way_through() -> list[tuple[commands.Command, PersonId]]:
    """A case that is released, accepted, returned and refused in the end."""
    intake_again = TaskId("1.5")
    return [
        (opening(inn="7707083893", starts_on="2026-12-01", budget="1 000,50"), ANNA),
        (commands.ClaimTask(task_id=INTAKE), STEPAN),
        (commands.ReleaseTask(task_id=INTAKE), STEPAN),
        (commands.ClaimTask(task_id=INTAKE), TATIANA),
        (commands.TickItem(task_id=INTAKE, item=ItemId("called"), done=True), TATIANA),
        (commands.CompleteTask(task_id=INTAKE, outcome=OutcomeId("accepted"), values=ACCEPTED), TATIANA),
        (commands.ClaimTask(task_id=PAPERS), IVAN),
        (commands.AddComment(case_id=CaseId(1), text="Где договор?"), IVAN),
        (commands.ReturnTask(task_id=PAPERS, to=StageId("intake"), reason="Нет\tреквизитов"), IVAN),
        (complete(intake_again, "refused", services=["sbp"], refusal_reason="Не наш"), TATIANA),
    ]


async def test_a_case_is_read_back_as_it_was_decided_all_the_way(office: Office) -> None:
    decisions = [await press(office, command, by) for command, by in way_through()]

    last = decisions[-1].case
    assert (last.status, last.end, len(last.tasks)) == (CaseStatus.COMPLETED, "refused", 5)
    assert await office.queries.case_numbered(" onb-1 ") == last
    assert await office.write(lambda unit: unit.case(last.id)) == last


async def test_history_and_letters_tell_everything_in_order(office: Office) -> None:
    events: list[Event] = []
    for command, by in way_through():
        events.extend((await press(office, command, by)).events)

    assert list(await office.queries.history(CaseId(1))) == events
    assert list(await office.queries.letters(CaseId(1))) == office.letters.filled
    assert [letter.template for letter in office.letters.filled] == ["begun", "to_build", "to_papers", "refusal"]


async def test_an_unknown_case_is_none_however_large_its_number(office: Office) -> None:
    for case_id in (CaseId(0), CaseId(7), CaseId(2**63), CaseId(10**40)):
        assert await office.queries.case(case_id) is None
        with pytest.raises(errors.UnknownCase):
            await office.do(commands.ClaimTask(task_id=TaskId(f"{case_id}.1")), STEPAN)


async def test_a_refusal_writes_nothing_and_leaves_no_gap_in_the_numbers(office: Office) -> None:
    await office.open()
    outbox = await office.queries.outbox(office.clock.now(), 100)
    office.letters.missing = "contract"

    with pytest.raises(errors.LetterNotReady):
        await office.do(opening("ООО «Новый»"), ANNA, update_id="web:7")

    office.letters.missing = None
    assert await office.queries.outbox(office.clock.now(), 100) == outbox
    assert not await office.queries.records(CLIENT, "новый", 10)
    assert (await office.do(opening("ООО «Новый»"), ANNA, update_id="web:7")).case.number == "ONB-2"


async def test_whatever_a_refused_function_had_asked_for_is_not_written(office: Office) -> None:
    decision = await office.open()
    now = office.clock.now()

    def refused(unit: UnitOfWork) -> None:
        unit.reserve_case(ONBOARDING, "ONB")
        unit.update_record(BUILT_IN_CLIENT, unit.add_record(BUILT_IN_CLIENT, "ООО «Никто»", now).id, {}, now)
        unit.receive("web:9", now)
        unit.save_draft("new", Draft(answers=answers(client="Ю"), revision=1), now)
        unit.drop_timer(INTAKE, TimerKind.REMIND, 1)
        unit.keep_letters(office.letters.filled)
        unit.give_up(1, "rejected")
        raise errors.NothingChanges

    with pytest.raises(errors.NothingChanges):
        await office.write(refused)

    assert await office.queries.draft("new") is None
    assert not await office.queries.records(CLIENT, "никто", 10)
    assert not await office.queries.undeliverable(10)
    assert len(await office.queries.letters(decision.case.id)) == 1
    assert len(await office.queries.due_timers(now + timedelta(days=1), 10)) == 3
    assert (await office.do(opening(), ANNA, update_id="web:9")).case.number == "ONB-2"


async def test_a_redelivered_update_changes_nothing(office: Office) -> None:
    first = await office.do(opening(), ANNA, update_id="web:1")

    with pytest.raises(AlreadyReceived):
        await office.do(opening("ООО «Другой»"), ANNA, update_id="web:1")

    assert [line.number for line in await office.queries.active_cases(10)] == [first.case.number]
    assert not await office.queries.records(CLIENT, "другой", 10)
    assert (await office.do(opening(), ANNA, update_id="web:2")).case.number == "ONB-2"


async def test_an_update_is_known_until_it_is_forgotten(office: Office) -> None:
    old = office.clock.now()
    await office.write(lambda unit: unit.receive("web:1", old))
    recent = office.clock.move(days=2)
    await office.write(lambda unit: unit.receive("web:2", recent))

    await office.write(lambda unit: unit.forget_received(recent))

    await office.write(lambda unit: unit.receive("web:1", recent))
    with pytest.raises(AlreadyReceived):
        await office.write(lambda unit: unit.receive("web:2", recent))


async def test_each_process_counts_its_cases_by_itself(office: Office) -> None:
    numbers = [(await office.open()).case.number for _ in range(2)]
    complaint = commands.OpenCase(
        process=type(ONBOARDING)("complaint"), outcome=OutcomeId("closed"), values=answers(about="Шум")
    )
    other = (await office.do(complaint, STEPAN)).case

    assert [*numbers, other.number] == ["ONB-1", "ONB-2", "CMP-1"]
    assert (other.id, other.client) == (3, None)
    assert (await office.queries.case(other.id)) == other


async def test_timers_are_armed_cancelled_and_armed_anew(office: Office) -> None:
    async def armed() -> list[tuple[TaskId, TimerKind, int]]:
        due = await office.queries.due_timers(office.clock.now() + timedelta(days=9), 100)
        return [(timer.task_id, timer.kind, timer.generation) for timer in due]

    opened_at, late = office.clock.now(), (INTAKE, TimerKind.LATE, 0)
    await office.open()
    assert await armed() == [(INTAKE, TimerKind.REMIND, 1), (INTAKE, TimerKind.ESCALATE, 1), late]
    assert await office.queries.next_timer_due() == opened_at + timedelta(minutes=30)

    due_at = opened_at + timedelta(days=1)
    await office.do(commands.ClaimTask(task_id=INTAKE), STEPAN)
    assert await armed() == [late]
    assert await office.queries.next_timer_due() == due_at

    released_at = office.clock.move(minutes=5)
    await office.do(commands.ReleaseTask(task_id=INTAKE), STEPAN)
    assert await armed() == [(INTAKE, TimerKind.REMIND, 2), (INTAKE, TimerKind.ESCALATE, 2), late]
    assert await office.queries.next_timer_due() == released_at + timedelta(minutes=30)


@pytest.mark.parametrize("generation", [None, 1], ids=["every timer", "those of the offer"])
async def test_what_is_cancelled_and_not_armed_again_is_gone(office: Office, generation: int | None) -> None:
    case, due_at = (await office.open()).case, office.clock.now() + timedelta(days=3)
    again = ArmTimer(task_id=INTAKE, kind=TimerKind.REMIND, generation=2, due_at=due_at)
    changes = (CancelTimers(task_id=INTAKE, generation=generation), again)

    await office.write(lambda unit: unit.save(case, Decision(case=case, timers=changes)))

    kept = {timer.kind for timer in await office.queries.due_timers(due_at, 100)}
    assert kept == {TimerKind.REMIND} | ({TimerKind.LATE} if generation else set())


async def test_a_timer_that_was_put_off_is_not_due_yet(office: Office) -> None:
    case, due_at = (await office.open()).case, office.clock.move(days=1)
    put_off = ArmTimer(task_id=INTAKE, kind=TimerKind.LATE, generation=ANY_OFFER, due_at=due_at + timedelta(days=1))
    assert await office.write(lambda unit: unit.is_due(INTAKE, TimerKind.LATE, ANY_OFFER, due_at))

    await office.write(lambda unit: unit.save(case, Decision(case=case, timers=(put_off,))))

    assert not await office.write(lambda unit: unit.is_due(INTAKE, TimerKind.LATE, ANY_OFFER, due_at))
    assert await office.write(lambda unit: unit.is_due(INTAKE, TimerKind.LATE, ANY_OFFER, put_off.due_at))


async def test_a_timer_is_due_from_its_moment_on_and_forgotten_only_as_it_was_armed(office: Office) -> None:
    await office.open()
    just_before = office.clock.move(minutes=30) - timedelta(microseconds=1)
    assert not await office.queries.due_timers(just_before, 10)
    assert len(await office.queries.due_timers(office.clock.now(), 10)) == 1

    await office.write(lambda unit: unit.drop_timer(INTAKE, TimerKind.REMIND, 2))
    assert len(await office.queries.due_timers(office.clock.now(), 10)) == 1

    await office.write(lambda unit: unit.drop_timer(INTAKE, TimerKind.REMIND, 1))
    assert not await office.queries.due_timers(office.clock.now(), 10)


async def test_the_earliest_waiting_client_is_found_by_the_opening_of_the_case(office: Office) -> None:
    first = await office.open("ООО «Первый»")
    second = await office.open("ООО «Второй»")
    office.clock.move(seconds=1)
    await office.open("ООО «Третий»")

    with pytest.raises(errors.EarlierClientWaits) as third:
        await office.do(commands.ClaimTask(task_id=TaskId("3.2")), STEPAN)
    with pytest.raises(errors.EarlierClientWaits) as refusal:
        await office.do(commands.ClaimTask(task_id=TaskId("2.2")), STEPAN)

    assert (third.value.number, refusal.value.number) == (first.case.number, first.case.number)
    assert (refusal.value.client, refusal.value.task_id) == ("ООО «Первый»", "1.2")
    await office.do(commands.ClaimTask(task_id=INTAKE), STEPAN)
    await office.do(commands.ClaimTask(task_id=TaskId("2.2")), STEPAN)
    assert second.case.opened_at == first.case.opened_at


async def test_a_comment_is_history_and_changes_no_task(office: Office) -> None:
    await office.open()
    await office.do(commands.ClaimTask(task_id=INTAKE), STEPAN)
    kept = await office.queries.case(CaseId(1))
    await office.do(commands.AddComment(case_id=CaseId(1), text="Проверяем"), ROMAN)

    assert await office.queries.case(CaseId(1)) == kept
    assert [type(event).__name__ for event in await office.queries.history(CaseId(1))][-2:] == [
        "TaskClaimed",
        "CommentAdded",
    ]
