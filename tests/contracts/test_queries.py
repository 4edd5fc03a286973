"""What every storage returns to the screens."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from tests.onboarding import ANNA, SALES, STEPAN, SUPPORT, TATIANA
from tests.storage.office import EVERYWHERE, Office, answers, office_on, reading
from workflows.domain import commands
from workflows.domain.case import CaseStatus, TaskStatus
from workflows.domain.ids import CaseId, ClientId, DepartmentId, FieldName, ItemId, OutcomeId, PersonId, TaskId
from workflows.domain.records import BUILT_IN_CLIENT, CLIENT
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.queries import Workload
from workflows.ports.unit_of_work import ShownCard

CHAT = ChatAddress("web:#support")


@pytest.fixture(params=EVERYWHERE)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office_on(request) as office:
        yield office


async def open_at_once_and_later(office: Office) -> None:
    """Cases 1 and 2 are opened in the same moment, case 3 a minute later."""
    await office.open("Альфа")
    await office.open("Бета")
    office.clock.move(minutes=1)
    await office.open("Гамма")


async def find(office: Office, words: str) -> list[str]:
    return [line.number for line in await office.queries.find_cases(words, 10)]


async def test_a_queue_is_in_the_order_in_which_the_clients_came(office: Office) -> None:
    await open_at_once_and_later(office)
    await office.do(commands.ClaimTask(task_id=TaskId("1.2")), STEPAN)
    office.clock.move(minutes=1)
    await office.do(commands.ReleaseTask(task_id=TaskId("1.2")), STEPAN)

    page = await office.queries.queue(reading(SUPPORT, SALES), 10)

    queue = page.lines
    assert (list(page.places), page.count) == ([1, 2, 3], 3)
    assert [(line.number, line.client) for line in queue] == [("ONB-1", "Альфа"), ("ONB-2", "Бета"), ("ONB-3", "Гамма")]
    assert {(line.status, line.stage, line.department, line.assignee) for line in queue} == {
        (TaskStatus.READY, "intake", SUPPORT, None)
    }
    assert queue[0].opened_at == queue[1].opened_at < queue[2].opened_at < queue[0].offered_at
    assert not (await office.queries.queue(reading(SALES), 10)).lines
    assert not (await office.queries.queue(reading(), 10)).lines


async def test_a_queue_is_read_page_by_page(office: Office) -> None:
    await open_at_once_and_later(office)

    second = await office.queries.queue(reading(SUPPORT, SALES), 2, 2)
    past = await office.queries.queue(reading(SUPPORT, SALES), 2, 4)

    assert [line.number for line in second.lines] == ["ONB-3"]
    assert (list(second.places), second.count) == ([3], 3)
    assert (list(past.lines), list(past.places), past.count) == ([], [], 0)


async def test_a_position_counts_the_earlier_clients_who_still_wait_at_the_stage(office: Office) -> None:
    await open_at_once_and_later(office)

    async def positions() -> list[int | None]:
        tasks = [TaskId(f"{n}.2") for n in (1, 2, 3)]
        facts = await office.queries.delivery_facts([CaseId(1)], tasks)
        return [facts.positions.get(task) for task in tasks]

    assert await positions() == [1, 2, 3]

    await office.do(commands.ClaimTask(task_id=TaskId("1.2")), STEPAN)

    assert await positions() == [None, 1, 2]


async def test_delivery_reads_cases_with_their_letters_and_what_chats_show_of_their_tasks(office: Office) -> None:
    await office.open()
    await office.open("ООО «Лютик»")
    cases = [await office.queries.case(CaseId(n)) for n in (1, 2)]
    done, waiting = TaskId("1.1"), TaskId("1.2")
    card = ShownCard(task_id=waiting, chat=CHAT, message_id=MessageId("m7"), revision=3)
    [row, *_] = await office.queries.outbox(office.clock.now(), 1)
    await office.write(lambda unit: unit.delivered(row.id, card))

    facts = await office.queries.delivery_facts(
        {CaseId(2), CaseId(1), CaseId(9), CaseId(10**30)}, {done, waiting, TaskId("1.9")}
    )

    assert list(facts.cases.values()) == cases
    assert {case: list(letters) for case, letters in facts.letters.items()} == {
        case: [letter for letter in office.letters.filled if letter.case_id == case] for case in (1, 2)
    }
    assert facts.cards == {(waiting, CHAT): card}
    assert facts.positions == {waiting: 1}
    nothing = await office.queries.delivery_facts([CaseId(9)], [])
    assert (nothing.cases, nothing.letters, nothing.cards, nothing.positions) == ({}, {}, {}, {})


async def test_my_tasks_are_those_i_have_claimed(office: Office) -> None:
    await open_at_once_and_later(office)
    for number in (1, 2, 3):
        await office.do(commands.ClaimTask(task_id=TaskId(f"{number}.2"), reason="просили"), STEPAN)

    mine = await office.queries.my_tasks(STEPAN)

    assert [line.task_id for line in mine] == ["1.2", "2.2", "3.2"]
    assert {(line.assignee, line.claimed_at) for line in mine} == {(STEPAN, office.clock.now())}
    assert not await office.queries.my_tasks(TATIANA)
    assert not (await office.queries.queue(reading(SUPPORT), 10)).lines


async def test_loads_count_claimed_tasks_and_name_everybody_asked_for(office: Office) -> None:
    await open_at_once_and_later(office)
    for number in (1, 2):
        await office.do(commands.ClaimTask(task_id=TaskId(f"{number}.2")), STEPAN)

    assert await office.queries.loads([TATIANA, STEPAN]) == {TATIANA: 0, STEPAN: 2}
    assert await office.queries.loads([]) == {}


async def test_workloads_tell_late_tasks_and_the_oldest(office: Office) -> None:
    await open_at_once_and_later(office)
    first = office.clock.now()
    await office.do(commands.ClaimTask(task_id=TaskId("1.2")), STEPAN)
    office.clock.move(minutes=5)
    await office.do(commands.ClaimTask(task_id=TaskId("2.2")), STEPAN)

    loads = await office.queries.workloads([TATIANA, STEPAN], first)
    assert loads == {TATIANA: Workload(), STEPAN: Workload(tasks=2, late=0, oldest=first)}
    due = [task for task in await office.queries.my_tasks(STEPAN) if task.due_at is not None]
    assert (await office.queries.workloads([STEPAN], first + timedelta(days=400)))[STEPAN].late == len(due)


async def test_the_open_tasks_of_others_than_these_departments_and_people_are_stranded(office: Office) -> None:
    await open_at_once_and_later(office)
    await office.do(commands.ClaimTask(task_id=TaskId("1.2")), STEPAN)

    async def stranded(departments: list[DepartmentId], people: list[PersonId]) -> list[str]:
        return [line.task_id for line in await office.queries.stranded(departments, people)]

    assert await stranded([SUPPORT], [STEPAN]) == []
    assert await stranded([SUPPORT], [TATIANA]) == ["1.2"]
    assert await stranded([], [STEPAN]) == ["1.2", "2.2", "3.2"]


async def test_active_cases_come_with_their_open_tasks_the_earliest_first(office: Office) -> None:
    await open_at_once_and_later(office)
    await office.do(commands.CancelCase(case_id=CaseId(2), reason="передумали"), ANNA)

    lines = await office.queries.active_cases(10)

    assert [line.number for line in lines] == ["ONB-1", "ONB-3"]
    assert [task.task_id for task in lines[0].tasks] == ["1.2"]
    assert (lines[0].opened_by, lines[0].status, lines[0].end) == (ANNA, CaseStatus.ACTIVE, None)
    assert [line.number for line in await office.queries.active_cases(1)] == ["ONB-1"]
    assert [line.number for line in await office.queries.active_cases(5, 1)] == ["ONB-3"]


async def test_cases_that_are_late_come_first_when_that_is_asked_for(office: Office) -> None:
    for client in ("ООО «Первый»", "ООО «Второй»", "ООО «Третий»"):
        await office.open(client)
    await office.do(commands.ClaimTask(task_id=TaskId("1.2")), STEPAN)
    await office.do(commands.TickItem(task_id=TaskId("1.2"), item=ItemId("called"), done=True), STEPAN)
    goods = [{"name": "Чай", "price": "10,50"}]
    moves_on = answers(services=["cards"], contact="Иван", goods=goods, refusal_reason=None)
    await office.do(
        commands.CompleteTask(task_id=TaskId("1.2"), outcome=OutcomeId("accepted"), values=moves_on), STEPAN
    )
    await office.do(commands.ClaimTask(task_id=TaskId("2.2")), STEPAN)

    async def in_order(late_at: datetime) -> list[str]:
        return [line.number for line in await office.queries.active_cases(10, 0, late_at)]

    assert await in_order(office.clock.now()) == ["ONB-1", "ONB-2", "ONB-3"]
    late = office.clock.move(hours=24)
    assert await in_order(late) == ["ONB-2", "ONB-3", "ONB-1"]
    assert [line.number for line in await office.queries.active_cases(1, 2, late)] == ["ONB-1"]


async def test_the_active_cases_that_somebody_opened_are_the_latest_first(office: Office) -> None:
    await open_at_once_and_later(office)
    await office.do(commands.CancelCase(case_id=CaseId(2), reason="передумали"), ANNA)

    assert [line.number for line in await office.queries.opened_by(ANNA, 10)] == ["ONB-3", "ONB-1"]
    assert [line.number for line in await office.queries.opened_by(ANNA, 1)] == ["ONB-3"]
    assert not await office.queries.opened_by(STEPAN, 10)


async def test_cases_are_found_by_number_in_any_letters(office: Office) -> None:
    await open_at_once_and_later(office)

    for typed in (" onb-2 ", "ONB 2", "onb2", "ONB‑2", "№ 2", "#2", "2", "дело 2", "ONB-02"):
        assert await find(office, typed) == ["ONB-2"]
    assert await find(office, "ONB") == []
    assert await find(office, "XYZ-2") == []


async def test_the_case_of_the_very_number_comes_before_those_that_hold_it(office: Office) -> None:
    for number in range(1, 13):
        await office.open(f"Клиент {'абвгдежзиклм'[number - 1]}")

    assert await find(office, "1") == ["ONB-1", "ONB-12", "ONB-11", "ONB-10"]
    assert await find(office, "ONB-1") == ["ONB-1", "ONB-12", "ONB-11", "ONB-10"]


@pytest.mark.parametrize(
    ("client", "typed"),
    [
        ("Королёв и Ко", "королев"),
        ("Мёд", "мед"),
        ("ООО «Ромашка»", 'ООО "Ромашка"'),
        ("ООО «Ромашка»", "Ромашка ООО"),
        ("ООО «Ромашка»", "омашк"),
        ("ООО Рома\u00adшка", "ромашка"),
        ("Ромашка", "Рома\u00adшка\ufe0f"),
        ("D’Arc – юг", "d'arc - юг"),
        ("Каф\u0301е", "каф\u0301е"),
    ],
)
async def test_a_client_is_found_however_the_name_is_typed(office: Office, client: str, typed: str) -> None:
    await office.open(client)
    await office.open("Иной")

    assert await find(office, typed) == ["ONB-1"]
    assert len(await office.queries.records(CLIENT, typed, 10)) == 1


@pytest.mark.parametrize("nothing", ["\u2800", "\u200b", "\ufe0f", "  "])
async def test_nothing_invisible_finds_everything(office: Office, nothing: str) -> None:
    await office.open("Альфа")

    assert await find(office, nothing) == []
    assert not await office.queries.records(CLIENT, nothing, 10)


async def test_cases_are_found_by_part_of_the_name_in_any_letters_active_and_latest_first(office: Office) -> None:
    for client in ("ООО «Северный Ёж»", "Северсталь", "ЗАО «СЕВЕР»"):
        office.clock.move(minutes=1)
        await office.open(client)
    await office.do(commands.CancelCase(case_id=CaseId(3), reason="передумали"), ANNA)

    assert await find(office, "сЕвЕр") == ["ONB-2", "ONB-1", "ONB-3"]
    assert await find(office, "северный  ёЖ") == ["ONB-1"]
    assert await find(office, "юг") == []
    assert [line.number for line in await office.queries.find_cases("север", 1)] == ["ONB-2"]


async def test_cases_are_found_by_inn(office: Office) -> None:
    await office.open("Альфа", inn="7707083893")
    await office.open("Бета", inn="500100732259")

    assert await find(office, " 7707083893 ") == ["ONB-1"]
    assert await find(office, "7707 083 893") == ["ONB-1"]
    assert await find(office, "7083") == ["ONB-1"]
    assert await find(office, "0100732") == ["ONB-2"]
    assert await find(office, "99") == []


async def test_a_case_is_found_by_the_inn_it_was_opened_with(office: Office) -> None:
    client = (await office.open("Альфа", inn="7707083893")).case.client
    assert client is not None
    await office.write(
        lambda unit: unit.update_record(
            BUILT_IN_CLIENT, client.id, {FieldName("inn"): "500100732259"}, office.clock.now()
        )
    )

    assert await find(office, "7707083893") == await find(office, "500100732259") == ["ONB-1"]
    assert (await office.queries.records(CLIENT, "Альфа", 10))[0].values[FieldName("inn")] == "500100732259"


async def test_signs_that_databases_understand_are_only_signs(office: Office) -> None:
    await office.open("Альфа", inn="7707083893")
    for number, typed in enumerate(["%", "_", "\\", "'", '"'], start=2):
        await office.open(f"Скидка {typed} всем")

        assert await find(office, typed) == [f"ONB-{number}"]
        assert [client.name for client in await office.queries.records(CLIENT, typed, 10)] == [f"Скидка {typed} всем"]


async def test_what_nobody_can_type_finds_nothing_and_breaks_nothing(office: Office) -> None:
    await office.open("Альфа")

    assert await find(office, "бета\x00\ud800") == []
    assert await find(office, "альфа\x00") == ["ONB-1"]
    assert await office.queries.case_numbered("ONB-9\x00") is None
    assert not await office.queries.records(CLIENT, "бета\x00", 10)


async def test_clients_come_in_alphabetical_order(office: Office) -> None:
    for name in ("яблоко", "Арбуз", "груша"):
        await office.open(name)

    assert [client.name for client in await office.queries.records(CLIENT, "", 2)] == ["Арбуз", "груша"]
    assert [client.name for client in await office.queries.records(CLIENT, "У", 10)] == ["Арбуз", "груша"]


async def test_words_longer_than_any_name_find_nothing_and_are_no_trouble(office: Office) -> None:
    await office.open("Альфа")

    assert await find(office, "а" * 70_000) == []
    assert not await office.queries.records(CLIENT, "%_" * 40_000, 10)


@pytest.mark.parametrize("number", [10**30, -(10**30), 0])
async def test_ids_that_no_row_can_have_find_nothing(office: Office, number: int) -> None:
    assert await office.queries.case(CaseId(number)) is None
    assert await office.queries.record(ClientId(number)) is None
    await office.write(lambda unit: unit.retry_dead(number, office.clock.now()))
