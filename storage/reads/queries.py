"""The read side, through the async engine."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, union, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.reads.delivery_queries import SqlDeliveryQueries
from storage.reads.organisation_queries import SqlOrganisationQueries
from storage.reads.platform_queries import SqlPlatformQueries
from storage.reads.reading import AnyRow, AnySelect, read
from storage.reads.record_queries import SqlRecordQueries, has_digits, has_words
from storage.rows import mapping
from storage.rows import tables as t
from storage.rows.mapping import CASE_COLUMNS, from_moment, maybe_from_moment, to_moment
from storage.rows.statuses import ACTIVE, CLAIMED, READY
from storage.writes.case_statements import CASE_WITH_TASKS
from storage.writes.statement import escaped, holding
from workflows.domain.candidates import QueueReader
from workflows.domain.case import Case, CaseStatus, TaskStatus
from workflows.domain.events import Event
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import CaseId, DepartmentId, FileId, PersonId, ProcessId
from workflows.domain.reading.search import Searched, searched_in
from workflows.domain.text import Language, storable
from workflows.domain.timers import TimerKind
from workflows.ports.queries import CaseLine, KeptLetter, QueuePage, TaskLine, UnsentLetter, Workload
from workflows.ports.rendering import FilledLetter
from workflows.ports.unit_of_work import (
    DueTimer,
    KeptFile,
)


class SqlQueries(SqlPlatformQueries, SqlDeliveryQueries, SqlRecordQueries, SqlOrganisationQueries):
    """Implements `workflows.ports.queries.Queries`."""

    async def case(self, case_id: CaseId) -> Case | None:
        if not t.can_be_id(case_id):
            return None
        return await self._case(_CASE_OF_ID, case_id=case_id)

    async def case_numbered(self, number: str) -> Case | None:
        return await self._case(_CASE_NUMBERED, number=storable(number).upper())

    async def _case(self, query: AnySelect, **values: object) -> Case | None:
        rows = await self._rows(query, **values)
        return mapping.read_case(rows) if rows else None

    async def letters(self, case_id: CaseId) -> Sequence[FilledLetter]:
        rows = await self._rows(_LETTERS, case_id=case_id)
        return [mapping.read_letter(row) for row in rows]

    async def client_letters(self, case_id: CaseId) -> Sequence[KeptLetter]:
        rows = await self._rows(_CLIENT_LETTERS.where(t.client_letters.c.case_id == case_id).order_by(t.letters.c.id))
        return [_kept_letter(row) for row in rows]

    async def unsent_letters(self, by: PersonId, limit: int) -> Sequence[UnsentLetter]:
        unsent = (
            _CLIENT_LETTERS.join(t.cases, t.cases.c.id == t.client_letters.c.case_id)
            .add_columns(t.cases.c.number.label("case_number"), t.cases.c.client_name)
            .where(t.client_letters.c.sent_at.is_(None), t.client_letters.c.by == by)
            .order_by(t.letters.c.id)
            .limit(limit)
        )
        return [
            UnsentLetter(number=row.case_number, client=row.client_name, letter=_kept_letter(row))
            for row in await self._rows(unsent)
        ]

    async def history(self, case_id: CaseId) -> Sequence[Event]:
        h = t.history.c
        rows = await self._rows(select(h.at, h.by, h.kind, h.data).where(h.case_id == case_id).order_by(h.id))
        return [mapping.read_event(row[0], row[1], row[2], row[3]) for row in rows]

    async def my_tasks(self, person: PersonId) -> Sequence[TaskLine]:
        mine = _LINES.where(t.tasks.c.status == CLAIMED, t.tasks.c.assignee == person)
        return [_task_line(row) for row in await self._rows(mine.order_by(*_ORDER_OF_CLIENTS))]

    async def queue(self, reader: QueueReader, limit: int, start: int = 0) -> QueuePage:
        k = t.tasks.c
        named = k.candidates.like(holding(reader.person), escape="\\")
        unbarred = k.barred.not_like(holding(reader.person), escape="\\")
        # Two branches: each of them has an index, of which SQLite takes the second for a condition on its column.
        in_queue = union(
            select(k.id).where(
                k.status == READY,
                k.department.in_(reader.works_in),
                or_(k.candidates.is_(None), named, k.department.in_(reader.leads)),
                unbarred,
            ),
            select(k.id).where(k.status == READY, k.candidates.is_not(None), k.opened_at >= 0, named, unbarred),
        )
        placed = (
            select(
                k.id,
                func.row_number().over(partition_by=k.department, order_by=_ORDER_OF_CLIENTS).label("place"),
                func.count().over().label("in_all"),
            )
            .where(k.id.in_(in_queue))
            .order_by(*_ORDER_OF_CLIENTS)
            .limit(limit)
            .offset(start)
            .subquery("placed")
        )
        page = _LINES.join(placed, placed.c.id == k.id).add_columns(placed.c.place, placed.c.in_all)
        rows = await self._rows(page.order_by(*_ORDER_OF_CLIENTS))
        return QueuePage(
            lines=[_task_line(row) for row in rows],
            places=[row.place for row in rows],
            count=rows[0].in_all if rows else 0,
        )

    async def stranded(self, departments: Sequence[DepartmentId], people: Sequence[PersonId]) -> Sequence[TaskLine]:
        k = t.tasks.c
        elsewhere = union_all(
            select(k.id).where(k.status == READY, k.department.not_in(departments)),
            select(k.id).where(k.status == CLAIMED, or_(k.department.not_in(departments), k.assignee.not_in(people))),
        )
        lines = _LINES.where(k.id.in_(elsewhere)).order_by(*_ORDER_OF_CLIENTS)
        return [_task_line(row) for row in await self._rows(lines)]

    async def named_tasks(self) -> Sequence[TaskLine]:
        named = _LINES.where(t.tasks.c.status == READY, t.tasks.c.candidates.is_not(None), t.tasks.c.opened_at >= 0)
        return [_task_line(row) for row in await self._rows(named.order_by(*_ORDER_OF_CLIENTS))]

    async def active_cases(self, limit: int, start: int = 0, late_at: datetime | None = None) -> Sequence[CaseLine]:
        active, order = select(*_CASE).where(t.cases.c.status == ACTIVE), [t.cases.c.opened_at, t.cases.c.id]
        if late_at is None:
            return await self._case_lines(active.order_by(*order).limit(limit).offset(start))
        k = t.tasks.c
        # One query for each status: each has a partial index without closed tasks, however many there are.
        late = union_all(
            *(
                select(k.case_id, k.due_at).where(k.status == status, k.due_at <= to_moment(late_at))
                for status in (READY, CLAIMED)
            )
        ).subquery("late")
        since = (
            select(late.c.case_id, func.min(late.c.due_at).label("since")).group_by(late.c.case_id).subquery("since")
        )
        active = active.outerjoin_from(t.cases, since, since.c.case_id == t.cases.c.id)
        first = [case((since.c.since.is_(None), 1), else_=0), since.c.since, *order]
        return await self._case_lines(active.order_by(*first).limit(limit).offset(start))

    async def opened_by(self, person: PersonId, limit: int) -> Sequence[CaseLine]:
        own = select(*_CASE).where(t.cases.c.status == ACTIVE, t.cases.c.opened_by == person)
        return await self._case_lines(own.order_by(t.cases.c.opened_at.desc(), t.cases.c.id.desc()).limit(limit))

    async def case_lines(self, cases: Sequence[CaseId]) -> Sequence[CaseLine]:
        known = select(*_CASE).where(t.cases.c.id.in_(cases)).order_by(t.cases.c.id.desc())
        return await self._case_lines(known) if cases else []

    async def find_cases(self, words: str, limit: int) -> Sequence[CaseLine]:
        meant = searched_in(words)
        if meant is None:
            return []
        found = (
            select(*_CASE)
            .outerjoin_from(t.cases, t.records, t.records.c.id == t.cases.c.client_id)
            .where(_is_meant(meant))
            .order_by(
                case((t.cases.c.number.like(_ending(meant)), 0), else_=1),
                case((t.cases.c.status == ACTIVE, 0), else_=1),
                t.cases.c.opened_at.desc(),
                t.cases.c.id.desc(),
            )
            .limit(limit)
        )
        return await self._case_lines(found)

    async def _case_lines(self, query: AnySelect) -> Sequence[CaseLine]:
        async def ask(connection: AsyncConnection) -> tuple[Sequence[AnyRow], Sequence[AnyRow]]:
            cases = (await connection.execute(query)).all()
            ids = [row[0] for row in cases]
            open_tasks = _LINES.where(t.tasks.c.case_id.in_(ids), t.tasks.c.status.in_([READY, CLAIMED]))
            lines = (await connection.execute(open_tasks.order_by(t.tasks.c.ordinal))).all() if ids else []
            return cases, lines

        cases, lines = await read(self._engine, ask)
        tasks: dict[CaseId, list[TaskLine]] = {}
        for row in lines:
            line = _task_line(row)
            tasks.setdefault(line.case_id, []).append(line)
        return [_case_line(row, tuple(tasks.get(row[0], ()))) for row in cases]

    async def workloads(self, people: Sequence[PersonId], now: datetime) -> Mapping[PersonId, Workload]:
        k = t.tasks.c
        late = func.count().filter(k.due_at <= mapping.to_moment(now))
        rows = await self._rows(
            select(k.assignee, func.count(), late, func.min(k.claimed_at))
            .where(k.status == CLAIMED, k.assignee.in_(people))
            .group_by(k.assignee)
        )
        found = {row[0]: Workload(tasks=row[1], late=row[2], oldest=mapping.maybe_from_moment(row[3])) for row in rows}
        return {person: found.get(person, Workload()) for person in people}

    async def loads(self, people: Sequence[PersonId]) -> Mapping[PersonId, int]:
        rows = await self._rows(
            select(t.tasks.c.assignee, func.count())
            .where(t.tasks.c.status == CLAIMED, t.tasks.c.assignee.in_(people))
            .group_by(t.tasks.c.assignee)
        )
        counts = {row[0]: row[1] for row in rows}
        return {person: counts.get(person, 0) for person in people}

    async def draft(self, key: str) -> Draft | None:
        row = await self._first(_DRAFT, key=key)
        return None if row is None else mapping.read_draft(row)

    async def language(self, person: PersonId) -> Language | None:
        row = await self._first(_LANGUAGE, person=person)
        return None if row is None else Language(row[0])

    async def file_names(self, file_ids: Sequence[FileId]) -> Mapping[FileId, str]:
        f = t.files.c
        rows = await self._rows(select(f.id, f.name).where(f.id.in_(file_ids))) if file_ids else []
        return {row[0]: row[1] for row in rows}

    async def file(self, file_id: FileId) -> KeptFile | None:
        f = t.files.c
        row = await self._first(select(f.id, f.name, f.media_type, f.content).where(f.id == storable(file_id)))
        return None if row is None else KeptFile(id=row[0], name=row[1], media_type=row[2], content=row[3])

    async def due_timers(self, now: datetime, limit: int) -> Sequence[DueTimer]:
        m = t.timers.c
        rows = await self._rows(
            select(m.task_id, m.kind, m.generation, m.due_at)
            .where(m.due_at <= to_moment(now))
            .order_by(m.due_at)
            .limit(limit)
        )
        return [
            DueTimer(task_id=row[0], kind=TimerKind(row[1]), generation=row[2], due_at=from_moment(row[3]))
            for row in rows
        ]

    async def next_timer_due(self) -> datetime | None:
        row = await self._first(select(func.min(t.timers.c.due_at)))
        return None if row is None else maybe_from_moment(row[0])

    async def definitions(self) -> Sequence[tuple[ProcessId, str, str]]:
        d = t.definitions.c
        rows = await self._rows(select(d.process, d.version, d.text).order_by(d.published_at))
        return [(row[0], row[1], row[2]) for row in rows]


# Statements that run often are built once.
_CASE = [t.cases.c[name] for name in CASE_COLUMNS]
_CASE_OF_ID = CASE_WITH_TASKS.where(t.cases.c.id == bindparam("case_id"))
_CASE_NUMBERED = CASE_WITH_TASKS.where(t.cases.c.number == bindparam("number"))
_LETTERS = (
    select(*(t.letters.c[name] for name in mapping.LETTER.names))
    .where(t.letters.c.case_id == bindparam("case_id"))
    .order_by(t.letters.c.id)
)
_LETTER_COLUMNS = len(mapping.LETTER.names)
_CLIENT_LETTERS = select(
    *(t.letters.c[name] for name in mapping.LETTER.names),
    *(t.client_letters.c[name] for name in mapping.CLIENT_LETTER_COLUMNS),
).join_from(
    t.client_letters,
    t.letters,
    and_(
        t.letters.c.case_id == t.client_letters.c.case_id,
        t.letters.c.from_task == t.client_letters.c.task_id,
        t.letters.c.template == t.client_letters.c.template,
        t.letters.c.recipient.is_not(None),
    ),
)
_DRAFT = select(*(t.drafts.c[name] for name in mapping.DRAFT_COLUMNS)).where(t.drafts.c.key == bindparam("key"))
_LANGUAGE = select(t.languages.c.language).where(t.languages.c.person == bindparam("person"))
_ORDER_OF_CLIENTS = t.tasks.c.opened_at, t.tasks.c.case_id, t.tasks.c.ordinal
_LINES = select(
    t.tasks.c.id.label("task_id"),
    t.tasks.c.case_id,
    t.cases.c.number,
    t.cases.c.client_name.label("client"),
    t.cases.c.process,
    t.cases.c.version,
    t.tasks.c.stage,
    t.tasks.c.department,
    t.tasks.c.status,
    t.tasks.c.opened_at,
    t.tasks.c.offered_at,
    t.tasks.c.assignee,
    t.tasks.c.claimed_at,
    t.tasks.c.due_at,
    t.tasks.c.part,
    t.tasks.c.candidates,
).join_from(t.tasks, t.cases, t.cases.c.id == t.tasks.c.case_id)


def _is_meant(meant: Searched) -> ColumnElement[bool]:
    ways = [has_words(meant)]
    if meant.number:
        ways.append(t.cases.c.number.like(f"%{escaped(meant.number)}%", escape="\\"))
    if meant.digits:
        ways.append(has_digits(meant))
    return or_(*ways)


def _ending(meant: Searched) -> str:
    return f"%{meant.whole_number}" if meant.number else ""


def _task_line(row: AnyRow) -> TaskLine:
    return TaskLine(
        task_id=row.task_id,
        case_id=row.case_id,
        number=row.number,
        client=row.client,
        process=row.process,
        version=row.version,
        stage=row.stage,
        department=row.department,
        status=TaskStatus(row.status),
        opened_at=from_moment(row.opened_at),
        offered_at=from_moment(row.offered_at),
        assignee=row.assignee,
        claimed_at=maybe_from_moment(row.claimed_at),
        due_at=maybe_from_moment(row.due_at),
        part=mapping.read_part(row.part),
        candidates=mapping.read_people(row.candidates),
    )


def _case_line(row: AnyRow, tasks: tuple[TaskLine, ...]) -> CaseLine:
    return CaseLine(
        case_id=row.id,
        number=row.number,
        client=row.client_name,
        process=row.process,
        version=row.version,
        status=CaseStatus(row.status),
        opened_by=row.opened_by,
        opened_at=from_moment(row.opened_at),
        end=row.end_id,
        closed_at=maybe_from_moment(row.closed_at),
        tasks=tasks,
    )


def _kept_letter(row: AnyRow) -> KeptLetter:
    written, state = row[:_LETTER_COLUMNS], row[_LETTER_COLUMNS : _LETTER_COLUMNS + len(mapping.CLIENT_LETTER_COLUMNS)]
    return KeptLetter(written=mapping.read_letter(written), state=mapping.read_client_letter(state))
