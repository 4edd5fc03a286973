"""The platform's limits are respected before they are hit; a Retry-After holds back its own channel only."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

import bot.slack
from bot.background.pacing import Limit
from bot.slack.api.client import Api
from bot.slack.api.errors import TriggerExpired
from bot.slack.api.limits import METHODS, OTHERS, POST, UPDATE
from bot.slack.api.pace import Pace
from tests.slack.one_channel import ABOUT, OneChannel, a_chat
from tests.slack.server import RateLimited, SlackServer
from tests.slack.server.calling import modal, section
from workflows.domain.text import Language
from workflows.ports.chat import Button, Deferred, Message
from workflows.ports.chat import RateLimited as TooFast


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer(limits=True) as server:
        yield server


@pytest.mark.system
async def test_posts_into_one_channel_wait_for_each_other_and_other_channels_do_not(server: SlackServer) -> None:
    api = Api(token=server.bot_token, url=server.url)
    sales, support = server.channel("sales"), server.channel("support")
    server.jitter(0.01, 0.1)

    posts = [api.call(POST, channel=channel.id, text="x") for channel in (sales, support, sales)]
    await asyncio.gather(*posts)
    await api.close()

    assert server.limits.refused == 0
    first, second = [message.ts for message in sales.messages]
    assert float(second) - float(first) >= 1.0
    assert float(support.messages[0].ts) < float(second)


@pytest.mark.parametrize(("asked", "seconds"), [(1, 1), (1.2, 2)])
@pytest.mark.system
async def test_a_method_is_left_alone_for_as_long_as_the_platform_asks_and_others_go_on(
    server: SlackServer, asked: float, seconds: int
) -> None:
    api = Api(token=server.bot_token, url=server.url, pace=Pace({POST: Limit(messages=1, seconds=0.0)}))
    sales, support = server.channel("sales"), server.channel("support")
    server.limits.enabled = False
    server.fail(POST, RateLimited(asked))
    loop = asyncio.get_running_loop()
    started = loop.time()

    with pytest.raises(TooFast) as problem:
        await api.call(POST, channel=sales.id, text="x")
    await api.call(POST, channel=support.id, text="x")
    unhindered = loop.time() - started
    await api.call(POST, channel=sales.id, text="x")
    await api.close()

    assert problem.value.retry_after.total_seconds() == seconds
    assert unhindered < 0.9
    assert loop.time() - started >= seconds


@pytest.mark.system
async def test_after_a_pause_all_who_waited_go_on_at_once(server: SlackServer) -> None:
    server.limits.enabled = False
    api = Api(token=server.bot_token, url=server.url, pace=Pace({"users.info": Limit(messages=3, seconds=0.0)}))
    anna = server.user("Анна")
    server.fail("users.info", RateLimited(1))
    loop = asyncio.get_running_loop()

    with pytest.raises(TooFast):
        await api.call("users.info", user=anna.id)
    started = loop.time()
    await asyncio.gather(*(api.call("users.info", user=anna.id) for _ in range(6)))
    taken = loop.time() - started
    await api.close()

    assert 0.9 <= taken < 1.9


@pytest.mark.system
async def test_a_method_without_a_row_of_its_own_is_left_alone_too_when_the_platform_asks(server: SlackServer) -> None:
    server.limits.enabled = False
    api = Api(token=server.bot_token, url=server.url, pace=Pace({OTHERS: Limit(messages=1, seconds=0.0)}))
    server.fail("bots.info", RateLimited(1))
    loop = asyncio.get_running_loop()
    with pytest.raises(TooFast):
        await api.call("bots.info")
    started = loop.time()

    await api.call("bots.info")
    await api.close()

    assert loop.time() - started >= 0.9


@pytest.mark.system
async def test_a_window_that_would_get_its_turn_too_late_is_taken_for_one_that_cannot_be_opened(
    server: SlackServer,
) -> None:
    none = Pace({"views.open": Limit(messages=0, seconds=60.0)}, opens_within=0.01)
    api = Api(token=server.bot_token, url=server.url, pace=none)
    trigger = server.workspace.triggers.issue(server.user("Анна").id)

    with pytest.raises(TriggerExpired):
        await api.call("views.open", trigger_id=trigger, view=modal(section("x")))
    await api.close()

    assert server.calls_of("views.open") == []


@pytest.mark.system
async def test_what_somebody_waits_for_goes_before_what_nobody_does(server: SlackServer) -> None:
    api = Api(token=server.bot_token, url=server.url, pace=Pace({POST: Limit(messages=1, seconds=0.01)}))
    server.limits.enabled = False
    sales = server.channel("sales")

    posts = [api.call(POST, channel=sales.id, text=f"card {n}") for n in range(3)]
    await asyncio.gather(*posts, api.call_first(POST, channel=sales.id, text="answer"))
    await api.close()

    assert [message.text for message in sales.messages] == ["card 0", "answer", "card 1", "card 2"]


def card(text: str, *labels: str) -> Mapping[Language, Message]:
    """Return a card with buttons."""
    buttons = tuple((Button(label=label, action=f"{label}:{text}"),) for label in labels)
    return {Language.RU: Message(text=text, buttons=buttons)}


async def test_a_card_that_was_updated_a_moment_ago_rests_before_a_tick_but_not_before_a_claim(
    one_channel: OneChannel,
) -> None:
    chat = a_chat(one_channel.api, one_channel.memory, rest=3600.0)
    message = await chat.post(one_channel.address, card("ready", "Взять"), key="card:1.2", subject=ABOUT)

    await chat.edit(one_channel.address, message, card("claimed", "Открыть"), subject=ABOUT)
    with pytest.raises(Deferred):
        await chat.edit(one_channel.address, message, card("ticked", "Открыть"), subject=ABOUT)
    await chat.edit(one_channel.address, message, card("done"), subject=ABOUT)

    assert [m.plain for m in one_channel.channel.messages] == ["done"]
    assert len(one_channel.server.calls_of("chat.update")) == 2


async def test_ticks_leave_slots_for_claims(one_channel: OneChannel) -> None:
    pace = Pace({UPDATE: Limit(messages=4, seconds=3600.0, kept=(0, 2))})
    api = Api(token=one_channel.server.bot_token, url=one_channel.server.url, pace=pace)
    chat, address = a_chat(api, one_channel.memory), one_channel.address
    first, second = [
        await chat.post(address, card("claimed", "Открыть"), key=f"card:1.{n}", subject=ABOUT) for n in range(2)
    ]

    await chat.edit(address, first, card("one tick", "Открыть"), subject=ABOUT)
    await chat.edit(address, first, card("two ticks", "Открыть"), subject=ABOUT)
    with pytest.raises(Deferred):
        await chat.edit(address, first, card("three ticks", "Открыть"), subject=ABOUT)
    await chat.edit(address, second, card("completed"), subject=ABOUT)
    await api.close()

    assert [call.args["ts"] for call in one_channel.server.calls_of("chat.update")] == [first, first, second]


def test_every_method_that_is_called_has_a_row_and_every_row_is_called() -> None:
    sources = Path(str(bot.slack.__file__)).parent.rglob("*.py")
    named = r'"((?:apps|auth|bots|chat|conversations|files|users|views)\.[a-z][A-Za-z.]+)"'

    called = {
        method for source in sources if source.name != "pace.py" for method in re.findall(named, source.read_text())
    }

    assert called == METHODS.keys() - {OTHERS}
