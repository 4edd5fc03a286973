"""What every storage does with the outbox: rows in order for each chat, held back, given up, retried."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.onboarding import STEPAN
from tests.storage.office import EVERYWHERE, Office, office_on
from workflows.domain import commands
from workflows.domain.ids import CaseId, TaskId
from workflows.domain.notices import NoticeKind
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.unit_of_work import Announcement, OutboxKind, OutboxRow, ShownCard

SUPPORT, SALES = ChatAddress("web:#support"), ChatAddress("web:#sales")
TASK = TaskId("1.2")


@pytest.fixture(params=EVERYWHERE)
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office_on(request) as office:
        yield office


def notice(chat: ChatAddress, word: str) -> Announcement:
    values: dict[str, str | list[str]] = {"text": word, "missing": ["a", "b"]}
    return Announcement(chat=chat, kind=OutboxKind.NOTICE, case_id=CaseId(1), notice=NoticeKind.COMMENT, values=values)


async def say(office: Office, *announcements: Announcement) -> list[OutboxRow]:
    now = office.clock.now()
    await office.write(lambda unit: unit.announce(announcements, now))
    return await waiting(office)


async def waiting(office: Office, *without: ChatAddress) -> list[OutboxRow]:
    return list(await office.queries.outbox(office.clock.now(), 100, without))


def words(rows: list[OutboxRow]) -> list[object]:
    return [row.announcement.values["text"] for row in rows]


async def test_announcements_wait_as_they_were_made_and_in_their_order(office: Office) -> None:
    card = Announcement(chat=SUPPORT, kind=OutboxKind.CARD, case_id=CaseId(1), task_id=TASK)
    said = (notice(SUPPORT, "один"), card, notice(SALES, "два"))

    rows = await say(office, *said)

    assert tuple(row.announcement for row in rows) == said
    assert [row.id for row in rows] == sorted({row.id for row in rows})
    assert {(row.created_at, row.due_at, row.attempts, row.error) for row in rows} == {
        (office.clock.now(), office.clock.now(), 0, None)
    }


async def test_a_handover_announces_the_card_and_a_claim_its_new_state(office: Office) -> None:
    await office.open()
    await office.do(commands.ClaimTask(task_id=TASK), STEPAN)

    cards = [row.announcement for row in await waiting(office) if row.announcement.kind is OutboxKind.CARD]
    assert [(card.chat, card.task_id) for card in cards] == [(SUPPORT, TASK)] * 2


async def test_a_limit_takes_the_oldest_and_a_busy_chat_is_left_out(office: Office) -> None:
    await say(office, notice(SUPPORT, "1"), notice(SALES, "2"), notice(SUPPORT, "3"))

    assert words(list(await office.queries.outbox(office.clock.now(), 2))) == ["1", "2"]
    assert words(await waiting(office, SUPPORT)) == ["2"]


async def test_much_that_waits_for_one_chat_leaves_the_others_their_share(office: Office) -> None:
    await say(office, *(notice(SUPPORT, str(number)) for number in range(250)), notice(SALES, "elsewhere"))

    found = words(list(await office.queries.outbox(office.clock.now(), 200)))

    assert found == [*(str(number) for number in range(100)), "elsewhere"]


async def test_whole_platforms_are_left_out_while_they_are_busy(office: Office) -> None:
    await say(office, notice(SUPPORT, "1"), notice(ChatAddress("web_:other"), "2"), notice(SALES, "3"))

    rows = await office.queries.outbox(office.clock.now(), 10, (), ["web"])

    assert words(list(rows)) == ["2"]


async def test_a_row_that_another_delivery_took_is_no_longer_there(office: Office) -> None:
    first, second, third = await say(office, *(notice(SUPPORT, word) for word in "123"))
    await office.write(lambda unit: unit.delivered(second.id, None))

    still = await office.write(lambda unit: unit.still_in_outbox([first.id, second.id, third.id]))

    assert still == {first.id, third.id}
    assert await office.write(lambda unit: unit.still_in_outbox([])) == frozenset()


async def test_a_postponed_row_holds_back_the_later_rows_of_its_chat_only(office: Office) -> None:
    first, *_ = await say(office, notice(SUPPORT, "1"), notice(SALES, "2"), notice(SUPPORT, "3"))
    later = office.clock.now() + timedelta(seconds=30)

    await office.write(lambda unit: unit.postpone(first.id, later, "timed_out"))

    assert words(await waiting(office)) == ["2"]
    assert await office.queries.next_outbox_due(office.clock.now()) == later
    office.clock.move(seconds=30)
    rows = await waiting(office)
    assert words(rows) == ["1", "2", "3"]
    assert (rows[0].attempts, rows[0].error, rows[0].due_at) == (1, "timed_out", later)
    assert await office.queries.next_outbox_due(office.clock.now()) is None


async def test_each_postponement_counts(office: Office) -> None:
    (row,) = await say(office, notice(SUPPORT, "1"))
    for code in ("timed_out", "bad_gateway"):
        await office.write(lambda unit, code=code: unit.postpone(row.id, office.clock.now(), code))  # type: ignore[misc]  # mypy infers no type for a default

    (again,) = await waiting(office)
    assert (again.attempts, again.error) == (2, "bad_gateway")


async def test_a_delivered_row_is_gone_and_its_card_is_remembered(office: Office) -> None:
    first, second = await say(office, notice(SUPPORT, "1"), notice(SUPPORT, "2"))
    card = ShownCard(task_id=TASK, chat=SUPPORT, message_id=MessageId("77"), revision=1)

    await office.write(lambda unit: unit.delivered(first.id, card))
    assert words(await waiting(office)) == ["2"]
    assert await office.queries.shown_card(TASK, SUPPORT) == card
    assert await office.queries.shown_card(TASK, SALES) is None
    assert await office.queries.shown_cards([TASK, TaskId("1.3")], SUPPORT) == [card]
    assert await office.queries.shown_cards([TASK], SALES) == []
    assert await office.queries.shown_cards([], SUPPORT) == []

    newer = ShownCard(task_id=TASK, chat=SUPPORT, message_id=MessageId("78"), revision=3)
    await office.write(lambda unit: unit.delivered(second.id, newer))
    await office.write(lambda unit: unit.delivered(second.id, None))
    assert await waiting(office) == []
    assert await office.queries.shown_card(TASK, SUPPORT) == newer


async def test_several_deliveries_in_one_transaction_leave_the_last_card(office: Office) -> None:
    rows = await say(office, notice(SUPPORT, "1"), notice(SUPPORT, "2"))
    cards = [ShownCard(task_id=TASK, chat=SUPPORT, message_id=MessageId("77"), revision=n) for n in (1, 2)]

    def both(unit: object) -> None:
        for row, card in zip(rows, cards, strict=True):
            unit.delivered(row.id, card)  # type: ignore[attr-defined]

    await office.write(both)

    assert await waiting(office) == []
    assert await office.queries.shown_card(TASK, SUPPORT) == cards[1]


async def test_a_row_given_up_is_seen_holds_nobody_back_and_can_be_tried_again(office: Office) -> None:
    first, second = await say(office, notice(SUPPORT, "1"), notice(SUPPORT, "2"))
    await office.write(lambda unit: unit.give_up(first.id, "rejected"))
    await office.write(lambda unit: unit.give_up(second.id, "too_long"))

    dead = await office.queries.undeliverable(10)
    assert [(row.id, row.error, row.attempts) for row in dead] == [
        (second.id, "too_long", 1),
        (first.id, "rejected", 1),
    ]
    assert len(await office.queries.undeliverable(1)) == 1
    assert words(await say(office, notice(SUPPORT, "3"))) == ["3"]
    assert await office.queries.next_outbox_due(office.clock.now()) is None

    now = office.clock.move(hours=1)
    await office.write(lambda unit: unit.retry_dead(first.id, now))
    rows = await waiting(office)
    assert words(rows) == ["1", "3"]
    assert (rows[0].attempts, rows[0].error, rows[0].due_at) == (0, None, now)
    assert [row.id for row in await office.queries.undeliverable(10)] == [second.id]


async def test_a_retried_row_goes_before_a_later_one_that_is_postponed(office: Office) -> None:
    first, second = await say(office, notice(SUPPORT, "1"), notice(SUPPORT, "2"))
    await office.write(lambda unit: unit.give_up(first.id, "rejected"))
    later = office.clock.now() + timedelta(minutes=1)
    await office.write(lambda unit: unit.postpone(second.id, later, "timed_out"))

    await office.write(lambda unit: unit.retry_dead(first.id, office.clock.now()))

    assert words(await waiting(office)) == ["1"]


async def test_what_is_no_longer_there_is_neither_postponed_nor_revived(office: Office) -> None:
    now = office.clock.now()

    await office.write(lambda unit: unit.postpone(404, now, "timed_out"))
    await office.write(lambda unit: unit.give_up(404, "rejected"))
    await office.write(lambda unit: unit.retry_dead(404, now))

    assert await waiting(office) == []
    assert not await office.queries.undeliverable(10)
