"""The platform's limits are kept before they are hit; where the platform says wait, it is left alone there only."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.pacing import Limit
from bot.slack.api import Api
from bot.slack.pace import POST, Pace
from tests.slack.server import RateLimited, SlackServer
from workflows.ports.chat import RateLimited as TooFast


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer(limits=True) as server:
        yield server


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


async def test_a_method_is_left_alone_for_as_long_as_the_platform_asks_and_others_go_on(server: SlackServer) -> None:
    api = Api(token=server.bot_token, url=server.url, pace=Pace({POST: Limit(messages=1, seconds=0.0)}))
    sales, support = server.channel("sales"), server.channel("support")
    server.limits.enabled = False
    server.fail(POST, RateLimited(1))
    loop = asyncio.get_running_loop()
    started = loop.time()

    with pytest.raises(TooFast) as problem:
        await api.call(POST, channel=sales.id, text="x")
    await api.call(POST, channel=support.id, text="x")
    unhindered = loop.time() - started
    await api.call(POST, channel=sales.id, text="x")
    await api.close()

    assert problem.value.retry_after.total_seconds() == 1
    assert unhindered < 0.9
    assert loop.time() - started >= 1.0
