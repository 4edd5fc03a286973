"""The chats whose messages we store ourselves: shown and recorded together."""

import asyncio

from tests.delivery.post_room import SUPPORT_CHAT, OwnRecordingChat, PlainRendering, PostRoom
from tests.fakes.hand_time import in_hand_time
from tests.onboarding import STEPAN, TATIANA
from workflows.domain.ids import CaseId, TaskId
from workflows.ports.chat import ChatAddress
from workflows.ports.unit_of_work import Announcement, OutboxKind
from workflows.usecases.delivery.deliver import DueRow, Prepared

SALES, BOARD = ChatAddress("web:#sales"), ChatAddress("web:#board")


def a_post_room() -> PostRoom:
    return PostRoom(own=OwnRecordingChat())


@in_hand_time
async def test_whatever_waits_for_our_own_chats_is_shown_in_one_transaction_each_chat_in_order() -> None:
    room = a_post_room()
    await room.opens_case()
    await room.say(SALES, "one", "two")
    await room.say(BOARD, "three")
    await room.say(SALES, "four")
    before = room.memory.transactions

    await room.delivery.deliver_due()

    assert room.memory.transactions - before == 1
    assert room.web.texts(SALES) == ["one", "two", "four"]
    assert room.web.texts(BOARD) == ["three"]
    assert room.web.texts(SUPPORT_CHAT) == ["ONB-1 intake ready None"]
    assert room.memory.rows.outbox == {}


@in_hand_time
async def test_a_card_in_our_own_chat_changes_in_place_and_skips_states_that_were_overtaken() -> None:
    room = a_post_room()
    task = await room.opens_case()
    await room.delivery.deliver_due()
    await room.claims(task, STEPAN)
    await room.releases(task, STEPAN)
    await room.claims(task, TATIANA)
    await room.delivery.deliver_due()

    assert [asked.what for asked in room.web.asked] == ["post", "edit"]
    assert room.web.texts(SUPPORT_CHAT) == ["ONB-1 intake claimed tatiana"]
    assert room.memory.rows.outbox == {}


@in_hand_time
async def test_copies_of_a_card_and_of_a_notice_are_rendered_once() -> None:
    room = a_post_room()
    task = await room.opens_case()
    card = Announcement(chat=SALES, kind=OutboxKind.CARD, case_id=CaseId(1), task_id=task)
    await room.announces(card)
    for chat in (SALES, BOARD, SUPPORT_CHAT):
        await room.say(chat, "the same")

    await room.delivery.deliver_due()

    assert room.rendering.rendered == 2
    assert room.web.texts(SALES) == ["ONB-1 intake ready None", "the same"]


@in_hand_time
async def test_what_cannot_be_rendered_or_kept_is_set_aside_and_holds_back_nobody() -> None:
    room = a_post_room()
    await room.opens_case()
    await room.say(SALES, "before", PlainRendering.unsayable, OwnRecordingChat.unkeepable, "after")
    await room.say(BOARD, "elsewhere")

    await room.delivery.deliver_due()

    assert room.web.texts(SALES) == ["before", "after"]
    assert room.web.texts(BOARD) == ["elsewhere"]
    dead = await room.memory.undeliverable(10)
    assert {row.announcement.values["text"] for row in dead} == {"unsayable", "unkeepable"}
    assert {row.error for row in dead} == {"internal_error"}


@in_hand_time
async def test_nothing_is_shown_of_what_could_not_be_recorded_and_all_of_it_is_shown_later() -> None:
    room = a_post_room()
    task = await room.opens_case()
    await room.say(SALES, "kept")
    room.memory.fails_to_record = 1
    async with room.open():
        await room.let_pass(seconds=0.5)
        assert room.web.asked == []

        await room.let_pass(seconds=3)
        await room.claims(task, STEPAN)
        await room.let_pass(seconds=1)

    assert [(asked.what, asked.text) for asked in room.web.asked] == [
        ("post", "kept"),
        ("post", "ONB-1 intake ready None"),
        ("edit", "ONB-1 intake claimed stepan"),
    ]


@in_hand_time
async def test_what_another_process_has_shown_meanwhile_is_left_as_it_is() -> None:
    """The slow process has rendered the card before the claim and comes to write it after the quick one."""
    room = a_post_room()
    task = await room.opens_case()
    await room.say(SALES, "one")
    rows = await room.memory.outbox(room.clock.now(), 10)
    prepared = await room.deliverer.prepare([DueRow(row=row) for row in rows])
    await room.claims(task, STEPAN)
    await room.delivery.deliver_due()

    await room.deliverer.show_own("web", [each for each in prepared if isinstance(each, Prepared)])

    assert len(room.web.asked) == 2
    assert room.web.texts(SUPPORT_CHAT) == ["ONB-1 intake claimed stepan"]
    assert await room.memory.outbox(room.clock.now(), 10) == ()


@in_hand_time
async def test_a_long_batch_lets_others_have_their_turn_while_it_is_rendered() -> None:
    room = a_post_room()
    await room.opens_case()
    await room.say(SALES, *(f"said {number}" for number in range(80)))
    turns, done = 0, False

    async def others() -> None:
        nonlocal turns
        while not done:
            turns += 1
            await asyncio.sleep(0)

    rows = await room.memory.outbox(room.clock.now(), 100)
    busy = asyncio.create_task(others())
    await room.deliverer.prepare([DueRow(row=row) for row in rows])
    done = True
    await busy

    assert turns >= 10


@in_hand_time
async def test_what_is_about_no_known_case_or_task_leaves_the_outbox() -> None:
    room = a_post_room()
    unknown = Announcement(chat=SALES, kind=OutboxKind.CARD, case_id=CaseId(9), task_id=TaskId("9.1"))
    over = Announcement(chat=SALES, kind=OutboxKind.CASE_OVER, case_id=CaseId(9))
    await room.announces(unknown, over)

    await room.delivery.deliver_due()

    assert (room.web.asked, room.memory.rows.outbox) == ([], {})
