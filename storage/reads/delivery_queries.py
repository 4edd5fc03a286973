"""The part of the read side that delivery uses: the outbox, and the state of cards."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, func, literal_column, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.reads.reading import AnyRow, SqlReader, read
from storage.rows import mapping
from storage.rows import tables as t
from storage.rows.mapping import CASE_COLUMNS, TASK_COLUMNS, from_json, from_moment, maybe_from_moment, to_moment
from storage.rows.statuses import DEAD, READY, WAITING
from workflows.domain.ids import CaseId, TaskId, case_of
from workflows.domain.notices import LISTED, NoticeKind
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.queries import DeliveryFacts
from workflows.ports.rendering import FilledLetter
from workflows.ports.unit_of_work import Announcement, OutboxKind, OutboxRow, ShownCard, ShownNotice


class SqlDeliveryQueries(SqlReader):
    """Implements the part of `workflows.ports.queries.Queries` about the outbox and cards."""

    async def outbox(
        self,
        now: datetime,
        limit: int,
        without: Collection[ChatAddress] = (),
        without_platforms: Collection[str] = (),
    ) -> Sequence[OutboxRow]:
        query = _OUTBOX
        for platform in without_platforms:
            query = query.where(~_CHATS.c.chat.startswith(f"{platform}:", autoescape=True))
        moment = to_moment(now)
        share = max(LEAST_SHARE, limit // _SHARES)
        rows = await self._rows(query, now=moment, limit=limit, share=share, without=list(without))
        # A row that is not due yet holds back the later rows of its chat: the order within a chat is kept.
        held: set[str] = set()
        due = []
        for row in rows:
            if row.due_at > moment:
                held.add(row.chat)
            elif row.chat not in held:
                due.append(_outbox_row(row))
        return due

    async def next_outbox_due(self, now: datetime) -> datetime | None:
        row = await self._first(_NEXT_DUE, now=to_moment(now))
        return None if row is None else maybe_from_moment(row[0])

    async def undeliverable(self, limit: int) -> Sequence[OutboxRow]:
        dead = select(t.outbox).where(t.outbox.c.state == DEAD).order_by(t.outbox.c.id.desc()).limit(limit)
        return [_outbox_row(row) for row in await self._rows(dead)]

    async def delivery_facts(
        self,
        cases: Collection[CaseId],
        cards: Collection[TaskId],
        chats: Collection[ChatAddress] = (),
        followed: Collection[CaseId] = (),
    ) -> DeliveryFacts:
        task_ids = sorted(cards)
        changed = {*filter(t.can_be_id, followed), *map(case_of, cards)}
        where = {"case_ids": sorted(changed), "chats": sorted(chats)}

        async def ask(connection: AsyncConnection) -> Sequence[Sequence[AnyRow]]:
            told = (await connection.execute(_TOLD, where)).all() if changed or chats else []
            messages = {"chats": sorted({row[0] for row in told}), "messages": sorted({row[1] for row in told})}
            notices = (await connection.execute(_NOTICES, messages)).all() if told else []
            # A list is read by the conversation, and not from its cases.
            about = {*cases, *(row.case_id for row in notices if row.kind != NoticeKind.LIST)}
            case_ids = {"case_ids": sorted(filter(t.can_be_id, about))}
            found = [notices, *[(await connection.execute(query, case_ids)).all() for query in (_CASES, _LETTERS)]]
            for query in (_CARDS, _POSITIONS):
                found.append((await connection.execute(query, {"task_ids": task_ids})).all() if task_ids else [])
            return found

        notices, of_cases, letters, shown, positions = await read(self._engine, ask)
        kept: dict[CaseId, list[FilledLetter]] = {}
        for row in letters:
            kept.setdefault(row.case_id, []).append(mapping.read_letter(row))
        return DeliveryFacts(
            cases={
                case_id: mapping.read_case(list(rows)) for case_id, rows in groupby(of_cases, key=lambda row: row[0])
            },
            letters=kept,
            cards={(row[0], row[1]): _card(row[0], row[1], row[2], row[3]) for row in shown},
            positions={row[0]: row[1] for row in positions},
            notices=[_shown_notice(row) for row in notices],
        )

    async def shown_card(self, task_id: TaskId, chat: ChatAddress) -> ShownCard | None:
        row = await self._first(_SHOWN_CARD, task_id=task_id, chat=chat)
        return None if row is None else _card(task_id, chat, row[0], row[1])

    async def shown_cards(self, task_ids: Collection[TaskId], chat: ChatAddress) -> Sequence[ShownCard]:
        rows = await self._rows(_SHOWN_CARDS, task_ids=list(task_ids), chat=chat)
        return [_card(row.task_id, chat, row.message_id, row.revision) for row in rows]


LEAST_SHARE, _SHARES = 100, 4
"""One chat gets at most 100 rows or a quarter of the limit at once, so that the other chats get their share."""

# Statements that run often are built once.
_FIRST = t.outbox.alias("first")
_CHATS = select(func.min(_FIRST.c.chat).label("chat")).where(_FIRST.c.state == WAITING).cte("chats", recursive=True)
_NEXT = t.outbox.alias("next")
# A loose index scan: from one chat to the next by the index, however many rows wait for each.
_CHATS = _CHATS.union_all(
    select(
        select(func.min(_NEXT.c.chat)).where(_NEXT.c.state == WAITING, _NEXT.c.chat > _CHATS.c.chat).scalar_subquery()
    ).where(_CHATS.c.chat.is_not(None))
)
_HEAD, _AHEAD = t.outbox.alias("head"), t.outbox.alias("ahead")
_HEAD_DUE = (
    select(_HEAD.c.due_at)
    .where(_HEAD.c.chat == _CHATS.c.chat, _HEAD.c.state == WAITING)
    .order_by(_HEAD.c.id)
    .limit(literal_column("1"))
    .scalar_subquery()
)
_AMONG_THE_FIRST = (
    select(_AHEAD.c.id)
    .where(_AHEAD.c.chat == _CHATS.c.chat, _AHEAD.c.state == WAITING)
    .order_by(_AHEAD.c.id)
    .limit(bindparam("share"))
)
_OUTBOX = (
    select(t.outbox)
    .join_from(_CHATS, t.outbox, t.outbox.c.id.in_(_AMONG_THE_FIRST))
    .where(_CHATS.c.chat.not_in(bindparam("without", expanding=True)), bindparam("now") >= _HEAD_DUE)
    .order_by(t.outbox.c.id)
    .limit(bindparam("limit"))
)
_HEADS = select(_HEAD_DUE.label("due_at")).select_from(_CHATS).subquery("heads")
_NEXT_DUE = select(func.min(_HEADS.c.due_at)).where(_HEADS.c.due_at > bindparam("now"))
_CASE_IDS: BindParameter[Any] = bindparam("case_ids", expanding=True)
_CASES = (
    select(*(t.cases.c[name] for name in CASE_COLUMNS), *(t.tasks.c[name] for name in TASK_COLUMNS))
    # The condition is repeated for tasks: otherwise PostgreSQL reads all tasks for a batch of cases.
    .outerjoin_from(t.cases, t.tasks, and_(t.tasks.c.case_id == t.cases.c.id, t.tasks.c.case_id.in_(_CASE_IDS)))
    .where(t.cases.c.id.in_(_CASE_IDS))
    .order_by(t.cases.c.id, t.tasks.c.ordinal)
)
_LETTERS = (
    select(*(t.letters.c[name] for name in mapping.LETTER.names))
    .where(t.letters.c.case_id.in_(_CASE_IDS))
    .order_by(t.letters.c.id)
)
_CARDS = select(t.cards.c.task_id, t.cards.c.chat, t.cards.c.message_id, t.cards.c.revision).where(
    t.cards.c.task_id.in_(bindparam("task_ids", expanding=True))
)
_SHOWN_CARDS = _CARDS.where(t.cards.c.chat == bindparam("chat"))
_NOTICE = t.shown_notices.c
_TOLD = union(
    select(_NOTICE.chat, _NOTICE.message_id).where(_NOTICE.case_id.in_(_CASE_IDS)),
    select(_NOTICE.chat, _NOTICE.message_id).where(
        _NOTICE.chat.in_(bindparam("chats", expanding=True)), _NOTICE.kind.in_(sorted(LISTED))
    ),
)
# Whole messages: what one of its tasks has become is shown with the others. Few cases have any.
_NOTICES = (
    select(t.shown_notices)
    .where(
        _NOTICE.chat.in_(bindparam("chats", expanding=True)),
        _NOTICE.message_id.in_(bindparam("messages", expanding=True)),
    )
    .order_by(_NOTICE.posted_at, _NOTICE.message_id, _NOTICE.case_id)
)
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
_POSITIONS = select(t.tasks.c.id, _POSITION).where(
    t.tasks.c.id.in_(bindparam("task_ids", expanding=True)), t.tasks.c.status == READY
)
_SHOWN_CARD = select(t.cards.c.message_id, t.cards.c.revision).where(
    t.cards.c.task_id == bindparam("task_id"), t.cards.c.chat == bindparam("chat")
)


def _card(task_id: TaskId, chat: ChatAddress, message_id: str, revision: int) -> ShownCard:
    return ShownCard(task_id=task_id, chat=chat, message_id=MessageId(message_id), revision=revision)


def _shown_notice(row: AnyRow) -> ShownNotice:
    return ShownNotice(
        chat=ChatAddress(row.chat),
        message_id=MessageId(row.message_id),
        kind=NoticeKind(row.kind),
        case_id=row.case_id,
        task_id=TaskId(row.task_id) if row.task_id else None,
        values=from_json(row.data),
        looks=row.looks,
        posted_at=from_moment(row.posted_at),
    )


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
