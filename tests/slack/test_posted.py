"""What was posted once is not posted again, whatever happened to the response, the message or the program."""

from collections import Counter

import pytest

from tests.scenarios.inplat import INTAKE
from tests.slack.firm import Firm
from tests.slack.one_channel import OneChannel
from tests.slack.server import DropAfter, DropBefore
from tests.slack.test_channels import bound, opens_a_case
from workflows.ports import chat as port
from workflows.ports.chat import MessageId
from workflows.ports.unit_of_work import StorageUnavailable


async def loses_the_answer(one_channel: OneChannel, words: str, key: str = "card:1.2") -> None:
    """Post something that Slack accepts while its response to us is lost."""
    one_channel.server.fail("chat.postMessage", DropAfter())
    with pytest.raises(port.Unreachable):
        await one_channel.post(words, key)


async def test_a_post_whose_answer_got_lost_is_recognised_and_brought_up_to_date(one_channel: OneChannel) -> None:
    await loses_the_answer(one_channel, "ready")

    message = await one_channel.post("claimed")

    assert [(m.ts, m.plain) for m in one_channel.channel.messages] == [(message, "claimed")]


async def test_a_post_is_recognised_by_its_key_alone(one_channel: OneChannel) -> None:
    await loses_the_answer(one_channel, "ready")
    one_channel.channel.messages[0].bot_id = None

    await one_channel.post("claimed")

    assert [m.plain for m in one_channel.channel.messages] == ["claimed"]


async def test_a_post_that_never_arrived_is_posted_again(one_channel: OneChannel) -> None:
    one_channel.server.fail("chat.postMessage", DropBefore())
    with pytest.raises(port.Unreachable):
        await one_channel.post("ready")

    await one_channel.post("ready")

    assert [m.plain for m in one_channel.channel.messages] == ["ready"]


async def test_a_post_that_somebody_deleted_meanwhile_is_posted_anew(one_channel: OneChannel) -> None:
    first = await one_channel.post("ready")
    one_channel.server.workspace.delete_message(one_channel.channel, one_channel.channel.messages[0])

    again = await one_channel.post("ready")
    edited = await one_channel.post("claimed")

    assert first != again == edited
    assert [m.plain for m in one_channel.channel.messages] == ["claimed"]


async def test_a_new_program_recognises_all_that_the_last_one_posted_by_looking_once(one_channel: OneChannel) -> None:
    await one_channel.awaits_something()
    first = [await one_channel.post("ready", f"card:1.{number}") for number in range(3)]
    new = one_channel.again()

    again = [await new.post("claimed", f"card:1.{number}") for number in range(3)]
    await new.post("other", "card:1.3")
    await new.post("another", "card:1.4")

    assert again == first
    assert [m.plain for m in one_channel.channel.messages] == ["claimed", "claimed", "claimed", "other", "another"]
    assert len(one_channel.server.calls_of("conversations.history")) == 1


async def test_a_new_program_looks_for_nothing_where_nothing_waited(one_channel: OneChannel) -> None:
    new = one_channel.again()
    await one_channel.awaits_something()

    await new.post("ready")

    assert one_channel.server.calls_of("conversations.history") == []


async def test_nothing_is_posted_by_a_new_program_before_the_database_tells_what_waits(one_channel: OneChannel) -> None:
    await one_channel.awaits_something()
    first = await one_channel.post("ready")
    new = one_channel.again()
    one_channel.memory.is_reachable = False
    with pytest.raises(StorageUnavailable):
        await new.post("ready")

    one_channel.memory.is_reachable = True

    assert await new.post("ready") == first
    assert len(one_channel.channel.messages) == 1


async def test_a_reply_whose_answer_got_lost_is_found_at_the_end_of_a_long_thread(one_channel: OneChannel) -> None:
    card = await one_channel.post("ready")
    one_channel.shows_card(card)
    anna = one_channel.server.user("Анна")
    one_channel.server.invite(one_channel.channel, anna)
    for number in range(250):
        await anna.post(one_channel.channel, f"{number}", thread_ts=card)
    await loses_the_answer(one_channel, "comment", "outbox:7")

    await one_channel.post("comment", "outbox:7")

    replies = one_channel.channel.replies(one_channel.channel.messages[0])
    assert [reply.plain for reply in replies if reply.user == one_channel.server.bot_user_id] == ["comment"]


async def test_a_reply_that_was_said_in_the_channel_is_found_there(one_channel: OneChannel) -> None:
    one_channel.shows_card(MessageId("1.000001"))
    await loses_the_answer(one_channel, "comment", "outbox:7")

    await one_channel.post("comment", "outbox:7")

    assert [m.plain for m in one_channel.channel.messages] == ["comment"]


async def test_a_card_that_was_posted_as_the_program_ended_is_not_posted_again_by_the_next(firm: Firm) -> None:
    channel = await bound(firm)
    # The line of the opener and the card, whichever is posted first.
    firm.server.fail("chat.postMessage", DropAfter(), times=2)

    await opens_a_case(firm)
    await firm.until(lambda: channel.messages)
    await firm.restart()
    await firm.until(lambda: channel.id in [call.args["channel"] for call in firm.server.calls_of("chat.update")])

    assert INTAKE in channel.messages[0].plain
    assert len(channel.messages) == 1
    looked = Counter(call.args["channel"] for call in firm.server.calls_of("conversations.history"))
    assert looked[channel.id] == 1
