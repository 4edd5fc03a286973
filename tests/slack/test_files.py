"""Files in both directions: refused by Slack, stored elsewhere, or without any data about them."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.scenarios.inplat import ROMASHKA
from tests.slack.firm import Firm
from tests.slack.one_channel import OneChannel
from tests.slack.server import Channel, DropAfter, Message, Refuse, ServerError
from tests.slack.test_people import with_a_case
from workflows.domain.events import CommentAdded
from workflows.ports import chat as port


def shared_in(one_channel: OneChannel) -> list[Message]:
    """Return the messages that share files."""
    return [message for message in one_channel.channel.everything if message.files]


async def test_a_file_that_failed_is_shared_later_and_the_words_are_not_said_again(one_channel: OneChannel) -> None:
    file = await one_channel.has_file("схема.pdf", b"%PDF")
    one_channel.server.fail("files.completeUploadExternal", ServerError(502))
    with pytest.raises(port.Unreachable):
        await one_channel.post("comment", "outbox:7", file)

    await one_channel.post("comment", "outbox:7", file)

    assert [m.plain for m in one_channel.channel.messages] == ["comment"]
    (shared,) = shared_in(one_channel)
    assert (shared.thread_ts, shared.files[0].content) == (one_channel.channel.messages[0].ts, b"%PDF")


async def test_a_file_whose_sharing_was_not_answered_is_not_shared_again(one_channel: OneChannel) -> None:
    file = await one_channel.has_file("схема.pdf", b"%PDF")
    one_channel.server.fail("files.completeUploadExternal", DropAfter())
    with pytest.raises(port.Unreachable):
        await one_channel.post("comment", "outbox:7", file)

    await one_channel.post("comment", "outbox:7", file)

    assert len(shared_in(one_channel)) == 1


async def test_a_new_program_does_not_share_again_what_the_last_one_shared(one_channel: OneChannel) -> None:
    file, other = await one_channel.has_file("схема.pdf", b"%PDF"), await one_channel.has_file("план.pdf", b"%PDF-2")
    await one_channel.awaits_something()
    await one_channel.post("comment", "outbox:7", file)

    await one_channel.again().post("comment", "outbox:7", file, other)

    assert [message.files[0].title for message in shared_in(one_channel)] == ["схема.pdf", "план.pdf"]


async def test_the_same_file_under_two_comments_is_shared_under_both(one_channel: OneChannel) -> None:
    file = await one_channel.has_file("схема.pdf", b"%PDF")
    one_channel.shows_card(await one_channel.post("ready"))
    await one_channel.post("first", "outbox:7", file)
    one_channel.server.fail("chat.postMessage", DropAfter())
    with pytest.raises(port.Unreachable):
        await one_channel.post("second", "outbox:8", file)

    await one_channel.post("second", "outbox:8", file)

    assert len(shared_in(one_channel)) == 2


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("files.getUploadURLExternal", "file_type_not_allowed"),
        ("files.getUploadURLExternal", "file_uploads_disabled"),
        ("files.getUploadURLExternal", "storage_limit_reached"),
        ("files.getUploadURLExternal", "file_upload_size_restricted"),
        ("files.getUploadURLExternal", "missing_scope"),
        ("files.completeUploadExternal", "invalid_channel"),
    ],
)
async def test_a_file_that_slack_does_not_take_is_named_in_its_place(
    one_channel: OneChannel, method: str, code: str
) -> None:
    file = await one_channel.has_file("вирус.exe", b"MZ")
    one_channel.server.fail(method, Refuse(code))

    message = await one_channel.post("comment", "outbox:7", file)
    again = await one_channel.post("comment", "outbox:7", file)

    (words,) = one_channel.channel.replies(one_channel.channel.messages[0])
    assert "вирус.exe" in words.plain
    assert "сохранён в деле" in words.plain
    assert message == again
    assert shared_in(one_channel) == []


async def test_a_file_that_is_refused_for_an_unknown_reason_holds_nothing_up_for_long(one_channel: OneChannel) -> None:
    file = await one_channel.has_file("схема.pdf", b"%PDF")
    one_channel.server.fail("files.completeUploadExternal", Refuse("something_new"), times=None)

    for _ in range(4):
        with pytest.raises(port.Unreachable):
            await one_channel.post("comment", "outbox:7", file)
    await one_channel.post("comment", "outbox:7", file)

    assert "схема.pdf" in one_channel.channel.replies(one_channel.channel.messages[0])[0].plain


async def test_an_empty_file_is_named_in_its_place(one_channel: OneChannel) -> None:
    file = await one_channel.has_file("пусто.txt", b"")

    await one_channel.post("comment", "outbox:7", file)

    assert "пусто.txt" in one_channel.channel.replies(one_channel.channel.messages[0])[0].plain


@pytest.mark.parametrize(
    "address",
    [
        "https://files.example/f",
        "https://slack.com.example/f",
        "https://notslack.com/f",
        "https://slack.com@files.example/f",
        "http://files.slack.com/f",
    ],
)
async def test_the_token_is_told_to_nobody_but_slack(one_channel: OneChannel, address: str) -> None:
    with pytest.raises(port.Rejected) as problem:
        await one_channel.api.download(address, 4)

    assert problem.value.code == "file_elsewhere"


async def with_a_thread(firm: Firm) -> tuple[Channel, Message]:
    """Have a card wait in tech support; returns it."""
    support = await with_a_case(firm)
    return support, support.messages[0]


async def comment(firm: Firm) -> CommentAdded:
    """Wait for the stored comment."""
    await firm.server.settled()
    await firm.slack.inbox.wait_until_idle()
    history = await firm.app.queries.history((await firm.case("ONB-1")).id)
    (kept,) = [event for event in history if isinstance(event, CommentAdded)]
    return kept


async def test_a_file_that_lies_elsewhere_is_kept_as_its_address_and_never_fetched(firm: Firm) -> None:
    support, card = await with_a_thread(firm)
    gleb = firm.people["gleb"]
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization", ""))
        return web.Response(body=b"plan")

    elsewhere = web.Application()
    elsewhere.add_routes([web.get("/plan", answer)])
    async with TestServer(elsewhere) as host:
        address = str(host.make_url("/plan"))

        await gleb.post(
            support, "смотрите", thread_ts=card.ts, files=[firm.server.external_file("План", address, gleb)]
        )
        kept = await comment(firm)

    assert kept.text == f"смотрите\nПлан: {address}"
    assert (kept.files, asked) == ((), [])


@pytest.mark.parametrize("words", ["", "status ONB-1"])
async def test_a_file_in_the_direct_message_is_told_where_files_go(firm: Firm, words: str) -> None:
    await with_a_case(firm)
    gleb = firm.people["gleb"]

    await gleb.post(gleb.dm, words, files=[("схема.pdf", b"%PDF")])

    told = await firm.server.wait_for_message(gleb.dm, "отправьте его в тред под карточкой")
    assert "не сохранено" in told.plain
    answered = [message.plain for message in gleb.dm.messages if ROMASHKA in message.plain]
    assert bool(answered) is bool(words)
    assert not [message for message in gleb.dm.messages if "Не удалось понять" in message.plain]


@pytest.mark.parametrize(
    "facts",
    [
        {"mode": "hidden_by_limit"},
        {"mode": "tombstone", "url_private": "https://x.example"},
        {"mode": "hosted", "url_private": "https://files.slack.com/x", "size": 0},
    ],
)
async def test_a_file_that_tells_nothing_of_itself_is_named_and_the_words_are_kept(
    firm: Firm, facts: dict[str, object]
) -> None:
    support, card = await with_a_thread(firm)
    gleb = firm.people["gleb"]
    file = firm.server.bare_file("старое.pdf", facts, gleb)

    await gleb.post(support, "слова", thread_ts=card.ts, files=[file])

    told = await firm.told("gleb", "старое.pdf")
    assert ("пуст и не сохранён" in told) is (facts.get("size") == 0)
    assert (await comment(firm)).text == "слова"
