"""Open tasks left behind by a change of the organisation: their department or their assignee no longer exists."""

from collections.abc import Sequence

from workflows.domain.people import Organisation
from workflows.ports.chat import DirectoryPort
from workflows.ports.clock import Clock
from workflows.ports.queries import Queries, TaskLine
from workflows.ports.unit_of_work import Announcement, OutboxKind, Storage


async def bring_in_stranded(
    *, storage: Storage, queries: Queries, organisation: Organisation, directory: DirectoryPort, clock: Clock
) -> Sequence[TaskLine]:
    """Announce cards of tasks without a department to the heads now responsible; return all stranded tasks.

    Cards that were shown there before are not shown again. Raises StorageUnavailable.
    """
    stranded = await queries.stranded(tuple(organisation.departments), tuple(organisation.people))
    cards = [
        Announcement(chat=chat, kind=OutboxKind.CARD, case_id=line.case_id, task_id=line.task_id)
        for line in stranded
        if line.department not in organisation.departments
        for chat in directory.of_department(line.department)
    ]
    if cards:
        now = clock.now()
        await storage.transact(lambda unit: unit.announce(cards, now))
    return stranded
