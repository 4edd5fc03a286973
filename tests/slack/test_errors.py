"""What the chat port makes of everything that the platform refuses, and what delivery makes of that."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.slack.addresses import address_of
from bot.slack.api import Api
from bot.slack.chat import SlackChat
from bot.slack.pace import Pace
from tests.fakes.clock import MONDAY_MORNING
from tests.fakes.memory import Memory
from tests.scenarios.inplat import INTAKE
from tests.slack.server import (
    Channel,
    DropAfter,
    DropBefore,
    RateLimited,
    Refuse,
    ServerError,
    SlackServer,
)
from tests.slack.server.faults import Fault
from tests.slack.stage import Stage
from tests.slack.test_channels import bound, opens_a_case
from workflows.domain.ids import CaseId, FileId, PersonId, TaskId
from workflows.domain.text import Language
from workflows.ports import chat as port
from workflows.ports.chat import ChatAddress, Message, MessageId, Subject
from workflows.ports.unit_of_work import KeptFile, ShownCard

ABOUT = Subject(case_id=CaseId(1), task_id=TaskId("1.2"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A channel of a workspace and the port to it."""

    server: SlackServer
    channel: Channel
    chat: SlackChat
    memory: Memory

    @property
    def address(self) -> ChatAddress:
        """The channel as an address."""
        return address_of(self.channel.id)

    async def post(self, words: str, key: str = "card:1.2", *files: FileId) -> MessageId:
        """Say something in the channel."""
        renditions = {Language.RU: Message(text=words, files=files)}
        return await self.chat.post(self.address, renditions, key=key, subject=ABOUT)

    async def edit(self, message: MessageId, words: str) -> None:
        """Change what was said."""
        await self.chat.edit(self.address, message, {Language.RU: Message(text=words)}, subject=ABOUT)


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    async with SlackServer() as server:
        api, memory = Api(token=server.bot_token, url=server.url, pace=Pace({})), Memory()
        chat = SlackChat(api=api, queries=memory, locale=Language.RU)
        yield Room(server=server, channel=server.channel("support"), chat=chat, memory=memory)
        await api.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Refuse("channel_not_found"), port.ChatGone),
        (Refuse("not_in_channel"), port.ChatGone),
        (Refuse("is_archived"), port.ChatGone),
        (Refuse("token_revoked"), port.ChatGone),
        (Refuse("account_inactive"), port.ChatGone),
        (Refuse("missing_scope"), port.ChatGone),
        (Refuse("invalid_blocks"), port.Rejected),
        (Refuse("msg_too_long"), port.Rejected),
        (Refuse("internal_error"), port.Unreachable),
        (Refuse("something_new"), port.Unreachable),
        (ServerError(500), port.Unreachable),
        (ServerError(503), port.Unreachable),
        (DropBefore(), port.Unreachable),
        (DropAfter(), port.Unreachable),
        (RateLimited(7), port.RateLimited),
    ],
    ids=str,
)
async def test_a_post_that_is_refused_fails_in_its_own_way(
    room: Room, fault: Fault, error: type[port.ChatError]
) -> None:
    room.server.fail("chat.postMessage", fault)

    with pytest.raises(error) as problem:
        await room.post("ready")

    assert type(problem.value) is error
    if isinstance(problem.value, port.RateLimited):
        assert problem.value.retry_after.total_seconds() == 7


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_a_message_that_cannot_be_changed_any_more_is_gone(room: Room, code: str) -> None:
    card = await room.post("ready")
    room.server.fail("chat.update", Refuse(code))

    with pytest.raises(port.MessageGone):
        await room.edit(card, "claimed")


async def test_what_is_left_of_a_message_that_cannot_be_changed_is_taken_away(room: Room) -> None:
    card = await room.post("ready")
    room.server.fail("chat.update", Refuse("edit_window_closed"))

    with pytest.raises(port.MessageGone):
        await room.edit(card, "claimed")

    assert room.channel.messages == []


async def test_a_post_whose_answer_got_lost_is_recognised_and_brought_up_to_date(room: Room) -> None:
    room.server.fail("chat.postMessage", DropAfter())
    with pytest.raises(port.Unreachable):
        await room.post("ready")

    message = await room.post("claimed")

    assert [(m.ts, m.plain) for m in room.channel.messages] == [(message, "claimed")]


async def test_a_post_that_never_arrived_is_posted_again(room: Room) -> None:
    room.server.fail("chat.postMessage", DropBefore())
    with pytest.raises(port.Unreachable):
        await room.post("ready")

    await room.post("ready")

    assert [m.plain for m in room.channel.messages] == ["ready"]


async def test_a_new_process_recognises_what_the_last_one_posted(room: Room) -> None:
    first = await room.post("ready")
    api = Api(token=room.server.bot_token, url=room.server.url, pace=Pace({}))
    chat = SlackChat(api=api, queries=room.memory, locale=Language.RU)
    chat.doubt([room.address])

    again = await chat.post(room.address, {Language.RU: Message(text="claimed")}, key="card:1.2", subject=ABOUT)
    await chat.post(room.address, {Language.RU: Message(text="other")}, key="card:1.3", subject=ABOUT)
    await api.close()

    assert again == first
    assert [m.plain for m in room.channel.messages] == ["claimed", "other"]
    assert len(room.server.calls_of("conversations.history")) == 1


async def test_a_reply_whose_answer_got_lost_is_found_in_the_thread(room: Room) -> None:
    card = await room.post("ready")
    shown = ShownCard(task_id=TaskId("1.2"), chat=room.address, message_id=card, revision=1)
    room.memory.rows.cards[TaskId("1.2"), room.address] = shown
    room.server.fail("chat.postMessage", DropAfter())
    with pytest.raises(port.Unreachable):
        await room.post("comment", "outbox:7")

    await room.post("comment", "outbox:7")

    assert [reply.plain for reply in room.channel.replies(room.channel.messages[0])] == ["comment"]


async def test_a_reply_to_a_card_that_is_no_more_is_said_in_the_channel(room: Room) -> None:
    gone = ShownCard(task_id=TaskId("1.2"), chat=room.address, message_id=MessageId("1.000001"), revision=1)
    room.memory.rows.cards[TaskId("1.2"), room.address] = gone

    await room.post("comment", "outbox:7")

    assert [m.plain for m in room.channel.messages] == ["comment"]


async def test_a_file_that_failed_is_shared_later_and_the_words_are_not_said_again(room: Room) -> None:
    file = KeptFile(id=FileId("f1"), name="схема.pdf", media_type="application/pdf", content=b"%PDF")
    await room.memory.transact(lambda unit: unit.add_file(file, PersonId("gleb"), MONDAY_MORNING))
    room.server.fail("files.completeUploadExternal", ServerError(502))
    with pytest.raises(port.Unreachable):
        await room.post("comment", "outbox:7", FileId("f1"))

    await room.post("comment", "outbox:7", FileId("f1"))

    assert [m.plain for m in room.channel.messages] == ["comment"]
    (shared,) = [m for m in room.channel.everything if m.files]
    assert (shared.thread_ts, shared.files[0].content) == (room.channel.messages[0].ts, b"%PDF")


async def test_with_a_revoked_token_cards_wait_and_who_can_mend_it_is_told_in_the_web_chat(stage: Stage) -> None:
    channel = await bound(stage)
    stage.server.fail("chat.postMessage", Refuse("token_revoked"), times=None)

    await opens_a_case(stage)
    await stage.until(lambda: stage.app.chats.directory.is_closed(address_of(channel.id)))
    await stage.app.delivery.deliver_due()
    told = await stage.app.services.web_messages.latest(ChatAddress("web:@timur"), 10)
    assert "token_revoked" in told[-1].renditions[Language.RU].text
    stage.server.faults.clear()
    await stage.app.chats.opened(address_of(channel.id))

    await stage.card(channel, "Взять", INTAKE)


async def test_a_card_that_is_refused_for_its_blocks_is_set_aside_where_it_can_be_seen(stage: Stage) -> None:
    channel = await bound(stage)
    stage.server.fail("chat.postMessage", Refuse("invalid_blocks"), times=2)

    await opens_a_case(stage)
    await stage.until(lambda: [c for c in stage.server.calls_of("chat.postMessage") if c.answer])
    await stage.app.delivery.deliver_due()

    dead = await stage.app.queries.undeliverable(10)
    assert ("invalid_blocks", address_of(channel.id)) in [(row.error, row.announcement.chat) for row in dead]


async def test_a_connection_that_slack_refreshes_loses_nothing(stage: Stage) -> None:
    await stage.joins("anna")
    anna = stage.people["anna"]

    await stage.server.socket_mode.disconnect("refresh_requested")
    await anna.command("/handover", "my", anna.dm)

    await stage.told("anna", "нет задач")
    assert (anna.troubles, stage.server.violations) == ([], [])


async def test_a_connection_that_drops_is_opened_anew_and_what_came_meanwhile_is_answered(stage: Stage) -> None:
    await stage.joins("anna")
    anna = stage.people["anna"]

    stage.server.socket_mode.drop()
    await anna.command("/handover", "my", anna.dm)

    await stage.told("anna", "нет задач")
    assert (anna.troubles, stage.server.violations) == ([], [])
