"""What every storage keeps of messages that may have to be changed."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.fakes.clock import MONDAY_MORNING
from tests.onboarding import ANNA
from tests.storage.office import EVERYWHERE, Office, office_on
from workflows.domain.ids import DepartmentId, TaskId
from workflows.domain.notices import NoticeKind
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.platforms import DepartmentChat
from workflows.ports.unit_of_work import ShownNotice

SALES, SUPPORT = ChatAddress("web:#sales"), ChatAddress("web:#support")


@pytest.fixture(params=EVERYWHERE)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office_on(request) as at_work:
        yield at_work


async def a_notice(office: Office, chat: ChatAddress = SUPPORT, message: str = "7") -> ShownNotice:
    case = (await office.open()).case
    return ShownNotice(
        chat=chat,
        message_id=MessageId(message),
        kind=NoticeKind.UNCLAIMED_REMINDER,
        case_id=case.id,
        task_id=next(task.id for task in case.open_tasks()),
        values={"person": "anna", "missing": ["a", "b"]},
        looks="f00d",
        posted_at=MONDAY_MORNING,
    )


def task_of(notice: ShownNotice) -> TaskId:
    assert notice.task_id is not None
    return notice.task_id


async def test_a_notice_is_found_by_its_case_and_by_its_chat_until_it_is_dropped(office: Office) -> None:
    notice = await a_notice(office)
    await office.write(lambda unit: unit.keep_notices([notice]))

    of_case = await office.queries.delivery_facts([notice.case_id], [task_of(notice)])
    of_chat = await office.queries.delivery_facts([], [], [SUPPORT])
    elsewhere = await office.queries.delivery_facts([notice.case_id], [], [SALES])

    assert list(of_case.notices) == list(of_chat.notices) == [notice]
    assert list(elsewhere.notices) == []
    assert set(of_chat.cases) == {notice.case_id}
    await office.write(lambda unit: unit.drop_notices([notice]))
    assert list((await office.queries.delivery_facts([], [], [SUPPORT])).notices) == []


async def test_a_notice_that_lists_no_tasks_is_found_by_its_case_alone(office: Office) -> None:
    notice = replace(await a_notice(office), kind=NoticeKind.OPENED_BY_YOU, task_id=None)
    await office.write(lambda unit: unit.keep_notices([notice]))

    followed = await office.queries.delivery_facts([notice.case_id], [], [], [notice.case_id])
    of_chat = await office.queries.delivery_facts([], [], [SUPPORT])

    assert list(followed.notices) == [notice]
    assert (list(of_chat.notices), dict(of_chat.cases)) == ([], {})


async def test_a_message_about_several_tasks_is_read_as_a_whole(office: Office) -> None:
    one, another = await a_notice(office), await a_notice(office)
    about_all = replace(another, task_id=None)
    await office.write(lambda unit: unit.keep_notices([one, about_all]))

    facts = await office.queries.delivery_facts([one.case_id], [task_of(one)])

    assert list(facts.notices) == [one, about_all]
    assert set(facts.cases) == {one.case_id, another.case_id}


async def test_what_a_message_states_is_replaced(office: Office) -> None:
    notice = await a_notice(office)
    await office.write(lambda unit: unit.keep_notices([notice]))
    await office.write(lambda unit: unit.keep_notices([replace(notice, looks="beef")]))

    assert [kept.looks for kept in (await office.queries.delivery_facts([], [], [SUPPORT])).notices] == ["beef"]


async def test_a_chat_that_is_unbound_or_moved_states_nothing(office: Office) -> None:
    for chat in (SALES, SUPPORT):
        notice = await a_notice(office, chat)
        binding = DepartmentChat(
            department=DepartmentId("support"), chat=chat, title="", bound_by=ANNA, bound_at=MONDAY_MORNING
        )
        await office.write(lambda unit, n=notice, b=binding: (unit.bind_department(b), unit.keep_notices([n])))  # type: ignore[misc]

    await office.write(lambda unit: unit.unbind_chat(SALES))
    await office.write(lambda unit: unit.move_chat(SUPPORT, ChatAddress("web:#new"), MONDAY_MORNING))

    assert list((await office.queries.delivery_facts([], [], [SALES, SUPPORT])).notices) == []
