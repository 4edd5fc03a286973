"""What the chat port makes of everything that the platform refuses, and what delivery makes of that."""

import asyncio
import json
import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.slack.api.addresses import address_of
from bot.slack.api.errors import CODES, TOO_FAST, Unclear
from bot.slack.api.limits import METHODS, OTHERS
from bot.slack.outbound.chat import MOST_TRIES
from tests.scenarios.inplat import INTAKE
from tests.slack.firm import Firm
from tests.slack.one_channel import OneChannel
from tests.slack.server import DropAfter, DropBefore, RateLimited, Refuse, ServerError
from tests.slack.server.faults import Fault
from tests.slack.test_channels import bound, opens_a_case
from workflows.domain.text import Language
from workflows.ports import chat as port
from workflows.ports.chat import ChatAddress, MessageId

REPOSITORY = Path(__file__).resolve().parents[2]
SPECIFICATION = Path(os.environ.get("HANDOVER_SPECS", REPOSITORY / ".." / "shared" / "specs")) / "slack_web_api.json"
UNASKED = frozenset(
    [
        "deprecated_endpoint",
        "insecure_request",
        "method_deprecated",
        "not_implemented",
        "as_user_not_supported",
        "markdown_text_conflict",
        "missing_profile_id",
        "attachment_payload_limit_exceeded",
        "invalid_attachments",
        "too_many_attachments",
        "too_many_contact_cards",
        "block_mismatch",
        "streaming_state_conflict",
        "missing_file_data",
        "draft_already_deleted",
        "draft_already_sent",
        "draft_has_conflict",
        "draft_not_found",
        "duplicate_channel_not_found",
        "duplicate_message_not_found",
        "file_is_deleted",
        "file_share_limit_reached",
        "max_file_sharing_exceeded",
        "unable_to_share_files",
        "slack_connect_blocked_file_type",
        "slack_connect_canvas_sharing_blocked",
        "slack_connect_clip_sharing_blocked",
        "slack_connect_file_link_sharing_blocked",
        "slack_connect_file_upload_sharing_blocked",
        "slack_connect_lists_sharing_blocked",
        "canvas_disabled_file_team",
        "canvas_disabled_user_team",
        "canvas_globally_disabled",
        "template_not_visible",
        "invalid_user_combination",
        "not_enough_users",
        "too_many_users",
        "users_list_not_supplied",
        "invalid_metadata_filter_keys",
        "list_record_comment_fetch_failed",
        "alt_txt_too_large",
        "snippet_too_large",
        "unknown_snippet_type",
        "unknown_subtype",
    ]
)
"""Codes about what we never ask for: attachments, drafts, canvases, lists, group messages, snippets."""


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Refuse("channel_not_found"), port.ChatGone),
        (Refuse("not_in_channel"), port.ChatGone),
        (Refuse("is_archived"), port.ChatGone),
        (Refuse("token_revoked"), port.ChatGone),
        (Refuse("account_inactive"), port.ChatGone),
        (Refuse("missing_scope"), port.ChatGone),
        (Refuse("restricted_action_read_only_channel"), port.ChatGone),
        (Refuse("messages_tab_disabled"), port.ChatGone),
        (Refuse("invalid_blocks"), port.Rejected),
        (Refuse("invalid_metadata_format"), port.Rejected),
        (Refuse("msg_too_long"), port.Rejected),
        (Refuse("internal_error"), port.Unreachable),
        (Refuse("something_new"), Unclear),
        (Refuse("rate_limited"), port.RateLimited),
        (Refuse("message_limit_exceeded"), port.RateLimited),
        (ServerError(500), port.Unreachable),
        (ServerError(503), port.Unreachable),
        (DropBefore(), port.Unreachable),
        (DropAfter(), port.Unreachable),
        (RateLimited(7), port.RateLimited),
    ],
    ids=str,
)
async def test_a_post_that_is_refused_fails_in_its_own_way(
    one_channel: OneChannel, fault: Fault, error: type[port.ChatError]
) -> None:
    one_channel.server.fail("chat.postMessage", fault)

    with pytest.raises(error) as problem:
        await one_channel.post("ready")

    assert type(problem.value) is error
    if isinstance(problem.value, port.RateLimited):
        assert problem.value.retry_after.total_seconds() == {"ratelimited": 7, "rate_limited": 1}.get(
            problem.value.code, 60
        )


@pytest.mark.parametrize("method", [name for name in METHODS if name != OTHERS])
def test_every_refusal_of_the_methods_in_use_has_its_meaning(method: str) -> None:
    if not SPECIFICATION.exists():
        # Nothing at hand to compare with: the copy of the reference is not part of this repository.
        return
    facts = json.loads(SPECIFICATION.read_text())

    codes = {*facts["methods"][method]["errors"], *facts["common_errors"]}

    assert sorted(codes - CODES.keys() - TOO_FAST.keys() - UNASKED) == []


async def test_a_refusal_that_nobody_knows_is_given_up_after_a_few_tries(one_channel: OneChannel) -> None:
    one_channel.server.fail("chat.postMessage", Refuse("something_new"), times=MOST_TRIES)
    met = []

    for _ in range(MOST_TRIES):
        with pytest.raises(port.ChatError) as problem:
            await one_channel.post("ready")
        met.append(type(problem.value))
    await one_channel.post("ready")

    assert met == [Unclear] * (MOST_TRIES - 1) + [port.Rejected]
    assert [m.plain for m in one_channel.channel.messages] == ["ready"]


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_a_message_that_cannot_be_changed_any_more_is_gone(one_channel: OneChannel, code: str) -> None:
    card = await one_channel.post("ready")
    one_channel.server.fail("chat.update", Refuse(code))

    with pytest.raises(port.MessageGone):
        await one_channel.edit(card, "claimed")


async def test_what_is_left_of_a_message_that_cannot_be_changed_is_taken_away(one_channel: OneChannel) -> None:
    card = await one_channel.post("ready")
    one_channel.server.fail("chat.update", Refuse("edit_window_closed"))

    with pytest.raises(port.MessageGone):
        await one_channel.edit(card, "claimed")

    assert one_channel.channel.messages == []


async def test_a_first_card_that_was_taken_away_leaves_the_next_one_no_thread(one_channel: OneChannel) -> None:
    card = await one_channel.post("ready")
    one_channel.shows_card(card)
    one_channel.server.fail("chat.update", Refuse("edit_window_closed"))
    with pytest.raises(port.MessageGone):
        await one_channel.edit(card, "claimed")

    again = await one_channel.post("claimed", "card:1.2:2")
    await one_channel.post("comment", "outbox:7")

    shown = [(m.plain, m.thread_ts) for m in one_channel.channel.everything]
    assert shown == [("claimed", None), ("comment", again)]
    asked = [call.args.get("thread_ts") for call in one_channel.server.calls_of("chat.postMessage")]
    assert asked == [None, None, again]


async def test_a_reply_that_slack_posts_in_the_channel_begins_the_thread_that_follows(one_channel: OneChannel) -> None:
    one_channel.shows_card(MessageId("1.000001"))

    first = await one_channel.post("comment", "outbox:7")
    await one_channel.post("another", "outbox:8")
    await one_channel.again().post("a third", "outbox:9")

    shown = [(m.plain, m.thread_ts) for m in one_channel.channel.everything]
    assert shown == [("comment", None), ("another", first), ("a third", first)]


async def test_what_is_left_and_cannot_be_taken_away_is_told_to_the_operator(one_channel: OneChannel) -> None:
    card = await one_channel.post("ready")
    one_channel.server.fail("chat.update", Refuse("edit_window_closed"))
    one_channel.server.fail("chat.delete", Refuse("cant_delete_message"))

    with capture_logs() as told, pytest.raises(port.MessageGone):
        await one_channel.edit(card, "claimed")

    assert [(line["action"], line["code"]) for line in told] == [("slack_message_left", "cant_delete_message")]


@pytest.mark.parametrize("code", ["cannot_reply_to_message", "restricted_action_thread_locked"])
async def test_a_reply_to_a_card_that_takes_none_is_said_in_the_channel(one_channel: OneChannel, code: str) -> None:
    one_channel.shows_card(await one_channel.post("ready"))
    one_channel.server.fail("chat.postMessage", Refuse(code))

    await one_channel.post("comment", "outbox:7")

    assert [m.plain for m in one_channel.channel.messages] == ["ready", "comment"]


async def test_a_reply_to_a_card_that_is_no_more_is_said_in_the_channel(one_channel: OneChannel) -> None:
    one_channel.shows_card(MessageId("1.000001"))

    await one_channel.post("comment", "outbox:7")

    assert [m.plain for m in one_channel.channel.messages] == ["comment"]


async def told_in_the_web_chat(firm: Firm, person: str, words: str) -> None:
    """Wait until a message to somebody is in the web chat, however late the loop gets to it."""
    with firm.app.services.hub.subscribe() as news:
        async with asyncio.timeout(8):
            async for _ in news.read(heartbeat=0.1):
                latest = await firm.app.services.web_messages.latest(ChatAddress(f"web:@{person}"), 10)
                if any(words in message.renditions[Language.RU].text for message in latest):
                    return


def revoke(firm: Firm) -> None:
    """Have Slack refuse the token where messages are posted and where it is tried."""
    for method in ("chat.postMessage", "auth.test"):
        firm.server.fail(method, Refuse("token_revoked"), times=None)


async def test_with_a_revoked_token_cards_wait_and_go_out_by_themselves_when_it_is_accepted_again(firm: Firm) -> None:
    channel = await bound(firm)
    revoke(firm)

    await opens_a_case(firm)
    await firm.until(lambda: firm.app.chats.directory.is_closed(address_of(channel.id)))
    await told_in_the_web_chat(firm, "timur", "token_revoked")
    assert channel.messages == []
    firm.server.faults.clear()

    await firm.card(channel, "Взять", INTAKE)
    await firm.until(lambda: not firm.app.chats.directory.is_closed(address_of(channel.id)))


async def test_with_a_new_token_what_waits_goes_out_at_the_start(firm: Firm) -> None:
    channel = await bound(firm)
    revoke(firm)
    await opens_a_case(firm)
    await firm.until(lambda: firm.app.chats.directory.is_closed(address_of(channel.id)))

    async def set_another_token() -> None:
        firm.server.faults.clear()

    with capture_logs() as logs:
        await firm.restart(set_another_token)

    await firm.card(channel, "Взять", INTAKE)
    assert [line["chat"] for line in logs if line["action"] == "slack_reopened"] == [address_of(channel.id)]


async def test_a_card_that_is_refused_for_its_blocks_is_set_aside_where_it_can_be_seen(firm: Firm) -> None:
    channel = await bound(firm)
    firm.server.fail("chat.postMessage", Refuse("invalid_blocks"), times=2)

    await opens_a_case(firm)
    await firm.until(lambda: [c for c in firm.server.calls_of("chat.postMessage") if c.answer])
    await firm.app.delivery.deliver_due()

    dead = await firm.app.queries.undeliverable(10)
    assert ("invalid_blocks", address_of(channel.id)) in [(row.error, row.announcement.chat) for row in dead]
