"""The unit of work on a driver's cursor: reads run at once, writes are collected in a batch."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from storage.rows import mapping
from storage.rows.mapping import from_moment, maybe_to_moment, to_json, to_moment
from storage.rows.tables import can_be_id
from storage.writes import statements
from storage.writes.batch import Batch, Conflict, Cursor
from storage.writes.known_cases import ReadCase
from storage.writes.organisation_writes import SqlOrganisationWrites
from storage.writes.outbox_writes import SqlOutboxWrites
from storage.writes.platform_writes import SqlPlatformWrites
from storage.writes.record_writes import Kept, SqlRecordWrites, write_records
from storage.writes.statement import Statement
from storage.writes.statements import Statements
from storage.writes.timer_writes import write_timers
from workflows.domain.case import Case, CaseIdentity, Task
from workflows.domain.client_letters import ClientLetter, Sent
from workflows.domain.decision import Decision, EarlierCase
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import CaseId, PersonId, ProcessId, RecordId, StageId, TaskId
from workflows.domain.text import Language
from workflows.domain.timers import TimerKind
from workflows.ports.platforms import RedeemedInvitation
from workflows.ports.rendering import FilledLetter
from workflows.ports.unit_of_work import KeptFile


class Order(Protocol):
    """How transaction functions are coordinated where several run at once."""

    def begin(self) -> None:
        """Open a transaction block, so that locked rows stay locked until everything is written."""
        ...

    def take_turn(self, case_id: CaseId) -> ReadCase | None:
        """Wait for the functions of this process that work on a case; returns the state to start from, or None."""
        ...

    def last_count(self, counter: str) -> int | None:
        """Wait for the functions of this process that count; returns the counter's last value, or None to read it."""
        ...


class SqlUnitOfWork(SqlOutboxWrites, SqlPlatformWrites, SqlRecordWrites, SqlOrganisationWrites):
    """Implements `workflows.ports.unit_of_work.UnitOfWork`; lives as long as one transaction function.

    Only invitations are locked: the writes check that the rows they depend on are as they were read. With *locks*, for
    a function that was overtaken before, those rows are locked when they are read; without an *order* nothing else runs
    meanwhile. *known_case* returns a case whose current state is certainly known, or None; `saved`
    are the cases that this function changes, `counted` the last values of the counters that it has used.
    """

    def __init__(
        self,
        cursor: Cursor,
        known: Statements,
        *,
        known_case: Callable[[CaseId], ReadCase | None] = lambda _case_id: None,
        locks: bool = False,
        order: Order | None = None,
    ) -> None:
        self._cursor = cursor
        self._known = known
        self._locks = locks
        self._order = order
        self._known_case = known_case
        self._cases: dict[CaseId, ReadCase] = {}
        self.saved: dict[CaseId, ReadCase] = {}
        self.seen_in_outbox: set[int] = set()
        self.counted: dict[str, int] = {}
        self._counters_read: dict[str, int | None] = {}
        self._records: dict[RecordId, Kept] = {}
        self._drafts: dict[str, dict[str, Any] | None] = {}
        self._drafts_read: dict[str, int | None] = {}
        self.batch = Batch()

    @property
    def known(self) -> Statements:
        """Return the statements that `run` takes."""
        return self._known

    @property
    def locks(self) -> bool:
        """Whether the rows that this function depends on are locked when they are read."""
        return self._locks

    def run(self, statement: Statement, **values: object) -> Sequence[Any]:
        """Run a statement at once and return its rows."""
        if statement.locks and self._order is not None:
            self._order.begin()
        self._cursor.execute(statement.sql, statement.arguments(values))
        return self._cursor.fetchall()

    def case(self, case_id: CaseId) -> Case | None:
        if case_id in self._cases:
            return self._cases[case_id].case
        if not can_be_id(case_id):
            return None
        left = self._known_case(case_id) if self._order is None else self._order.take_turn(case_id)
        if left is not None and not self._locks:
            self._cases[case_id] = left
            return left.case
        if self._locks:
            # The lock comes first: a read that waits for its own lock returns the state from before the wait.
            self.run(self._known.cases.lock, case_id=case_id)
        rows = self.run(self._known.cases.one, case_id=case_id)
        if not rows:
            return None
        self._cases[case_id] = ReadCase(mapping.read_case(rows), mapping.read_revision(rows))
        return self._cases[case_id].case

    def earlier_waiting(
        self, case: Case, task: Task, person: PersonId | None = None, *, most: int = 1
    ) -> Sequence[EarlierCase]:
        rows = self.run(
            self._known.cases.earlier_waiting,
            process=case.process,
            stage=task.stage,
            opened_at=to_moment(case.opened_at),
            case_id=case.id,
            listed=to_json(person or ""),
            siblings='"number":' + to_json("" if case.parent is None else case.parent.number),
            most=most,
        )
        return [
            EarlierCase(
                case_id=case_id, number=number, client=client, task_id=task_id, opened_at=from_moment(opened_at)
            )
            for case_id, number, client, task_id, opened_at in rows
        ]

    def loads(self, people: Collection[PersonId]) -> Mapping[PersonId, int]:
        rows = self.run(self._known.cases.loads, people=to_json(list(people)))
        counts = {row[0]: row[1] for row in rows}
        return {person: counts.get(person, 0) for person in people}

    def turn(self, process: ProcessId, stage: StageId) -> int:
        return self._last(f"turn:{process}:{stage}")

    def take_turns(self, process: ProcessId, stage: StageId, count: int) -> None:
        for _ in range(count):
            self._next(f"turn:{process}:{stage}")

    def reserve_case(self, process: ProcessId, prefix: str) -> CaseIdentity:
        return CaseIdentity(id=CaseId(self._next("case")), number=f"{prefix}-{self._next(f'number:{process}')}")

    def _next(self, counter: str) -> int:
        self.counted[counter] = self._last(counter) + 1
        return self.counted[counter]

    def _last(self, counter: str) -> int:
        if counter not in self._counters_read:
            last = None if self._order is None or self._locks else self._order.last_count(counter)
            if last is None:
                if self._locks and not self._counters_read:
                    self.run(self._known.lock_counters)
                rows = self.run(self._known.counter, name=counter)
                last = rows[0][0] if rows else None
            self._counters_read[counter] = last
        return self.counted.get(counter, self._counters_read[counter] or 0)

    def receive(self, update_id: str, now: datetime) -> None:
        self.batch.add(statements.RECEIVED, {"id": update_id, "at": to_moment(now)})

    def was_received(self, update_id: str) -> bool:
        return bool(self.run(self._known.received, update_id=update_id))

    def is_due(self, task_id: TaskId, kind: TimerKind, generation: int, now: datetime) -> bool:
        rows = self.run(self._known.timer, task_id=task_id, kind=kind.value, generation=generation)
        return bool(rows) and rows[0][0] <= to_moment(now)

    def save(self, before: Case | None, decision: Decision) -> None:
        case = decision.case
        if case.id in self.saved:
            raise RuntimeError("a transaction function saves a case once")
        revision = 1 if before is None else self._revision_of(before) + 1
        self.saved[case.id] = ReadCase(case, revision)
        if before is None:
            self.batch.add(statements.NEW_CASE, mapping.case_row(case) | {"revision": revision})
        else:
            state = {"id": case.id, "revision": revision, "guard_revision": revision - 1}
            if mapping.CASE.differ(before, case):
                self.batch.add(statements.CASE, mapping.case_row(case) | state)
            else:
                self.batch.add(statements.CASE_REVISION, state)
        known = {} if before is None else before.tasks
        for task in case.tasks.values():
            earlier = known.get(task.id)
            if earlier is None:
                self.batch.add(statements.NEW_TASK, mapping.task_row(case, task))
            elif earlier != task:
                self.batch.add(statements.TASK, mapping.task_row(case, task))
        for event in decision.events:
            self.batch.add(statements.EVENT, mapping.event_row(case.id, event))
        write_timers(self.batch, decision.timers)

    def _revision_of(self, before: Case) -> int:
        """Return the revision of a state of a case; raises Conflict when it is not the current one."""
        self.case(before.id)
        read = self._cases.get(before.id)
        if read is None or (read.case is not before and read.case != before):
            raise Conflict
        return read.revision

    def keep_letters(self, letters: Iterable[FilledLetter]) -> None:
        for letter in letters:
            self.batch.add(statements.LETTER, mapping.letter_row(letter))

    def keep_client_letters(self, letters: Iterable[ClientLetter]) -> None:
        for letter in letters:
            self.batch.add(statements.NEW_CLIENT_LETTER, mapping.client_letter_row(letter))

    def client_letter(self, task_id: TaskId, number: int) -> ClientLetter | None:
        if not can_be_id(number):
            return None
        rows = self.run(self._known.client_letter, task_id=task_id, number=number)
        return mapping.read_client_letter(rows[0]) if rows else None

    def mark_letter(self, task_id: TaskId, number: int, sent: Sent | None) -> None:
        row = {"task_id": task_id, "number": number} | mapping.sent_columns(sent)
        self.batch.add(statements.MARK_OF_LETTER, row)

    def draft(self, key: str) -> Draft | None:
        read = self._known.locked_draft if self._locks else self._known.draft
        rows = self.run(read, key=key)
        draft = mapping.read_draft(rows[0]) if rows else None
        self._drafts_read[key] = None if draft is None else draft.revision
        return draft

    def save_draft(self, key: str, draft: Draft, now: datetime) -> None:
        if key not in self._drafts_read:
            self.draft(key)
        self._drafts[key] = mapping.draft_row(key, draft) | {"saved_at": to_moment(now)}

    def drop_draft(self, key: str) -> None:
        self._drafts[key] = None

    def drop_timer(self, task_id: TaskId, kind: TimerKind, generation: int) -> None:
        row = {"task_id": task_id, "kind": kind.value, "generation": generation}
        self.batch.add(statements.DROP_TIMER, row)

    def set_language(self, person: PersonId, language: Language) -> None:
        self.batch.add(statements.LANGUAGE, {"person": person, "language": language.value})

    def add_invitation(
        self, code_digest: str, person: PersonId, expires_at: datetime, by: PersonId | None = None
    ) -> None:
        row = {"digest": code_digest, "person": person, "expires_at": to_moment(expires_at), "used_at": None}
        row |= {"invited_by": by}
        self.batch.add(statements.NEW_INVITATION, row)

    def redeem_invitation(self, code_digest: str, now: datetime) -> RedeemedInvitation | None:
        rows = self.run(self._known.invitation, digest=code_digest, now=to_moment(now))
        if not rows:
            return None
        self.batch.add(statements.USED_INVITATION, {"digest": code_digest, "used_at": to_moment(now)})
        person, invited_by = rows[0]
        return RedeemedInvitation(person=person, invited_by=invited_by)

    def add_file(self, file: KeptFile, by: PersonId, now: datetime) -> None:
        statement = self._known.new_file
        values = {
            "id": file.id,
            "name": file.name,
            "media_type": file.media_type,
            "content": file.content,
            "uploaded_by": by,
            "uploaded_at": maybe_to_moment(now),
        }
        self.batch.others.append((statement.sql, statement.arguments(values)))

    def publish_definition(self, process: ProcessId, version: str, text: str, now: datetime) -> None:
        if not self.run(self._known.definition, process=process, version=version):
            row = {"process": process, "version": version, "text": text, "published_at": to_moment(now)}
            self.batch.add(statements.NEW_DEFINITION, row)

    def forget_received(self, before: datetime) -> None:
        statement = self._known.forget_received
        self.batch.others.append((statement.sql, statement.arguments({"before": to_moment(before)})))

    def finish(self) -> Batch:
        """Return everything that has to be written, including counters, records and drafts."""
        write_records(self.batch, self._records)
        for name, last in self.counted.items():
            before = self._counters_read[name]
            if before is None:
                self.batch.add(statements.NEW_COUNTER, {"name": name, "last": last})
            else:
                self.batch.add(statements.COUNTER, {"name": name, "last": last, "guard_last": before})
        for key, draft in self._drafts.items():
            self._write_draft(key, draft)
        if self.batch.rows or self.batch.others:
            for case_id in self._cases.keys() - self.saved.keys():
                row = {"id": case_id, "guard_revision": self._cases[case_id].revision}
                self.batch.add(statements.SAME_CASE, row)
        return self.batch

    def _write_draft(self, key: str, draft: Mapping[str, Any] | None) -> None:
        """Write a draft, or drop it (None), if it is still as it was read."""
        revision = self._drafts_read.get(key)
        if draft is not None and revision is None:
            self.batch.add(statements.NEW_DRAFT, draft)
        elif draft is not None:
            self.batch.add(statements.DRAFT, {**draft, "guard_revision": revision})
        elif revision is None:
            self.batch.add(statements.DROP_DRAFT, {"key": key})
        else:
            self.batch.add(statements.DROP_SEEN_DRAFT, {"key": key, "guard_revision": revision})
