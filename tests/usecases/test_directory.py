"""What the directory knows when several refreshes overlap."""

import asyncio
from collections.abc import Sequence

from bot.web.addresses import ADDRESSES
from tests.fakes.clock import MONDAY_MORNING
from tests.fakes.memory_platforms import MemoryPlatformQueries, PlatformRows
from tests.onboarding import ANNA, an_organisation
from workflows.ports.chat import ChatAddress
from workflows.ports.platforms import Account
from workflows.usecases.directory import Directory
from workflows.usecases.organising import CurrentOrganisation


class SlowQueries(MemoryPlatformQueries):
    """A database whose first result is read at once and arrives late."""

    def __init__(self) -> None:
        self.rows = PlatformRows()
        self.is_asked, self.may_arrive = asyncio.Event(), asyncio.Event()
        self.readings = 0

    def _platforms(self) -> PlatformRows:
        return self.rows

    async def accounts(self) -> Sequence[Account]:
        found = await super().accounts()
        self.readings += 1
        if not self.is_asked.is_set():
            self.is_asked.set()
            await self.may_arrive.wait()
        return found


async def test_an_older_reading_that_arrives_late_does_not_undo_a_newer_one() -> None:
    queries, directory = SlowQueries(), Directory(CurrentOrganisation(an_organisation()), ADDRESSES)
    of_the_clock = asyncio.create_task(directory.refresh(queries))
    await queries.is_asked.wait()

    chat = ChatAddress("telegram:11")
    linked = Account(platform="telegram", account="11", person=ANNA, chat=chat, linked_at=MONDAY_MORNING)
    queries.rows.accounts["telegram", "11"] = linked
    of_the_link = asyncio.create_task(directory.refresh(queries))
    await asyncio.sleep(0)
    queries.may_arrive.set()
    await asyncio.gather(of_the_clock, of_the_link)

    assert directory.person_of("telegram", "11") == ANNA


async def test_those_who_ask_while_a_reading_is_slow_share_the_next_one() -> None:
    queries, directory = SlowQueries(), Directory(CurrentOrganisation(an_organisation()), ADDRESSES)
    slow = asyncio.create_task(directory.refresh(queries))
    await queries.is_asked.wait()

    others = [asyncio.create_task(directory.refresh(queries)) for _ in range(5)]
    await asyncio.sleep(0)
    others[0].cancel()
    queries.may_arrive.set()
    await asyncio.gather(slow, *others[1:])

    assert queries.readings == 2
