"""The part of the read side that delivery asks: what has to be said, and how cards stand."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, select, tuple_

from storage import mapping
from storage import tables as t
from storage.mapping import from_json, from_moment, maybe_from_moment, to_moment
from storage.reading import AnyRow, Reader
from storage.statements import CASE_WITH_TASKS
from storage.statuses import DEAD, READY, WAITING
from workflows.domain.ids import CaseId, TaskId
from workflows.domain.notices import NoticeKind
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.queries import CardState
from workflows.ports.unit_of_work import Announcement, OutboxKind, OutboxRow, ShownCard


class SqlDeliveryQueries(Reader):
    """Implements the part of `workflows.ports.queries.Queries` about the outbox and cards."""

    async def outbox(self, now: datetime, limit: int, without: Sequence[ChatAddress] = ()) -> Sequence[OutboxRow]:
        # A row that is not due yet holds back the later rows of its chat: the order within a chat is kept.
        waiting, held = t.outbox, t.outbox.alias("held")
        not_due = select(held.c.id).where(
            held.c.chat == waiting.c.chat,
            held.c.state == WAITING,
            held.c.due_at > to_moment(now),
            held.c.id <= waiting.c.id,
        )
        rows = await self._rows(
            select(waiting)
            .where(waiting.c.state == WAITING, waiting.c.chat.not_in(without), ~not_due.exists())
            .order_by(waiting.c.id)
            .limit(limit)
        )
        return [_outbox_row(row) for row in rows]

    async def next_outbox_due(self, now: datetime) -> datetime | None:
        postponed = t.outbox.c.state == WAITING, t.outbox.c.due_at > to_moment(now)
        row = await self._first(select(func.min(t.outbox.c.due_at)).where(*postponed))
        return None if row is None else maybe_from_moment(row[0])

    async def undeliverable(self, limit: int) -> Sequence[OutboxRow]:
        dead = select(t.outbox).where(t.outbox.c.state == DEAD).order_by(t.outbox.c.id.desc()).limit(limit)
        return [_outbox_row(row) for row in await self._rows(dead)]

    async def card_state(self, case_id: CaseId, task_id: TaskId, chat: ChatAddress) -> CardState | None:
        rows = await self._rows(_CARD_STATE, case_id=case_id, task_id=task_id, chat=chat)
        found = next((row for row in rows if row.task_id == task_id), None)
        if found is None:
            return None
        read = mapping.read_case(rows)
        shown = _card(task_id, chat, found.message_id, found.shown_revision)
        return CardState(case=read, task=read.tasks[task_id], shown=shown, position=found.position)

    async def shown_card(self, task_id: TaskId, chat: ChatAddress) -> ShownCard | None:
        row = await self._first(_SHOWN_CARD, task_id=task_id, chat=chat)
        return None if row is None else _card(task_id, chat, row[0], row[1])


# Statements that are asked often are built once.
_OTHERS = t.tasks.alias("others")
_POSITION = (
    select(func.count() + 1)
    .where(
        _OTHERS.c.process == t.tasks.c.process,
        _OTHERS.c.stage == t.tasks.c.stage,
        _OTHERS.c.status == READY,
        tuple_(_OTHERS.c.opened_at, _OTHERS.c.case_id) < tuple_(t.tasks.c.opened_at, t.tasks.c.case_id),
    )
    .scalar_subquery()
)
_IS_ASKED_FOR = t.tasks.c.id == bindparam("task_id")
_IS_SHOWN = and_(t.cards.c.task_id == t.tasks.c.id, t.cards.c.chat == bindparam("chat"), _IS_ASKED_FOR)
_CARD_STATE = (
    CASE_WITH_TASKS.outerjoin(t.cards, _IS_SHOWN)
    .add_columns(
        t.tasks.c.id.label("task_id"),
        t.cards.c.message_id,
        t.cards.c.revision.label("shown_revision"),
        case((and_(_IS_ASKED_FOR, t.tasks.c.status == READY), _POSITION)).label("position"),
    )
    .where(t.cases.c.id == bindparam("case_id"))
)
_SHOWN_CARD = select(t.cards.c.message_id, t.cards.c.revision).where(
    t.cards.c.task_id == bindparam("task_id"), t.cards.c.chat == bindparam("chat")
)


def _card(task_id: TaskId, chat: ChatAddress, message_id: str | None, revision: int) -> ShownCard | None:
    if message_id is None:
        return None
    return ShownCard(task_id=task_id, chat=chat, message_id=MessageId(message_id), revision=revision)


def _outbox_row(row: AnyRow) -> OutboxRow:
    announcement = Announcement(
        chat=ChatAddress(row.chat),
        kind=OutboxKind(row.kind),
        case_id=row.case_id,
        task_id=row.task_id,
        notice=None if row.notice is None else NoticeKind(row.notice),
        values=from_json(row.data),
    )
    return OutboxRow(
        id=row.id,
        announcement=announcement,
        created_at=from_moment(row.created_at),
        due_at=from_moment(row.due_at),
        attempts=row.attempts,
        error=row.error,
    )
