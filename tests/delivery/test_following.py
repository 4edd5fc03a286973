"""Notices that state what is so now: they follow their cases, and several reminders stand in one message."""

import asyncio

import pytest

from tests.delivery.post_room import SUPPORT_CHAT, OwnRecordingChat, PostRoom
from tests.fakes.hand_time import in_hand_time
from tests.onboarding import STEPAN, TATIANA
from workflows.domain.ids import TaskId, case_of
from workflows.domain.notices import NoticeKind
from workflows.ports.chat import ChatAddress, MessageGone
from workflows.ports.unit_of_work import Announcement, OutboxKind
from workflows.usecases.delivery.followed_notices import MOST_LISTED

HEAD = ChatAddress("web:@nikolay")


def rooms() -> list[PostRoom]:
    return [PostRoom(), PostRoom(own=OwnRecordingChat())]


def reminder(task: TaskId, chat: ChatAddress = HEAD) -> Announcement:
    kind = NoticeKind.UNCLAIMED_REMINDER
    return Announcement(chat=chat, kind=OutboxKind.NOTICE, case_id=case_of(task), task_id=task, notice=kind)


async def remind(room: PostRoom, *tasks: TaskId) -> None:
    await room.announces(*(reminder(task) for task in tasks))
    await room.delivery.deliver_due()


def attempts(room: PostRoom) -> list[str]:
    return [asked.what for asked in room.web.asked if asked.chat == HEAD]


@pytest.mark.parametrize("own", [False, True])
@in_hand_time
async def test_a_reminder_follows_its_task_and_is_forgotten_when_the_task_is_closed(own: bool) -> None:
    room = rooms()[own]
    task = await room.opens_case()
    await remind(room, task)
    assert room.web.texts(HEAD) == ["unclaimed_reminder: ONB-1 ready None"]

    await room.claims(task, STEPAN)
    await room.delivery.deliver_due()
    assert room.web.texts(HEAD) == ["unclaimed_reminder: ONB-1 claimed stepan"]

    await room.cancels(task)
    await room.delivery.deliver_due()
    assert room.web.texts(HEAD) == ["unclaimed_reminder: ONB-1 withdrawn stepan"]
    assert attempts(room) == ["post", "edit", "edit"]
    assert room.memory.rows.notices == {}
    assert room.memory.rows.outbox == {}


@in_hand_time
async def test_states_that_were_overtaken_are_skipped() -> None:
    room = PostRoom()
    task = await room.opens_case()
    await remind(room, task)

    await room.claims(task, STEPAN)
    await room.releases(task, STEPAN)
    await room.claims(task, TATIANA)
    await room.delivery.deliver_due()

    assert room.web.texts(HEAD) == ["unclaimed_reminder: ONB-1 claimed tatiana"]
    assert attempts(room) == ["post", "edit"]


@in_hand_time
async def test_a_task_that_was_claimed_before_the_reminder_is_delivered_is_not_reminded_of() -> None:
    room = PostRoom()
    task = await room.opens_case()
    await room.claims(task, STEPAN)

    await remind(room, task)

    assert room.web.texts(HEAD) == []
    assert room.memory.rows.outbox == {}


@in_hand_time
async def test_a_claim_while_the_reminder_is_being_posted_is_not_missed() -> None:
    room = PostRoom()
    task = await room.opens_case()
    await room.delivery.deliver_due()
    room.web.takes[HEAD] = 5
    async with room.open():
        await room.announces(reminder(task))
        room.wake()
        await room.let_pass(seconds=1)
        await room.claims(task, STEPAN)
        await room.let_pass(seconds=30)

    assert room.web.texts(HEAD) == ["unclaimed_reminder: ONB-1 claimed stepan"]


@pytest.mark.parametrize("own", [False, True])
@in_hand_time
async def test_reminders_that_come_together_are_one_message(own: bool) -> None:
    room = rooms()[own]
    tasks = [await room.opens_case(client) for client in ("A", "B", "C")]
    await remind(room, *tasks[:2])
    assert room.web.texts(HEAD) == ["ONB-1 ready None; ONB-2 ready None"]

    await room.let_pass(minutes=1)
    await remind(room, tasks[2])
    assert room.web.texts(HEAD) == ["ONB-1 ready None; ONB-2 ready None; ONB-3 ready None"]

    await room.claims(tasks[0], STEPAN)
    await room.delivery.deliver_due()
    assert room.web.texts(HEAD) == ["ONB-1 claimed stepan; ONB-2 ready None; ONB-3 ready None"]


@pytest.mark.parametrize("own", [False, True])
@in_hand_time
async def test_a_later_reminder_is_posted_anew_with_all_that_still_wait_and_the_earlier_one_points_to_it(
    own: bool,
) -> None:
    room = rooms()[own]
    tasks = [await room.opens_case(client) for client in ("A", "B", "C")]
    await remind(room, *tasks[:2])
    await room.claims(tasks[0], STEPAN)
    await room.let_pass(minutes=20)

    await remind(room, tasks[2])

    assert room.web.texts(HEAD) == ["below", "ONB-2 ready None; ONB-3 ready None"]
    await room.claims(tasks[1], STEPAN)
    await room.delivery.deliver_due()
    assert room.web.texts(HEAD) == ["below", "ONB-2 claimed stepan; ONB-3 ready None"]


@in_hand_time
async def test_one_message_lists_only_so_many_tasks() -> None:
    room = PostRoom()
    tasks = [await room.opens_case(f"Client {number}") for number in range(MOST_LISTED + 2)]
    for task in tasks:
        await remind(room, task)

    assert [text.count(";") + 1 for text in room.web.texts(HEAD)] == [MOST_LISTED, 2]


@in_hand_time
async def test_a_reminder_that_somebody_deleted_is_not_posted_again() -> None:
    room = PostRoom()
    task = await room.opens_case()
    await remind(room, task)
    room.web.problems[HEAD] = [MessageGone("deleted")]

    await room.claims(task, STEPAN)
    await room.delivery.deliver_due()

    assert attempts(room) == ["post", "edit"]
    assert room.memory.rows.notices == {}
    assert room.memory.rows.outbox == {}


@in_hand_time
async def test_a_change_that_a_notice_does_not_show_changes_no_message() -> None:
    room = PostRoom()
    task = await room.opens_case()
    await remind(room, task)

    await room.announces(Announcement(chat=SUPPORT_CHAT, kind=OutboxKind.CARD, case_id=case_of(task), task_id=task))
    await room.delivery.deliver_due()

    assert attempts(room) == ["post"]


@in_hand_time
async def test_two_chats_with_different_lists_each_show_their_own() -> None:
    room = PostRoom()
    other = ChatAddress("web:@vera")
    first, second = [await room.opens_case(client) for client in ("A", "B")]
    await remind(room, first)

    await asyncio.gather(room.announces(reminder(second), reminder(second, other)))
    await room.delivery.deliver_due()

    assert room.web.texts(HEAD) == ["ONB-1 ready None; ONB-2 ready None"]
    assert room.web.texts(other) == ["unclaimed_reminder: ONB-2 ready None"]
