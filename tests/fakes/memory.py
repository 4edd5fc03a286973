"""The database in dictionaries: Storage and Queries with the semantics that the ports promise."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from tests.fakes.memory_organisation import MemoryOrganisationQueries, OrganisationRows
from tests.fakes.memory_platforms import MemoryPlatformQueries, PlatformRows
from tests.fakes.memory_records import MemoryRecordQueries, RecordRows
from tests.fakes.memory_unit import MemoryUnit, Rows
from workflows.domain.candidates import QueueReader
from workflows.domain.case import Case, CaseStatus, Task, TaskStatus
from workflows.domain.events import Event
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import CaseId, DepartmentId, FileId, PersonId, ProcessId, RecordId, TaskId, case_of
from workflows.domain.notices import LISTED, NoticeKind
from workflows.domain.reading.search import Searched, searched_in
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, platform_of
from workflows.ports.queries import (
    CaseLine,
    DeliveryFacts,
    KeptLetter,
    QueuePage,
    TaskLine,
    UnsentLetter,
    Workload,
)
from workflows.ports.rendering import FilledLetter
from workflows.ports.unit_of_work import (
    DueTimer,
    KeptFile,
    OutboxRow,
    ShownCard,
    StorageUnavailable,
    UnitOfWork,
)

T = TypeVar("T")


class Memory(MemoryPlatformQueries, MemoryRecordQueries, MemoryOrganisationQueries):
    """A Storage and its Queries over the same rows; `is_reachable` is set to False to simulate a broken database."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.is_reachable = True

    def _reach(self) -> Rows:
        if not self.is_reachable:
            raise StorageUnavailable
        return self.rows

    def reach(self) -> Rows:
        """Return the rows; raises StorageUnavailable."""
        return self._reach()

    def _platforms(self) -> PlatformRows:
        return self._reach().platforms

    def _organisation(self) -> OrganisationRows:
        return self._reach().organisation

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run the function; what it gathered is written when it returns, or nothing is."""
        unit = MemoryUnit(self._reach())
        result = work(unit)
        unit.commit()
        return result

    async def case(self, case_id: CaseId) -> Case | None:
        return self._reach().cases.get(case_id)

    async def case_numbered(self, number: str) -> Case | None:
        wanted = number.strip().casefold()
        return next((c for c in self._reach().cases.values() if c.number.casefold() == wanted), None)

    async def letters(self, case_id: CaseId) -> Sequence[FilledLetter]:
        return tuple(self._reach().letters.get(case_id, ()))

    async def client_letters(self, case_id: CaseId) -> Sequence[KeptLetter]:
        rows = self._reach()
        return [
            KeptLetter(written=letter, state=state)
            for letter in rows.letters.get(case_id, ())
            for state in rows.client_letters.values()
            if letter.recipient is not None and (state.task_id, state.template) == (letter.from_task, letter.template)
        ]

    async def unsent_letters(self, by: PersonId, limit: int) -> Sequence[UnsentLetter]:
        found = [
            UnsentLetter(number=case.number, client=case.client.name if case.client else None, letter=letter)
            for case in self._reach().cases.values()
            for letter in await self.client_letters(case.id)
            if letter.state.by == by and letter.state.sent is None
        ]
        return sorted(found, key=lambda each: each.letter.written.at)[:limit]

    async def history(self, case_id: CaseId) -> Sequence[Event]:
        return tuple(self._reach().history.get(case_id, ()))

    async def my_tasks(self, person: PersonId) -> Sequence[TaskLine]:
        return self._task_lines(lambda task: task.status is TaskStatus.CLAIMED and task.assignee == person)

    async def queue(self, reader: QueueReader, limit: int, start: int = 0) -> QueuePage:
        lines = self._task_lines(lambda task: task.status is TaskStatus.READY and reader.sees(task))
        seen: Counter[DepartmentId] = Counter()
        places = []
        for line in lines:
            seen[line.department] += 1
            places.append(seen[line.department])
        page = slice(start, start + limit)
        return QueuePage(lines=lines[page], places=places[page], count=len(lines) if lines[page] else 0)

    async def stranded(self, departments: Sequence[DepartmentId], people: Sequence[PersonId]) -> Sequence[TaskLine]:
        return self._task_lines(
            lambda task: (
                task.is_open
                and (task.department not in departments or (task.assignee is not None and task.assignee not in people))
            )
        )

    async def named_tasks(self) -> Sequence[TaskLine]:
        return self._task_lines(lambda task: task.status is TaskStatus.READY and task.candidates is not None)

    async def active_cases(self, limit: int, start: int = 0, late_at: datetime | None = None) -> Sequence[CaseLine]:
        active = [case for case in self._reach().cases.values() if case.status is CaseStatus.ACTIVE]
        active.sort(key=_order_of_clients)
        if late_at is not None:
            active.sort(key=lambda case: _late_since(case, late_at) or datetime.max.replace(tzinfo=UTC))
        return tuple(_case_line(case) for case in active[start : start + limit])

    async def opened_by(self, person: PersonId, limit: int) -> Sequence[CaseLine]:
        cases = self._reach().cases.values()
        own = [case for case in cases if case.status is CaseStatus.ACTIVE and case.opened_by == person]
        return tuple(_case_line(case) for case in sorted(own, key=_order_of_clients, reverse=True)[:limit])

    async def case_lines(self, cases: Sequence[CaseId]) -> Sequence[CaseLine]:
        known = self._reach().cases
        return [_case_line(known[case_id]) for case_id in sorted(cases, reverse=True) if case_id in known]

    async def find_cases(self, words: str, limit: int) -> Sequence[CaseLine]:
        meant = searched_in(words)
        if meant is None:
            return ()
        found = [case for case in self._reach().cases.values() if self._is_meant(case, meant)]
        found.sort(
            key=lambda case: (
                not meant.number or not case.number.endswith(meant.whole_number),
                case.status is not CaseStatus.ACTIVE,
                -case.opened_at.timestamp(),
                -case.id,
            )
        )
        return tuple(_case_line(case) for case in found[:limit])

    async def workloads(self, people: Sequence[PersonId], now: datetime) -> Mapping[PersonId, Workload]:
        return {person: _workload(await self.my_tasks(person), now) for person in people}

    async def loads(self, people: Sequence[PersonId]) -> Mapping[PersonId, int]:
        return {person: len(await self.my_tasks(person)) for person in people}

    def _records(self) -> RecordRows:
        return self._reach().records

    async def cases_of_record(self, record_id: RecordId, limit: int) -> Sequence[CaseId]:
        rows = self._reach()
        same = {record_id, *(each.id for each in rows.records.records.values() if each.merged_into == record_id)}
        linked = {case_id for each in same for case_id in rows.records.of_cases.get(each, ())}
        own = {case.id for case in rows.cases.values() if case.client is not None and case.client.id in same}
        return sorted(linked | own, reverse=True)[:limit]

    async def draft(self, key: str) -> Draft | None:
        return self._reach().drafts.get(key)

    async def language(self, person: PersonId) -> Language | None:
        return self._reach().languages.get(person)

    async def file_names(self, file_ids: Sequence[FileId]) -> Mapping[FileId, str]:
        files = self._reach().files
        return {file_id: files[file_id].name for file_id in file_ids if file_id in files}

    async def file(self, file_id: FileId) -> KeptFile | None:
        return self._reach().files.get(file_id)

    async def outbox(
        self,
        now: datetime,
        limit: int,
        without: Collection[ChatAddress] = (),
        without_platforms: Collection[str] = (),
    ) -> Sequence[OutboxRow]:
        held, due, taken = set(without), [], Counter[ChatAddress]()
        for row in self._reach().outbox.values():
            chat = row.announcement.chat
            taken[chat] += 1
            if row.due_at > now or taken[chat] > max(100, limit // 4):
                held.add(chat)
            elif chat not in held and platform_of(chat) not in without_platforms:
                due.append(row)
        return tuple(due[:limit])

    async def next_outbox_due(self, now: datetime) -> datetime | None:
        heads: dict[ChatAddress, datetime] = {}
        for row in self._reach().outbox.values():
            heads.setdefault(row.announcement.chat, row.due_at)
        return min((due_at for due_at in heads.values() if due_at > now), default=None)

    async def undeliverable(self, limit: int) -> Sequence[OutboxRow]:
        return tuple(sorted(self._reach().dead.values(), key=lambda row: -row.id)[:limit])

    async def delivery_facts(
        self,
        cases: Collection[CaseId],
        cards: Collection[TaskId],
        chats: Collection[ChatAddress] = (),
        followed: Collection[CaseId] = (),
    ) -> DeliveryFacts:
        rows = self._reach()
        changed = {*followed, *(case_of(task) for task in cards)}
        told = {
            (notice.chat, notice.message_id)
            for notice in rows.notices.values()
            if notice.case_id in changed or (notice.chat in chats and notice.kind in LISTED)
        }
        notices = [notice for notice in rows.notices.values() if (notice.chat, notice.message_id) in told]
        of_notices = (notice.case_id for notice in notices if notice.kind is not NoticeKind.LIST)
        about = dict.fromkeys([*cases, *of_notices])
        found = {case_id: rows.cases[case_id] for case_id in about if case_id in rows.cases}
        tasks = [(case, task) for case in rows.cases.values() for task in case.tasks.values() if task.id in cards]
        return DeliveryFacts(
            cases=found,
            letters={case_id: tuple(rows.letters[case_id]) for case_id in found if case_id in rows.letters},
            cards={(task, chat): card for (task, chat), card in rows.cards.items() if task in cards},
            positions={task.id: self._position(case, task) for case, task in tasks if task.status is TaskStatus.READY},
            notices=sorted(notices, key=lambda each: (each.posted_at, each.message_id, each.case_id)),
        )

    def _position(self, case: Case, task: Task) -> int:
        ready = self._task_lines(lambda other: other.status is TaskStatus.READY and other.stage == task.stage)
        return 1 + sum(
            line.process == case.process and (line.opened_at, line.case_id) < (case.opened_at, case.id)
            for line in ready
        )

    async def shown_card(self, task_id: TaskId, chat: ChatAddress) -> ShownCard | None:
        return self._reach().cards.get((task_id, chat))

    async def shown_cards(self, task_ids: Collection[TaskId], chat: ChatAddress) -> Sequence[ShownCard]:
        return [card for (task_id, of), card in self._reach().cards.items() if of == chat and task_id in task_ids]

    async def due_timers(self, now: datetime, limit: int) -> Sequence[DueTimer]:
        due = [
            DueTimer(task_id=task_id, kind=kind, generation=generation, due_at=due_at)
            for (task_id, kind), (generation, due_at) in self._reach().timers.items()
            if due_at <= now
        ]
        return tuple(sorted(due, key=lambda timer: timer.due_at)[:limit])

    async def next_timer_due(self) -> datetime | None:
        return min((due_at for _, due_at in self._reach().timers.values()), default=None)

    async def definitions(self) -> Sequence[tuple[ProcessId, str, str]]:
        return tuple((process, version, text) for (process, version), text in self._reach().definitions.items())

    def _task_lines(self, belongs: Callable[[Task], bool]) -> tuple[TaskLine, ...]:
        cases = sorted(self._reach().cases.values(), key=_order_of_clients)
        return tuple(_task_line(case, task) for case in cases for task in case.tasks.values() if belongs(task))

    def _is_meant(self, case: Case, meant: Searched) -> bool:
        if meant.finds_number(case.number):
            return True
        if case.client is None:
            return False
        return self.rows.records.is_found(case.client.id, meant)


def _late_since(case: Case, now: datetime) -> datetime | None:
    return min((task.due_at for task in case.open_tasks() if task.due_at and task.due_at <= now), default=None)


def _order_of_clients(case: Case) -> tuple[datetime, CaseId]:
    return case.opened_at, case.id


def _task_line(case: Case, task: Task) -> TaskLine:
    return TaskLine(
        task_id=task.id,
        case_id=case.id,
        number=case.number,
        client=None if case.client is None else case.client.name,
        process=case.process,
        version=case.version,
        stage=task.stage,
        department=task.department,
        status=task.status,
        opened_at=case.opened_at,
        offered_at=task.offered_at,
        assignee=task.assignee,
        claimed_at=task.claimed_at,
        due_at=task.due_at,
        part=task.part,
        candidates=task.candidates,
    )


def _case_line(case: Case) -> CaseLine:
    return CaseLine(
        case_id=case.id,
        number=case.number,
        client=None if case.client is None else case.client.name,
        process=case.process,
        version=case.version,
        status=case.status,
        opened_by=case.opened_by,
        opened_at=case.opened_at,
        end=case.end,
        closed_at=case.closed_at,
        tasks=tuple(_task_line(case, task) for task in case.open_tasks()),
    )


def _workload(tasks: Sequence[TaskLine], now: datetime) -> Workload:
    late = sum(task.due_at is not None and task.due_at <= now for task in tasks)
    since = [task.claimed_at for task in tasks if task.claimed_at is not None]
    return Workload(tasks=len(tasks), late=late, oldest=min(since, default=None))
