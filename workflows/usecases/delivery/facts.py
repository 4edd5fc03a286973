"""What the messages of some outbox rows may show, read together."""

from collections.abc import Mapping, Sequence

from workflows.domain.errors import ProcessUnreadable
from workflows.domain.facts.conditions import Parts
from workflows.domain.ids import CaseId, FieldName, TaskId
from workflows.domain.notices import LISTED, NoticeKind
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.lists import Lists, ReadList
from workflows.ports.queries import DeliveryFacts, Queries
from workflows.ports.unit_of_work import OutboxKind, OutboxRow, ShownNotice
from workflows.usecases.records_of_forms import known_parts
from workflows.usecases.running_processes import Definitions


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


async def read_lists(
    lists: Lists, rows: Sequence[OutboxRow], notices: Sequence[ShownNotice]
) -> Mapping[tuple[ChatAddress, MessageId], ReadList]:
    """Return the lists that these rows ask to look at, as they are now."""
    shown = {(state.chat, state.message_id): state for state in notices if state.kind is NoticeKind.LIST}
    asked = {
        (row.announcement.chat, MessageId(str(row.announcement.values.get("message", ""))))
        for row in rows
        if row.announcement.kind is OutboxKind.FOLLOW
    }
    read = {at: await lists.read(at[0], shown[at].values) for at in sorted(asked & shown.keys())}
    return {at: now for at, now in read.items() if now is not None}


async def read_records(
    queries: Queries, definitions: Definitions, facts: DeliveryFacts
) -> Mapping[CaseId, Mapping[FieldName, Parts]]:
    """Read what the conditions of the cases with cards see of the records that they name."""
    found: dict[CaseId, Mapping[FieldName, Parts]] = {}
    for case in facts.cases.values():
        try:
            definition = definitions.of(case.process, case.version)
        except ProcessUnreadable:
            # The rows of this case fail when they are rendered; those of the others are delivered.
            continue
        found[case.id] = await known_parts(queries, definitions.kinds, definition, case.values)
    return found
