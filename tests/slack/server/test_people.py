"""People at the screen and what happens to channels: what they can do, which events the app receives."""

from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from . import CannotDo, Channel, Message, Person, SlackServer
from .calling import button, option, section
from .values import JSON


@pytest.fixture
async def card(client: AsyncWebClient, sales: Channel) -> Message:
    menu = {"type": "overflow", "action_id": "more", "options": [option("Вернуть", "return"), option("Кто где", "who")]}
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "ONB-1"}},
        section("*Ромашка*"),
        {"type": "actions", "elements": [button("Взять", "claim", "claim:1:3"), menu]},
    ]
    await client.chat_postMessage(channel=sales.id, text="ONB-1", blocks=blocks)
    return sales.messages[0]


@pytest.fixture
def pressed(app: AsyncApp, socket: AsyncSocketModeHandler) -> list[JSON]:
    """The payloads of the presses, in order."""
    found: list[JSON] = []

    async def on_press(ack: Any, body: JSON) -> None:
        await ack()
        found.append(body)

    for action_id in ("claim", "more"):
        app.action(action_id)(on_press)
    return found


async def test_buttons_and_menus_are_pressed_by_their_words(
    pressed: list[JSON], card: Message, anna: Person, sales: Channel
) -> None:
    assert card.labels == ["Взять", "Вернуть", "Кто где"]
    assert (card.header, card.notification) == ("ONB-1", "ONB-1")

    await anna.press(card, "Взять")
    await anna.press(card, "Кто где")

    first, second = (payload["actions"][0] for payload in pressed)
    assert (first["type"], first["value"]) == ("button", "claim:1:3")
    assert (second["type"], second["selected_option"]["value"]) == ("overflow", "who")
    assert pressed[0]["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": sales.id,
        "is_ephemeral": False,
    }
    assert pressed[0]["message"]["ts"] == card.ts
    assert pressed[0]["user"]["id"] == anna.id


async def test_only_what_stands_there_now_can_be_pressed_unless_the_screen_is_stale(
    pressed: list[JSON], client: AsyncWebClient, card: Message, anna: Person, sales: Channel
) -> None:
    await client.chat_update(channel=sales.id, ts=card.ts, text="взято", blocks=[section("взято")])

    with pytest.raises(CannotDo, match=r"there are \[\]"):
        await anna.press(card, "Взять")
    await anna.press_stale(card, "Взять")

    assert pressed[0]["actions"][0]["value"] == "claim:1:3"
    with pytest.raises(CannotDo):
        await anna.press_stale(card, "Продать")


async def test_a_private_channel_is_closed_to_others(server: SlackServer, anna: Person) -> None:
    secret = server.channel("secret", private=True)

    with pytest.raises(CannotDo, match="does not see"):
        await anna.post(secret, "x")


async def test_a_command_is_answered_to_one_or_to_all_or_badly(
    app: AsyncApp, socket: AsyncSocketModeHandler, sales: Channel, anna: Person
) -> None:
    @app.command("/handover")
    async def on_command(ack: Any, command: JSON) -> None:
        answers: dict[str, JSON] = {
            "my": {"text": "ваши дела"},
            "share": {"text": "дела отдела", "response_type": "in_channel"},
            "bad": {"text": "x", "blocks": [{"type": "sections"}]},
        }
        await ack(**answers[command["text"]])

    for words in ("my", "share", "bad"):
        assert (await anna.command("/handover", words, sales)).acknowledged

    assert [message.plain for message in anna.ephemerals] == ["ваши дела"]
    assert [message.plain for message in sales.messages] == ["дела отдела"]
    assert "invalid_blocks" in anna.troubles[0]


async def test_a_message_shortcut_carries_the_message(
    app: AsyncApp, socket: AsyncSocketModeHandler, sales: Channel, anna: Person
) -> None:
    seen: list[JSON] = []

    @app.shortcut("make_case")
    async def on_shortcut(ack: Any, body: JSON) -> None:
        await ack()
        seen.append(body)

    message = await anna.post(sales, "сделайте @Анна <это>", files=[("a.txt", b"1")])
    await anna.message_shortcut("make_case", message)

    assert seen[0]["message"]["text"] == f"сделайте {anna.mention} &lt;это&gt;"
    assert seen[0]["message"]["files"][0]["size"] == 1
    assert message.plain == "сделайте @Анна <это>"


async def events(server: SlackServer) -> list[JSON]:
    await server.settled()
    return [delivery.payload["event"] for delivery in server.deliveries.made if "event" in delivery.payload]


@pytest.fixture
def hearing(app: AsyncApp, socket: AsyncSocketModeHandler) -> None:
    """An app that accepts every event."""

    async def take() -> None:
        return

    membership = ("member_joined_channel", "member_left_channel", "channel_left", "group_left")
    for kind in ("message", "channel_rename", "channel_archive", *membership):
        app.event(kind)(take)


@pytest.mark.usefixtures("hearing")
async def test_writing_editing_and_deleting_are_heard(server: SlackServer, sales: Channel, anna: Person) -> None:
    message = await anna.post(sales, "раз")
    reply = await anna.post(sales, "в ветке", thread_ts=message.ts)
    await anna.edit(message, "два")
    await anna.delete(reply)

    posted, answered, changed, deleted = await events(server)
    assert (posted["text"], posted["channel_type"]) == ("раз", "channel")
    assert (answered["thread_ts"], answered["parent_user_id"]) == (message.ts, anna.id)
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "два")
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", reply.ts)


@pytest.mark.usefixtures("hearing")
async def test_a_reply_that_is_sent_to_the_channel_too_tells_its_root(
    server: SlackServer, sales: Channel, anna: Person, card: Message
) -> None:
    await anna.post(sales, "только здесь", thread_ts=card.ts)
    await anna.post(sales, "и всем", thread_ts=card.ts, to_channel=True)

    inside, shown = (await events(server))[-2:]
    assert (inside["parent_user_id"], "root" in inside) == (server.bot_user_id, False)
    assert (shown["subtype"], shown["root"]["ts"], "parent_user_id" in shown) == ("thread_broadcast", card.ts, False)
    assert [message.plain for message in sales.messages] == [card.plain, "и всем"]


@pytest.mark.usefixtures("hearing")
async def test_a_mention_of_the_app_is_heard_twice(
    server: SlackServer, app: AsyncApp, sales: Channel, anna: Person
) -> None:
    async def take() -> None:
        return

    app.event("app_mention")(take)

    await anna.post(sales, "@Handover что нового?")

    heard = await events(server)
    assert [event["type"] for event in heard] == ["message", "app_mention"]
    assert {event["text"] for event in heard} == {f"<@{server.bot_user_id}> что нового?"}


@pytest.mark.usefixtures("hearing")
async def test_what_happens_to_a_channel_is_heard_in_slacks_words(
    server: SlackServer, sales: Channel, anna: Person
) -> None:
    other = server.channel("other", bot=False)
    server.invite_bot(other, by=anna)
    server.rename(sales, "продажи")
    server.archive(sales, by=anna)
    server.convert_to_private(other, by=anna)
    boris = server.user("Борис")
    server.invite(other, boris)
    server.remove(other, boris)

    heard = await events(server)

    assert [(event["type"], event.get("subtype")) for event in heard] == [
        ("member_joined_channel", None),
        ("channel_rename", None),
        ("channel_archive", None),
        ("message", "channel_convert_to_private"),
        ("member_joined_channel", None),
        ("member_left_channel", None),
    ]
    assert (heard[0]["user"], heard[0]["inviter"]) == (server.bot_user_id, anna.id)
    assert heard[1]["channel"]["name"] == "продажи"


@pytest.mark.usefixtures("hearing")
async def test_a_removed_app_hears_channel_left_and_nothing_after(
    server: SlackServer, client: AsyncWebClient, sales: Channel, anna: Person
) -> None:
    secret = server.channel("secret", private=True, members=(anna,))
    server.remove_bot(sales, by=anna)
    server.remove_bot(secret, by=anna)
    await anna.post(sales, "слышно ли?")

    heard = await events(server)

    assert [event["type"] for event in heard] == ["channel_left", "group_left"]
    assert heard[0] | {"event_ts": ""} == {
        "type": "channel_left",
        "channel": sales.id,
        "actor_id": anna.id,
        "event_ts": "",
    }


async def test_the_transcript_reads_like_the_screen(
    server: SlackServer, client: AsyncWebClient, card: Message, anna: Person, sales: Channel
) -> None:
    await anna.post(sales, "беру", thread_ts=card.ts)
    await client.chat_postEphemeral(channel=sales.id, user=anna.id, text="*только* вам")

    assert server.transcript().splitlines() == [
        "#sales",
        "  Handover: ONB-1",
        "    Ромашка",
        "    [Взять]",
        "    [… Вернуть | Кто где]",
        "    ↳ Анна: беру",
        "Only Анна sees:",
        "  Handover: только вам",
    ]
