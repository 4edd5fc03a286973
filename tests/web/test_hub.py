"""The hub: everybody gets everything, nobody blocks anybody else."""

import asyncio

from bot.web.hub import CaseChanged, Hub, NewsItem, Overrun, Subscription
from workflows.domain.ids import CaseId


async def first(subscription: Subscription, count: int) -> list[NewsItem]:
    """Read some pieces of news."""
    read: list[NewsItem] = []
    async for unread in subscription.read(heartbeat=30):
        read += unread
        if len(read) >= count:
            break
    return read


async def test_every_subscription_hears_the_news_in_order() -> None:
    hub = Hub()
    with hub.subscribe() as anna, hub.subscribe() as ivan:
        for number in (1, 2, 3):
            hub.publish(CaseChanged(case_id=CaseId(number)))

        for listener in (anna, ivan):
            heard = await first(listener, 3)
            assert [n.news for n in heard] == [CaseChanged(case_id=CaseId(number)) for number in (1, 2, 3)]


async def test_ids_tell_whether_something_was_missed() -> None:
    hub = Hub()
    before = hub.last_id
    with hub.subscribe() as anna:
        hub.publish(CaseChanged(case_id=CaseId(1)))
        heard = await first(anna, 1)

    assert heard[0].id == hub.last_id != before


async def test_another_process_never_shares_ids() -> None:
    assert Hub().last_id != Hub().last_id


async def test_a_slow_reader_is_told_to_read_anew_and_holds_no_memory() -> None:
    hub = Hub(limit=3)
    with hub.subscribe() as slow:
        for number in range(1, 5):
            hub.publish(CaseChanged(case_id=CaseId(number)))
        heard = await first(slow, 1)

    assert [n.news for n in heard] == [Overrun()]


async def test_silence_is_broken_by_a_heartbeat() -> None:
    with Hub().subscribe() as anna:
        async for heard in anna.read(heartbeat=0.001):
            assert heard == ()
            break


async def test_closing_the_hub_ends_every_stream_at_once() -> None:
    hub = Hub()
    with hub.subscribe() as anna:
        reading = asyncio.create_task(_read_all(anna))
        await asyncio.sleep(0)
        hub.close()

        assert await asyncio.wait_for(reading, timeout=1) == []


async def test_a_stream_opened_after_the_closing_ends_at_once() -> None:
    hub = Hub()
    hub.close()
    with hub.subscribe() as late:
        assert await asyncio.wait_for(_read_all(late), timeout=1) == []


async def test_what_happens_while_a_page_rests_comes_to_it_together() -> None:
    hub = Hub()
    with hub.subscribe() as anna:
        reading = anna.read(heartbeat=30, rest=0.01)
        hub.publish(CaseChanged(case_id=CaseId(1)))
        assert len(await anext(reading)) == 1
        for number in (2, 3, 4):
            hub.publish(CaseChanged(case_id=CaseId(number)))

        assert [n.news for n in await anext(reading)] == [CaseChanged(case_id=CaseId(n)) for n in (2, 3, 4)]


async def test_news_that_is_not_for_a_page_does_not_wake_it() -> None:
    hub = Hub()
    with hub.subscribe(lambda news: news == CaseChanged(case_id=CaseId(2))) as anna:
        for number in (1, 2, 3):
            hub.publish(CaseChanged(case_id=CaseId(number)))

        assert [n.news for n in await first(anna, 1)] == [CaseChanged(case_id=CaseId(2))]


async def _read_all(subscription: Subscription) -> list[NewsItem]:
    return [item async for unread in subscription.read(heartbeat=30) for item in unread]
