"""The outbox loop: order, patience, and what it does when chats or the database fail."""

import asyncio
from datetime import timedelta

import pytest

from tests.delivery.post_room import SUPPORT_CHAT, PlainRendering, PostRoom
from tests.fakes.hand_time import in_hand_time
from tests.onboarding import STEPAN, TATIANA
from workflows.domain.ids import CaseId
from workflows.ports.chat import ChatAddress, ChatGone, Deferred, MessageGone, RateLimited, Rejected, Unreachable
from workflows.ports.unit_of_work import Announcement, OutboxKind
from workflows.usecases.delivery.deliver import DueRow
from workflows.usecases.delivery.outbox import MAX_ATTEMPTS

SALES = ChatAddress("web:#sales")
BOARD = ChatAddress("web:#board")


@in_hand_time
async def test_a_chat_gets_everything_in_the_order_in_which_it_was_said() -> None:
    room = PostRoom()
    await room.opens_case()
    room.web.takes[SALES] = 0.3
    async with room.open():
        await room.say(SALES, "one", "two")
        room.wake()
        await room.let_pass(seconds=0.1)
        await room.say(SALES, "three")
        room.wake()
        await room.let_pass(seconds=2)

    assert room.web.texts(SALES) == ["one", "two", "three"]
    assert room.web.seconds(SALES) == [0.0, 0.3, 0.6]


@in_hand_time
async def test_the_loop_and_whoever_delivers_by_hand_do_not_both_begin_with_a_chat() -> None:
    room = PostRoom()
    await room.opens_case()
    room.memory.seconds_to_look = 0.1
    await room.say(SALES, "one", "two")

    await asyncio.gather(room.delivery.deliver_due(), room.delivery.deliver_due())

    assert [asked.text for asked in room.web.asked if asked.chat == SALES] == ["one", "two"]


@in_hand_time
async def test_a_slow_chat_does_not_hold_back_another() -> None:
    room = PostRoom()
    await room.opens_case()
    room.web.takes[SALES] = 60
    await room.say(SALES, "slow", "slower")
    await room.say(BOARD, "one", "two")
    async with room.open():
        await room.let_pass(seconds=1)

        assert room.web.texts(BOARD) == ["one", "two"]
        assert room.web.texts(SALES) == []


@in_hand_time
async def test_an_unreachable_platform_is_tried_again_more_and_more_slowly() -> None:
    room = PostRoom()
    await room.opens_case()
    room.web.problems[SALES] = [Unreachable("down")] * 4
    await room.say(SALES, "first", "second")
    async with room.open():
        await room.let_pass(minutes=2)

    assert room.web.seconds(SALES) == [0.0, 1.0, 3.0, 8.0, 23.0, 23.0]
    assert room.web.texts(SALES) == ["first", "second"]


@in_hand_time
async def test_a_platform_that_asks_for_slowness_gets_it_to_the_second_and_loses_nothing() -> None:
    room = PostRoom()
    await room.opens_case()
    room.web.problems[SALES] = [RateLimited("too_fast", timedelta(seconds=37))]
    await room.say(SALES, "first", "second")
    await room.say(BOARD, "elsewhere")
    async with room.open():
        await room.let_pass(minutes=1)

    assert room.web.seconds(SALES) == [0.0, 37.0, 37.0]
    assert room.web.seconds(BOARD) == [0.0]
    assert room.web.texts(SALES) == ["first", "second"]


@in_hand_time
async def test_a_card_whose_message_is_gone_is_posted_anew_and_lives_on_there() -> None:
    room = PostRoom()
    async with room.open():
        task = await room.opens_case()
        await room.let_pass(seconds=1)
        room.web.problems[SUPPORT_CHAT] = [MessageGone("too_old")]
        await room.claims(task, STEPAN)
        await room.let_pass(seconds=1)
        await room.releases(task, STEPAN)
        await room.let_pass(seconds=1)

    assert [asked.what for asked in room.web.asked] == ["post", "edit", "post", "edit"]
    assert room.web.texts(SUPPORT_CHAT) == ["ONB-1 intake ready None", "ONB-1 intake ready None"]
    assert list(room.web.shows[SUPPORT_CHAT]) == ["1", "2"]


@in_hand_time
async def test_an_update_that_nobody_waits_for_lets_others_go_first_and_shows_the_newest_state() -> None:
    room = PostRoom()
    async with room.open():
        task = await room.opens_case()
        await room.let_pass(seconds=1)
        room.web.problems[SUPPORT_CHAT] = [Deferred("others_first")]
        await room.claims(task, STEPAN)
        await room.say(SUPPORT_CHAT, "one", "two")
        room.wake()
        await room.let_pass(seconds=0.5)
        before = room.web.texts(SUPPORT_CHAT)
        await room.releases(task, STEPAN)
        await room.let_pass(seconds=2)

    assert before == ["ONB-1 intake ready None", "one", "two"]
    assert [asked.text for asked in room.web.asked if asked.what == "edit"] == [
        "ONB-1 intake claimed stepan",
        "ONB-1 intake ready None",
    ]
    assert room.web.texts(SUPPORT_CHAT) == before


@in_hand_time
async def test_what_a_closed_chat_missed_is_kept_and_shown_when_it_is_back() -> None:
    room = PostRoom()
    room.web.problems[SUPPORT_CHAT] = [ChatGone("kicked")] * 3
    async with room.open():
        task = await room.opens_case()
        await room.let_pass(minutes=1)
        await room.claims(task, STEPAN)
        await room.let_pass(minutes=30)

    assert room.web.seconds(SUPPORT_CHAT) == [0.0, 300.0, 600.0, 900.0]
    assert room.web.texts(SUPPORT_CHAT) == ["ONB-1 intake claimed stepan"]
    assert await room.memory.undeliverable(10) == ()


@in_hand_time
async def test_a_rejected_message_is_set_aside_where_a_person_sees_it_and_can_retry_it() -> None:
    room = PostRoom()
    await room.opens_case()
    room.web.problems[SALES] = [Rejected("cannot_parse")]
    await room.say(SALES, "odd", "ordinary")
    async with room.open():
        await room.let_pass(seconds=1)
        assert room.web.texts(SALES) == ["ordinary"]
        (dead,) = await room.memory.undeliverable(10)
        assert (dead.error, dead.attempts) == ("cannot_parse", 1)

        now = room.clock.now()
        await room.memory.transact(lambda unit: unit.retry_dead(dead.id, now))
        room.wake()
        await room.let_pass(seconds=1)

    assert room.web.texts(SALES) == ["ordinary", "odd"]
    assert await room.memory.undeliverable(10) == ()


@in_hand_time
async def test_a_message_that_never_gets_through_is_given_up_after_hours_and_not_lost() -> None:
    room = PostRoom()
    await room.opens_case()
    room.web.problems[SALES] = [Unreachable("down")] * MAX_ATTEMPTS
    await room.say(SALES, "unlucky", "lucky")
    async with room.open():
        await room.let_pass(hours=12)

    (dead,) = await room.memory.undeliverable(10)
    assert (dead.announcement.values, dead.error) == ({"text": "unlucky"}, "down")
    assert room.web.texts(SALES) == ["lucky"]
    assert room.web.seconds(SALES)[-1] > timedelta(hours=7).total_seconds()


@in_hand_time
async def test_waiting_for_a_slow_or_closed_chat_does_not_use_up_the_attempts() -> None:
    room = PostRoom()
    await room.opens_case()
    patience: list[RateLimited | ChatGone | Unreachable] = [
        RateLimited("too_fast", timedelta(seconds=5))
    ] * MAX_ATTEMPTS
    room.web.problems[SALES] = [*patience, ChatGone("kicked"), Unreachable("down")]
    await room.say(SALES, "patient")
    async with room.open():
        await room.let_pass(hours=1)

    assert room.web.texts(SALES) == ["patient"]
    assert await room.memory.undeliverable(10) == ()


@in_hand_time
async def test_states_that_were_overtaken_are_skipped() -> None:
    room = PostRoom()
    task = await room.opens_case()
    await room.claims(task, STEPAN)
    await room.releases(task, STEPAN)
    await room.claims(task, TATIANA)
    async with room.open():
        await room.let_pass(seconds=1)

    assert [asked.what for asked in room.web.asked] == ["post"]
    assert room.web.texts(SUPPORT_CHAT) == ["ONB-1 intake claimed tatiana"]
    assert room.memory.rows.outbox == {}


@in_hand_time
async def test_a_message_that_cannot_be_rendered_does_not_hold_back_the_others() -> None:
    room = PostRoom()
    await room.opens_case()
    await room.say(SALES, "before", PlainRendering.unsayable, "after")
    async with room.open():
        await room.let_pass(seconds=1)

    assert room.web.texts(SALES) == ["before", "after"]
    assert [row.error for row in await room.memory.undeliverable(10)] == ["internal_error"]


@in_hand_time
async def test_a_platform_that_is_not_connected_keeps_its_messages_waiting() -> None:
    room = PostRoom()
    await room.opens_case()
    await room.say(ChatAddress("telegram:-1001"), "later")
    async with room.open():
        await room.let_pass(minutes=10)

    assert [row.announcement.chat for row in room.memory.rows.outbox.values()] == ["telegram:-1001"]
    assert room.web.texts(SUPPORT_CHAT) == ["ONB-1 intake ready None"]


@in_hand_time
async def test_the_loop_outlives_a_database_that_goes_away() -> None:
    room = PostRoom()
    await room.opens_case()
    await room.say(SALES, "kept")
    room.memory.is_reachable = False
    async with room.open():
        await room.let_pass(seconds=10)
        assert len(room.memory.looked_at) <= 11
        room.memory.is_reachable = True
        await room.let_pass(seconds=2)

    assert room.web.texts(SALES) == ["kept"]


@in_hand_time
async def test_a_delivery_that_could_not_be_recorded_is_repeated_without_being_shown_twice() -> None:
    room = PostRoom()
    task = await room.opens_case()
    room.memory.fails_to_record = 1
    async with room.open():
        await room.let_pass(seconds=3)
        await room.claims(task, STEPAN)
        await room.let_pass(seconds=1)

    assert [asked.what for asked in room.web.asked] == ["post", "post", "edit"]
    assert room.web.texts(SUPPORT_CHAT) == ["ONB-1 intake claimed stepan"]
    assert room.memory.rows.outbox == {}


@in_hand_time
async def test_work_wakes_the_loop_at_once() -> None:
    room = PostRoom()
    async with room.open():
        await room.let_pass(minutes=1)
        await room.opens_case()
        await room.let_pass(seconds=0.01)

    assert room.web.seconds(SUPPORT_CHAT) == [60.0]


@in_hand_time
async def test_a_flurry_of_commits_is_looked_for_now_and_then_and_not_after_each() -> None:
    room = PostRoom()
    async with room.open():
        await room.opens_case()
        await room.let_pass(seconds=1)
        before = len(room.memory.looked_at)
        for number in range(200):
            await room.say(SUPPORT_CHAT, f"said {number}")
            room.wake()
            await room.let_pass(seconds=0.001)
        await room.let_pass(seconds=1)

    assert len(room.web.texts(SUPPORT_CHAT)) == 201
    assert len(room.memory.looked_at) - before <= 25


@in_hand_time
async def test_an_idle_loop_looks_into_the_outbox_once_in_five_seconds() -> None:
    room = PostRoom()
    async with room.open():
        await room.let_pass(minutes=60, seconds=1)

    gaps = [after - before for before, after in zip(room.memory.looked_at, room.memory.looked_at[1:], strict=False)]
    assert len(room.memory.looked_at) == 721
    assert min(gaps) == pytest.approx(5)


@in_hand_time
async def test_what_another_process_committed_is_found_without_being_woken() -> None:
    room = PostRoom()
    await room.opens_case()
    async with room.open():
        await room.let_pass(seconds=7)
        await room.say(SALES, "from elsewhere")
        await room.let_pass(seconds=5)

    assert room.web.seconds(SALES) == [10.0]


@in_hand_time
async def test_a_loop_that_waits_for_a_postponed_message_looks_no_oftener_than_needed() -> None:
    room = PostRoom()
    await room.opens_case()
    room.web.problems[SALES] = [RateLimited("too_fast", timedelta(hours=1))]
    await room.say(SALES, "later")
    async with room.open():
        await room.let_pass(seconds=60)

    assert len(room.memory.looked_at) <= 60 / 5 + 4


@in_hand_time
async def test_a_card_that_two_processes_show_at_once_shows_the_present_state_in_the_end() -> None:
    """The slow process reads the card before the claim and records it after the quick one."""
    room = PostRoom()
    task = await room.opens_case()
    (offered,) = await room.memory.outbox(room.clock.now(), 10)
    room.web.takes[SUPPORT_CHAT] = 5
    slow = asyncio.create_task(room.deliverer.deliver(DueRow(row=offered)))
    await room.let_pass(seconds=1)
    room.web.takes[SUPPORT_CHAT] = 0
    await room.claims(task, STEPAN)
    await room.delivery.deliver_due()
    assert room.web.texts(SUPPORT_CHAT) == ["ONB-1 intake claimed stepan"]

    await room.deliverer.record(await slow)
    assert room.web.texts(SUPPORT_CHAT) == ["ONB-1 intake ready None"]
    await room.delivery.deliver_due()

    assert room.web.texts(SUPPORT_CHAT) == ["ONB-1 intake claimed stepan"]
    assert await room.memory.outbox(room.clock.now(), 10) == ()


@in_hand_time
async def test_a_chat_closes_the_topic_of_a_case_that_is_over_after_everything_else_was_said() -> None:
    room = PostRoom()
    await room.opens_case()
    await room.say(SALES, "one", "two")
    await room.announces(Announcement(chat=SALES, kind=OutboxKind.CASE_OVER, case_id=CaseId(1)))
    room.web.problems[SALES] = [Unreachable("down")]
    async with room.open():
        await room.let_pass(seconds=10)

    assert room.web.ends == {SALES: ["one", "two"]}
    assert room.memory.rows.outbox == {}
