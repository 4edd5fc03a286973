"""What every storage keeps of accounts, bound chats and the messages of cases."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.onboarding import ANNA, IVAN, ROMAN, STEPAN, SUPPORT
from tests.storage.office import EVERYWHERE, Office, office_on
from workflows.domain.ids import CaseId, PersonId, TaskId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.platforms import Account, CaseMessage, CaseTopic, ChatState, DepartmentChat
from workflows.ports.unit_of_work import Announcement, OutboxKind, ShownCard

GROUP, SUPERGROUP = ChatAddress("telegram:-7"), ChatAddress("telegram:-1007")
INTAKE = TaskId("1.2")


@pytest.fixture(params=EVERYWHERE)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office_on(request) as office:
        yield office


def binding(office: Office) -> DepartmentChat:
    return DepartmentChat(department=SUPPORT, chat=GROUP, title="Support", bound_by=ANNA, bound_at=office.clock.now())


def account(office: Office, person: PersonId) -> Account:
    chat = ChatAddress("telegram:11")
    return Account(platform="telegram", account="11", person=person, chat=chat, linked_at=office.clock.now())


async def waiting_in(office: Office, chat: ChatAddress) -> list[Announcement]:
    rows = await office.queries.outbox(office.clock.now(), 100)
    return [row.announcement for row in rows if row.announcement.chat == chat]


async def test_an_account_belongs_to_whom_it_was_linked_last(office: Office) -> None:
    await office.write(lambda unit: unit.link_account(account(office, STEPAN)))
    await office.write(lambda unit: unit.link_account(account(office, IVAN)))

    assert list(await office.queries.accounts()) == [account(office, IVAN)]


async def test_the_languages_of_a_platform_are_those_chosen_by_the_people_in_its_chats(office: Office) -> None:
    mine, silent = account(office, STEPAN), replace(account(office, IVAN), account="12", chat=None)
    elsewhere = replace(mine, platform="slack", chat=ChatAddress("slack:D1"))
    for each in (mine, silent, elsewhere):
        await office.write(lambda unit, each=each: unit.link_account(each))  # type: ignore[misc]  # mypy infers no type for a default
    assert await office.queries.languages_chosen("telegram") == {}

    for person in (STEPAN, IVAN, ANNA):
        await office.write(lambda unit, person=person: unit.set_language(person, Language.EN))  # type: ignore[misc]  # mypy infers no type for a default

    assert await office.queries.languages_chosen("telegram") == {mine.chat: Language.EN}


async def test_an_unlinked_account_is_nobodys_and_others_stay(office: Office) -> None:
    other = replace(account(office, IVAN), account="12", chat=ChatAddress("telegram:12"))
    await office.write(lambda unit: unit.link_account(account(office, STEPAN)))
    await office.write(lambda unit: unit.link_account(other))

    await office.write(lambda unit: unit.unlink_account("telegram", "11"))
    await office.write(lambda unit: unit.unlink_account("telegram", "11"))
    await office.write(lambda unit: unit.unlink_account("slack", "12"))

    assert list(await office.queries.accounts()) == [other]


async def test_a_bound_chat_gets_the_cards_of_the_open_tasks(office: Office) -> None:
    await office.open()

    await office.write(lambda unit: unit.bind_department(binding(office)))

    assert list(await office.queries.department_chats()) == [binding(office)]
    card = Announcement(chat=GROUP, kind=OutboxKind.CARD, case_id=CaseId(1), task_id=INTAKE)
    assert await waiting_in(office, GROUP) == [card]


async def test_an_unbound_chat_is_forgotten_with_what_waits_for_it(office: Office) -> None:
    await office.open()
    await office.write(lambda unit: unit.bind_department(binding(office)))

    await office.write(lambda unit: unit.unbind_chat(GROUP))

    assert not await office.queries.department_chats()
    assert await waiting_in(office, GROUP) == []


async def test_a_chat_that_moves_takes_everything_along_and_shows_its_cards_anew(office: Office) -> None:
    await office.open()
    await office.write(lambda unit: unit.bind_department(binding(office)))
    rows = [r for r in await office.queries.outbox(office.clock.now(), 100) if r.announcement.chat == GROUP]
    shown = ShownCard(task_id=INTAKE, chat=GROUP, message_id=MessageId("5"), revision=1)
    await office.write(lambda unit: unit.delivered(rows[0].id, shown))
    notice = Announcement(chat=GROUP, kind=OutboxKind.COMMENT, case_id=CaseId(1), values={"text": "Hi"})
    await office.write(lambda unit: unit.announce([notice], office.clock.now()))
    await office.write(lambda unit: unit.set_chat_state(GROUP, ChatState.CLOSED, "kicked", office.clock.now()))

    await office.write(lambda unit: unit.move_chat(GROUP, SUPERGROUP, office.clock.now()))

    (moved,) = await office.queries.department_chats()
    assert (moved.chat, moved.state, moved.code) == (SUPERGROUP, ChatState.OPEN, None)
    assert await office.queries.shown_card(INTAKE, GROUP) is None
    assert [said.kind for said in await waiting_in(office, SUPERGROUP)] == [OutboxKind.COMMENT, OutboxKind.CARD]


async def test_a_closed_chat_is_told_of_once_and_what_waits_is_due_when_it_is_open_again(office: Office) -> None:
    await office.open()
    await office.write(lambda unit: unit.bind_department(binding(office)))
    (row,) = [r for r in await office.queries.outbox(office.clock.now(), 100) if r.announcement.chat == GROUP]
    late = office.clock.now().replace(year=2030)
    await office.write(lambda unit: unit.postpone(row.id, late, "kicked"))

    first = await office.write(lambda unit: unit.set_chat_state(GROUP, ChatState.CLOSED, "kicked", office.clock.now()))
    second = await office.write(lambda unit: unit.set_chat_state(GROUP, ChatState.CLOSED, "kicked", office.clock.now()))
    assert [(b.department, b.code) for b in first] == [(SUPPORT, "kicked")]
    assert not second
    assert await waiting_in(office, GROUP) == []

    await office.write(lambda unit: unit.set_chat_state(GROUP, ChatState.OPEN, None, office.clock.now()))
    assert [(said.kind, said.task_id) for said in await waiting_in(office, GROUP)] == [(OutboxKind.CARD, INTAKE)] * 2


async def test_what_waited_too_long_is_dropped_and_the_cards_of_open_tasks_come_all_the_same(office: Office) -> None:
    await office.open()
    await office.write(lambda unit: unit.bind_department(binding(office)))
    await office.write(lambda unit: unit.set_chat_state(GROUP, ChatState.CLOSED, "kicked", office.clock.now()))
    office.clock.move(hours=1)
    notice = Announcement(chat=GROUP, kind=OutboxKind.COMMENT, case_id=CaseId(1), values={"text": "Hi"})
    await office.write(lambda unit: unit.announce([notice], office.clock.now()))
    elsewhere = len(await office.queries.outbox(office.clock.now(), 100)) - 2

    await office.write(lambda unit: unit.drop_waiting(GROUP, office.clock.now()))

    assert [said.kind for said in await waiting_in(office, GROUP)] == [OutboxKind.COMMENT]
    assert len(await office.queries.outbox(office.clock.now(), 100)) == elsewhere + 1
    await office.write(lambda unit: unit.set_chat_state(GROUP, ChatState.OPEN, None, office.clock.now()))
    assert [said.kind for said in await waiting_in(office, GROUP)] == [OutboxKind.COMMENT, OutboxKind.CARD]


async def test_a_message_leads_to_its_case(office: Office) -> None:
    message = CaseMessage(chat=GROUP, message_id=MessageId("77"), case_id=CaseId(1))

    await office.write(lambda unit: unit.remember_message(message))
    await office.write(lambda unit: unit.remember_message(message))

    assert await office.queries.case_of_message(GROUP, MessageId("77")) == CaseId(1)
    assert await office.queries.case_of_message(SUPERGROUP, MessageId("77")) is None


async def test_a_case_has_one_topic_in_a_chat_and_the_last_one_counts(office: Office) -> None:
    await office.write(lambda unit: unit.remember_topic(CaseTopic(chat=GROUP, case_id=CaseId(1), topic="5")))
    await office.write(lambda unit: unit.remember_topic(CaseTopic(chat=GROUP, case_id=CaseId(2), topic="6")))
    await office.write(lambda unit: unit.remember_topic(CaseTopic(chat=GROUP, case_id=CaseId(1), topic="7")))

    assert await office.queries.topic_of(GROUP, CaseId(1)) == "7"
    assert await office.queries.topic_of(GROUP, CaseId(2)) == "6"
    assert await office.queries.topic_of(SUPERGROUP, CaseId(1)) is None
    assert await office.queries.case_in_topic(GROUP, "7") == 1
    assert await office.queries.case_in_topic(GROUP, "5") is None
    assert await office.queries.case_in_topic(SUPERGROUP, "7") is None


async def test_what_is_about_no_case_waits_like_the_rest(office: Office) -> None:
    warning = Announcement(
        chat=ChatAddress("web:@roman"), kind=OutboxKind.CHAT_CLOSED, case_id=None, values={"person": ROMAN}
    )

    await office.write(lambda unit: unit.announce([warning], office.clock.now()))

    assert await waiting_in(office, ChatAddress("web:@roman")) == [warning]
