"""What the messages of some outbox rows may show, read together."""

from collections.abc import Sequence

from workflows.domain.ids import CaseId, TaskId
from workflows.domain.notices import LISTED
from workflows.ports.chat import ChatAddress
from workflows.ports.queries import DeliveryFacts, Queries
from workflows.ports.unit_of_work import OutboxKind, OutboxRow


async def read_facts(queries: Queries, rows: Sequence[OutboxRow]) -> DeliveryFacts:
    """Read what the messages of these rows may show."""
    cases: set[CaseId] = set()
    cards: set[TaskId] = set()
    chats: set[ChatAddress] = set()
    followed: set[CaseId] = set()
    for row in rows:
        said = row.announcement
        if said.case_id is not None:
            cases.add(said.case_id)
            if said.kind is OutboxKind.CARD and said.task_id is not None:
                cards.add(said.task_id)
            elif said.kind is OutboxKind.FOLLOW:
                followed.add(said.case_id)
            elif said.notice in LISTED:
                chats.add(said.chat)
    if not cases:
        return DeliveryFacts(cases={}, letters={}, cards={}, positions={})
    return await queries.delivery_facts(cases, cards, chats, followed)
