"""The numbers of outbox rows name messages for good."""

from storage.database import Database
from storage.reads.queries import SqlQueries
from tests.fakes.clock import MONDAY_MORNING
from workflows.domain.ids import CaseId
from workflows.domain.notices import NoticeKind
from workflows.ports.chat import ChatAddress
from workflows.ports.unit_of_work import Announcement, OutboxKind


async def test_the_number_of_a_delivered_row_is_never_given_again(database_url: str) -> None:
    said = Announcement(
        chat=ChatAddress("web:@anna"), kind=OutboxKind.NOTICE, case_id=CaseId(1), notice=NoticeKind.COMMENT
    )
    numbers: list[int] = []
    async with Database(database_url) as database:
        for _ in range(3):
            await database.transact(lambda unit: unit.announce([said], MONDAY_MORNING))
            (row,) = await SqlQueries(database.engine).outbox(MONDAY_MORNING, 10)
            numbers.append(row.id)
            await database.transact(lambda unit: unit.delivered(numbers[-1], None))

    assert numbers == sorted(set(numbers))
