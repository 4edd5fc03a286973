"""What was posted once is not posted again, whatever happened to the answer, to the message or to the program."""

from collections import Counter

import pytest

from tests.scenarios.inplat import INTAKE
from tests.slack.room import Room
from tests.slack.server import Delay, DropAfter, DropBefore
from tests.slack.stage import Stage
from tests.slack.test_channels import bound, opens_a_case
from workflows.ports import chat as port
from workflows.ports.chat import MessageId
from workflows.ports.unit_of_work import StorageUnavailable


async def loses_the_answer(room: Room, words: str, key: str = "card:1.2") -> None:
    """Post something that Slack takes without our hearing of it."""
    room.server.fail("chat.postMessage", DropAfter())
    with pytest.raises(port.Unreachable):
        await room.post(words, key)


async def test_a_post_whose_answer_got_lost_is_recognised_and_brought_up_to_date(room: Room) -> None:
    await loses_the_answer(room, "ready")

    message = await room.post("claimed")

    assert [(m.ts, m.plain) for m in room.channel.messages] == [(message, "claimed")]


async def test_a_post_is_recognised_by_its_key_alone(room: Room) -> None:
    await loses_the_answer(room, "ready")
    room.channel.messages[0].bot_id = None

    await room.post("claimed")

    assert [m.plain for m in room.channel.messages] == ["claimed"]


async def test_a_post_that_never_arrived_is_posted_again(room: Room) -> None:
    room.server.fail("chat.postMessage", DropBefore())
    with pytest.raises(port.Unreachable):
        await room.post("ready")

    await room.post("ready")

    assert [m.plain for m in room.channel.messages] == ["ready"]


async def test_a_post_that_somebody_deleted_meanwhile_is_posted_anew(room: Room) -> None:
    first = await room.post("ready")
    room.server.workspace.delete_message(room.channel, room.channel.messages[0])

    again = await room.post("ready")
    edited = await room.post("claimed")

    assert first != again == edited
    assert [m.plain for m in room.channel.messages] == ["claimed"]


async def test_a_new_program_recognises_all_that_the_last_one_posted_by_looking_once(room: Room) -> None:
    await room.awaits_something()
    first = [await room.post("ready", f"card:1.{number}") for number in range(3)]
    new = room.again()

    again = [await new.post("claimed", f"card:1.{number}") for number in range(3)]
    await new.post("other", "card:1.3")
    await new.post("another", "card:1.4")

    assert again == first
    assert [m.plain for m in room.channel.messages] == ["claimed", "claimed", "claimed", "other", "another"]
    assert len(room.server.calls_of("conversations.history")) == 1


async def test_a_new_program_looks_for_nothing_where_nothing_waited(room: Room) -> None:
    new = room.again()
    await room.awaits_something()

    await new.post("ready")

    assert room.server.calls_of("conversations.history") == []


async def test_nothing_is_posted_by_a_new_program_before_the_database_tells_what_waits(room: Room) -> None:
    await room.awaits_something()
    first = await room.post("ready")
    new = room.again()
    room.memory.is_reachable = False
    with pytest.raises(StorageUnavailable):
        await new.post("ready")

    room.memory.is_reachable = True

    assert await new.post("ready") == first
    assert len(room.channel.messages) == 1


async def test_a_reply_whose_answer_got_lost_is_found_at_the_end_of_a_long_thread(room: Room) -> None:
    card = await room.post("ready")
    room.shows_card(card)
    anna = room.server.user("Анна")
    room.server.invite(room.channel, anna)
    for number in range(250):
        await anna.post(room.channel, f"{number}", thread_ts=card)
    await loses_the_answer(room, "comment", "outbox:7")

    await room.post("comment", "outbox:7")

    replies = room.channel.replies(room.channel.messages[0])
    assert [reply.plain for reply in replies if reply.user == room.server.bot_user_id] == ["comment"]


async def test_a_reply_that_was_said_in_the_channel_is_found_there(room: Room) -> None:
    room.shows_card(MessageId("1.000001"))
    room.server.fail("chat.postMessage", Delay(0.0))
    await loses_the_answer(room, "comment", "outbox:7")

    await room.post("comment", "outbox:7")

    assert [m.plain for m in room.channel.messages] == ["comment"]


async def test_a_card_that_was_posted_as_the_program_ended_is_not_posted_again_by_the_next(stage: Stage) -> None:
    channel = await bound(stage)
    stage.server.fail("chat.postMessage", DropAfter())

    await opens_a_case(stage)
    await stage.until(lambda: channel.messages)
    await stage.restart()
    await stage.until(lambda: stage.server.calls_of("chat.update"))

    assert INTAKE in channel.messages[0].plain
    assert len(channel.messages) == 1
    looked = Counter(call.args["channel"] for call in stage.server.calls_of("conversations.history"))
    assert looked[channel.id] == 1
