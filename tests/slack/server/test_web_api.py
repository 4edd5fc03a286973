"""The Web API through the real client: what is accepted, and each refusal."""

import asyncio

import aiohttp
import pytest
from aiohttp import ClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from . import (
    Channel,
    Delay,
    DropAfter,
    DropBefore,
    HandClock,
    Hold,
    Person,
    RateLimited,
    Refuse,
    ServerError,
    SlackServer,
)
from .calling import error_of, refusal, section

METADATA = {"event_type": "card", "event_payload": {"card": "7"}}


async def test_the_token_is_introduced_with_its_scopes(server: SlackServer, client: AsyncWebClient) -> None:
    answer = await client.auth_test()

    assert answer["user_id"] == server.bot_user_id
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_bad_tokens_are_refused_by_name(server: SlackServer, client: AsyncWebClient) -> None:
    async def answer(token: str | None) -> str:
        other = AsyncWebClient(token=token, base_url=server.url, retry_handlers=[])
        return await error_of(other.auth_test())

    assert await answer(None) == "not_authed"
    assert await answer("xoxb-wrong") == "invalid_auth"
    assert await answer(server.app_token) == "not_allowed_token_type"
    assert await error_of(client.apps_connections_open(app_token=server.bot_token)) == "not_allowed_token_type"
    server.revoke()
    assert await answer(server.bot_token) == "token_revoked"


async def test_a_missing_scope_is_named_with_what_there_is(
    server: SlackServer, client: AsyncWebClient, sales: Channel
) -> None:
    server.tokens.scopes = {"chat:write", "channels:read"}

    answer = await refusal(client.conversations_history(channel=sales.id))

    assert (answer["error"], answer["needed"], answer["provided"]) == (
        "missing_scope",
        "channels:history",
        "channels:read,chat:write",
    )


async def test_what_a_method_does_not_know_is_refused(client: AsyncWebClient, sales: Channel) -> None:
    assert await error_of(client.api_call("chat.shout")) == "unknown_method"
    assert await error_of(client.chat_postMessage(channel=sales.id, text="x", colour="red")) == "invalid_arg_name"
    wrong = await refusal(client.api_call("chat.update", json={"channel": sales.id, "text": "x"}))
    assert wrong["response_metadata"]["messages"] == ["[ERROR] missing required field: ts"]
    assert await error_of(client.api_call("chat.postMessage", json={"channel": 5, "text": "x"})) == "invalid_arguments"
    assert (
        await error_of(client.api_call("conversations.history", params={"channel": sales.id, "limit": "many"}))
        == "invalid_arguments"
    )


async def test_form_json_and_multipart_bodies_say_the_same(client: AsyncWebClient, sales: Channel) -> None:
    said = {"channel": sales.id, "text": "привет", "blocks": '[{"type": "divider"}]'}

    await client.api_call("chat.postMessage", json=said)
    await client.api_call("chat.postMessage", data=said)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {client.token}"}) as session:
        form = aiohttp.FormData(said, default_to_multipart=True)
        async with session.post(f"{client.base_url}chat.postMessage", data=form) as response:
            assert (await response.json())["ok"]

    assert [message.text for message in sales.messages] == ["привет"] * 3
    assert all(message.blocks[0]["type"] == "divider" for message in sales.messages)


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        ("{", "application/json", "invalid_json"),
        ("[]", "application/json", "json_not_object"),
        ("<x/>", "application/xml", "invalid_post_type"),
        ('{"token": "xoxb-1111111111-2222222222-handover"}', "application/json", "not_authed"),
    ],
)
async def test_a_body_that_is_none_is_named(server: SlackServer, body: str, kind: str, error: str) -> None:
    async with (
        aiohttp.ClientSession(headers={"Content-Type": kind}) as session,
        session.post(f"{server.url}auth.test", data=body) as response,
    ):
        assert (await response.json())["error"] == error


async def test_a_post_needs_something_to_show(client: AsyncWebClient, sales: Channel) -> None:
    assert await error_of(client.chat_postMessage(channel=sales.id, text="")) == "no_text"
    assert await error_of(
        client.api_call("chat.postMessage", json={"channel": sales.id, "text": "x", "blocks": "[{"})
    ) == ("invalid_blocks_format")
    assert await error_of(client.chat_postMessage(channel=sales.id, text="x", as_user=True)) == "as_user_not_supported"
    wrong = await refusal(client.chat_postMessage(channel=sales.id, text="x", blocks=[section("")]))
    assert wrong["error"] == "invalid_blocks"
    assert wrong["response_metadata"]["messages"][-1] == (
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    )


async def test_a_channel_that_cannot_be_posted_to_says_why(
    server: SlackServer, client: AsyncWebClient, sales: Channel
) -> None:
    foreign, secret = server.channel("foreign", bot=False), server.channel("secret", private=True, bot=False)
    server.archive(sales)

    assert await error_of(client.chat_postMessage(channel="C404", text="x")) == "channel_not_found"
    assert await error_of(client.chat_postMessage(channel=foreign.id, text="x")) == "not_in_channel"
    assert await error_of(client.chat_postMessage(channel=secret.id, text="x")) == "channel_not_found"
    assert await error_of(client.chat_postMessage(channel=sales.id, text="x")) == "is_archived"


async def test_an_update_with_text_alone_takes_the_blocks_away(client: AsyncWebClient, sales: Channel) -> None:
    posted = await client.chat_postMessage(channel=sales.id, text="a", blocks=[section("блок")], metadata=METADATA)

    await client.chat_update(channel=sales.id, ts=posted["ts"], text="b")

    [message] = sales.messages
    assert (message.blocks, message.text, message.plain) == ([], "b", "b")
    assert message.metadata == METADATA
    assert message.edited is not None


async def test_updates_and_deletions_that_cannot_be(
    server: SlackServer, client: AsyncWebClient, sales: Channel, anna: Person
) -> None:
    written = await anna.post(sales, "моё")
    own = await client.chat_postMessage(channel=sales.id, text="x")

    assert await error_of(client.chat_update(channel=sales.id, ts="1.1", text="x")) == "message_not_found"
    assert await error_of(client.chat_update(channel=sales.id, ts=written.ts, text="x")) == "cant_update_message"
    assert await error_of(client.chat_delete(channel=sales.id, ts=written.ts)) == "cant_delete_message"
    assert await error_of(client.chat_update(channel=sales.id, ts=own["ts"], text="x" * 4001)) == "msg_too_long"
    await client.chat_delete(channel=sales.id, ts=own["ts"])
    assert await error_of(client.chat_update(channel=sales.id, ts=own["ts"], text="x")) == "message_not_found"
    late = await client.chat_postMessage(channel=sales.id, text="x")
    server.archive(sales)
    assert await error_of(client.chat_update(channel=sales.id, ts=late["ts"], text="y")) == "is_inactive"


async def test_threads_are_answered_at_their_head(client: AsyncWebClient, sales: Channel) -> None:
    card = await client.chat_postMessage(channel=sales.id, text="карточка")
    await client.chat_postMessage(channel=sales.id, text="в ветке", thread_ts=card["ts"])

    [head] = sales.messages
    assert [reply.text for reply in sales.replies(head)] == ["в ветке"]
    answer = await client.conversations_replies(channel=sales.id, ts=card["ts"])
    assert [message["text"] for message in answer["messages"]] == ["карточка", "в ветке"]
    assert answer["messages"][0]["reply_count"] == 1
    assert await error_of(client.conversations_replies(channel=sales.id, ts="1.000001")) == "thread_not_found"


async def test_a_reply_to_what_was_deleted_stands_in_the_channel_and_only_the_answer_tells(
    client: AsyncWebClient, sales: Channel
) -> None:
    card = await client.chat_postMessage(channel=sales.id, text="карточка")
    reply = await client.chat_postMessage(channel=sales.id, text="в ветке", thread_ts=card["ts"])
    await client.chat_delete(channel=sales.id, ts=reply["ts"])
    await client.chat_delete(channel=sales.id, ts=card["ts"])

    late = await client.chat_postMessage(channel=sales.id, text="поздно", thread_ts=card["ts"], reply_broadcast=True)

    assert reply["message"]["thread_ts"] == card["ts"]
    assert "thread_ts" not in late["message"]
    assert [message.text for message in sales.messages] == ["поздно"]


async def test_of_a_deleted_message_with_replies_a_tombstone_remains(
    server: SlackServer, client: AsyncWebClient, sales: Channel
) -> None:
    card = await client.chat_postMessage(channel=sales.id, text="карточка")
    await client.chat_postMessage(channel=sales.id, text="в ветке", thread_ts=card["ts"])

    await client.chat_delete(channel=sales.id, ts=card["ts"])

    answer = await client.conversations_replies(channel=sales.id, ts=card["ts"])
    assert [message.get("subtype") for message in answer["messages"]] == ["tombstone", None]
    assert answer["messages"][0]["user"] == "USLACKBOT"
    assert sales.messages == []


async def test_history_shows_metadata_only_when_asked_and_newest_first(client: AsyncWebClient, sales: Channel) -> None:
    first = await client.chat_postMessage(channel=sales.id, text="1", metadata=METADATA)
    await client.chat_postMessage(channel=sales.id, text="2")

    asked = await client.conversations_history(channel=sales.id, include_all_metadata=True)
    bare = await client.conversations_history(channel=sales.id, oldest=first["ts"], inclusive=True, limit=1)

    assert [message["text"] for message in asked["messages"]] == ["2", "1"]
    assert asked["messages"][1]["metadata"] == METADATA
    assert (len(bare["messages"]), bare["has_more"]) == (1, True)
    following = await client.conversations_history(
        channel=sales.id, cursor=bare["response_metadata"]["next_cursor"], limit=1
    )
    assert [message["text"] for message in following["messages"]] == ["1"]
    assert "metadata" not in following["messages"][0]
    assert await error_of(client.conversations_history(channel=sales.id, cursor="?")) == "invalid_cursor"
    assert await error_of(client.conversations_history(channel=sales.id, oldest="gestern")) == "invalid_ts_oldest"


async def test_metadata_has_a_form(client: AsyncWebClient, sales: Channel) -> None:
    odd = client.chat_postMessage(channel=sales.id, text="x", metadata={"event_type": "card"})
    assert await error_of(odd) == "invalid_metadata_format"
    big = {"event_type": "card", "event_payload": {"x": "y" * 20_000}}
    assert await error_of(client.chat_postMessage(channel=sales.id, text="x", metadata=big)) == "metadata_too_large"


async def test_people_are_found_by_their_id(server: SlackServer, client: AsyncWebClient, anna: Person) -> None:
    found = await client.users_info(user=anna.id)
    assert found["user"]["profile"]["email"] == "anna@inplat.example"
    assert await error_of(client.users_info(user="U404")) == "user_not_found"
    server.tokens.scopes.remove("users:read.email")
    seen = await client.users_info(user=anna.id, include_locale=True)
    assert "email" not in seen["user"]["profile"]
    assert seen["user"]["locale"] == "ru-RU"
    assert (await client.bots_info(bot="B0HANDOVER"))["bot"]["user_id"] == server.bot_user_id


async def test_channels_are_joined_and_described(server: SlackServer, client: AsyncWebClient, sales: Channel) -> None:
    other, secret = server.channel("other", bot=False), server.channel("secret", private=True, bot=False)

    await client.conversations_join(channel=other.id)
    info = (await client.conversations_info(channel=other.id, include_num_members=True))["channel"]
    assert (info["is_member"], info["num_members"]) == (True, 1)
    assert await error_of(client.conversations_info(channel=secret.id)) == "channel_not_found"


async def test_a_direct_message_opens_once(client: AsyncWebClient, anna: Person) -> None:
    opened = await client.conversations_open(users=anna.id)
    await client.chat_postMessage(channel=anna.id, text="по id человека")
    await client.chat_postMessage(channel=opened["channel"]["id"], text="по id беседы")

    assert [message.text for message in anna.dm.messages] == ["по id человека", "по id беседы"]
    assert await error_of(client.conversations_open(users="U404")) == "user_not_found"
    assert await error_of(client.api_call("conversations.open")) == "users_list_not_supplied"


async def test_an_ephemeral_message_is_seen_by_one_member(
    server: SlackServer, client: AsyncWebClient, sales: Channel, anna: Person
) -> None:
    boris = server.user("Борис")

    await client.chat_postEphemeral(channel=sales.id, user=anna.id, text="только вам")

    assert [message.plain for message in anna.ephemerals] == ["только вам"]
    assert (boris.ephemerals, sales.messages) == ([], [])
    outsider = client.chat_postEphemeral(channel=sales.id, user=boris.id, text="x")
    assert await error_of(outsider) == "user_not_in_channel"


async def test_a_permalink_leads_into_the_thread(client: AsyncWebClient, sales: Channel) -> None:
    head = await client.chat_postMessage(channel=sales.id, text="1")
    reply = await client.chat_postMessage(channel=sales.id, text="2", thread_ts=head["ts"])

    link = (await client.chat_getPermalink(channel=sales.id, message_ts=reply["ts"]))["permalink"]

    assert link.endswith(f"/{sales.id}/p{reply['ts'].replace('.', '')}?thread_ts={head['ts']}&cid={sales.id}")
    assert await error_of(client.chat_getPermalink(channel=sales.id, message_ts="1.1")) == "message_not_found"


async def test_a_file_goes_up_in_three_steps_and_comes_down_with_the_token(
    client: AsyncWebClient, sales: Channel
) -> None:
    uploaded = await client.files_upload_v2(
        filename="договор.txt", content="текст", channel=sales.id, initial_comment="вот"
    )

    [message] = sales.messages
    assert (message.text, [file.name for file in message.files]) == ("вот", ["договор.txt"])
    info = (await client.files_info(file=uploaded["file"]["id"]))["file"]
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {client.token}"}
        async with session.get(info["url_private_download"], headers=headers) as response:
            assert await response.text() == "текст"
        async with session.get(info["url_private_download"]) as response:
            assert (response.status, response.content_type) == (200, "text/html")
    assert await error_of(client.files_info(file="F404")) == "file_not_found"
    empty = client.files_getUploadURLExternal(filename="x", length=0)
    assert await error_of(empty) == "invalid_arguments"
    begun = await client.files_getUploadURLExternal(filename="x", length=5)
    half = client.files_completeUploadExternal(files=[{"id": begun["file_id"], "title": "x"}])
    assert await error_of(half) == "file_update_failed"


async def test_posts_are_limited_to_one_a_second_in_a_channel(
    server: SlackServer, client: AsyncWebClient, sales: Channel, clock: HandClock
) -> None:
    server.limits.enabled = True
    other = server.channel("other")
    await client.chat_postMessage(channel=sales.id, text="1")

    early = await refusal(client.chat_postMessage(channel=sales.id, text="2"))

    assert (early["error"], early["status"], early["headers"]["Retry-After"]) == ("ratelimited", 429, "1")
    await client.chat_postMessage(channel=other.id, text="в другом канале можно")
    clock.advance(1)
    await client.chat_postMessage(channel=sales.id, text="2")
    assert server.limits.refused == 1


async def test_the_other_methods_are_limited_by_their_tier(
    server: SlackServer, client: AsyncWebClient, sales: Channel, clock: HandClock
) -> None:
    server.limits.enabled = True
    for _ in range(50):
        await client.conversations_info(channel=sales.id)
        clock.advance(1)

    early = await refusal(client.conversations_info(channel=sales.id))

    assert early["headers"]["Retry-After"] == "10"
    clock.advance(10)
    await client.conversations_info(channel=sales.id)


async def test_faults_come_once_and_then_things_work_again(
    server: SlackServer, client: AsyncWebClient, sales: Channel
) -> None:
    server.fail("chat.postMessage", Refuse("internal_error"))
    server.fail("chat.postMessage", RateLimited(7))
    server.fail("chat.postMessage", ServerError(503))
    server.fail("chat.postMessage", Delay(0.001))

    assert await error_of(client.chat_postMessage(channel=sales.id, text="x")) == "internal_error"
    limited = await refusal(client.chat_postMessage(channel=sales.id, text="x"))
    assert limited["headers"]["Retry-After"] == "7"
    broken = await refusal(client.chat_postMessage(channel=sales.id, text="x"))
    assert broken["status"] == 503
    await client.chat_postMessage(channel=sales.id, text="x")
    assert len(sales.messages) == 1


async def test_a_lost_answer_leaves_the_message_and_a_lost_call_does_not(
    server: SlackServer, client: AsyncWebClient, sales: Channel
) -> None:
    server.fail("chat.postMessage", DropBefore())
    server.fail("chat.postMessage", DropAfter())

    with pytest.raises(ClientError):
        await client.chat_postMessage(channel=sales.id, text="потеряно по дороге туда")
    with pytest.raises(ClientError):
        await client.chat_postMessage(channel=sales.id, text="потерян ответ")

    assert [message.text for message in sales.messages] == ["потерян ответ"]
    assert [call.status for call in server.calls_of("chat.postMessage")] == [0, 200]


async def test_the_clients_own_retry_posts_twice_when_the_answer_is_lost(server: SlackServer, sales: Channel) -> None:
    careless = AsyncWebClient(
        token=server.bot_token, base_url=server.url, retry_handlers=[AsyncConnectionErrorRetryHandler()]
    )
    server.fail("chat.postMessage", DropAfter())

    await careless.chat_postMessage(channel=sales.id, text="карточка")

    assert [message.text for message in sales.messages] == ["карточка", "карточка"]


async def test_a_call_can_be_held_until_the_test_lets_it_go(
    server: SlackServer, client: AsyncWebClient, sales: Channel
) -> None:
    hold = Hold()
    server.fail("chat.postMessage", hold)
    posting = asyncio.ensure_future(client.chat_postMessage(channel=sales.id, text="x"))
    await server.wait_for(lambda: server.calls_of("chat.postMessage"))
    assert sales.messages == []

    hold.released.set()

    await posting
    assert len(sales.messages) == 1


async def test_the_network_can_jitter_the_same_way_each_time(
    server: SlackServer, client: AsyncWebClient, sales: Channel
) -> None:
    server.jitter(0.001, 0.002, seed=7)

    await client.chat_postMessage(channel=sales.id, text="x")

    assert len(sales.messages) == 1
