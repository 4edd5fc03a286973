"""The unit of work on a driver's cursor: reads at once, writes gathered in a batch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage import mapping, statements
from storage.batch import Batch, Cursor
from storage.mapping import from_json, from_moment, maybe_to_moment, to_json, to_moment
from storage.platform_writes import SqlPlatformWrites
from storage.statement import Statement
from storage.statements import Statements
from storage.tables import can_be_id
from workflows.domain.case import Case, CaseIdentity, ClientRef, Task
from workflows.domain.clients import ClientAttribute
from workflows.domain.commands import RawValues
from workflows.domain.decision import Decision
from workflows.domain.ids import CaseId, ClientId, PersonId, ProcessId, TaskId
from workflows.domain.queue import EarlierCase
from workflows.domain.text import Language
from workflows.domain.timers import ArmTimer, TimerChange, TimerKind
from workflows.ports.rendering import FilledLetter
from workflows.ports.unit_of_work import Announcement, KeptFile, ShownCard


class Busy(Exception):
    """Somebody else has locked what a hasty statement wanted, or it is not there."""


class SqlUnitOfWork(SqlPlatformWrites):
    """Implements `workflows.ports.unit_of_work.UnitOfWork`; lives as long as one transaction function.

    `held` are the cases that earlier functions of the same transaction have read, and so locked; `saved` are those
    that this one changes.
    """

    def __init__(self, cursor: Cursor, known: Statements, held: dict[CaseId, Case] | None = None) -> None:
        self._cursor = cursor
        self._known = known
        self._held = {} if held is None else held
        self.saved: dict[CaseId, Case] = {}
        self._counters: dict[str, int] = {}
        self._clients: dict[str, ClientRef] = {}
        self._attributes: dict[ClientId, dict[str, str]] = {}
        self._drafts: dict[str, dict[str, Any] | None] = {}
        self.batch = Batch()

    @property
    def known(self) -> Statements:
        """Answer the statements that `run` takes."""
        return self._known

    def run(self, statement: Statement, **values: object) -> Sequence[Any]:
        """Run a statement at once and answer its rows; raises Busy when a hasty one has found none it may have."""
        self._cursor.execute(statement.sql, statement.arguments(values))
        rows = self._cursor.fetchall()
        if statement.is_hasty and not rows:
            raise Busy
        return rows

    def case(self, case_id: CaseId) -> Case | None:
        if case_id in self._held:
            return self._held[case_id]
        rows = self.run(self._known.case, case_id=case_id) if can_be_id(case_id) else ()
        if not rows:
            return None
        # The tasks are read after the lock on the case is held: together they would be as old as the wait for it.
        self._held[case_id] = mapping.read_case(rows[0], self.run(self._known.tasks, case_id=case_id))
        return self._held[case_id]

    def earlier_waiting(self, case: Case, task: Task) -> EarlierCase | None:
        rows = self.run(
            self._known.earlier_waiting,
            process=case.process,
            stage=task.stage,
            opened_at=to_moment(case.opened_at),
            case_id=case.id,
        )
        if not rows:
            return None
        case_id, number, client, task_id, opened_at = rows[0]
        return EarlierCase(
            case_id=case_id, number=number, client=client, task_id=task_id, opened_at=from_moment(opened_at)
        )

    def client_named(self, name: str) -> ClientRef | None:
        folded = mapping.folded(name)
        if folded not in self._clients:
            rows = self.run(self._known.client_named, folded=folded)
            if not rows:
                return None
            self._clients[folded] = ClientRef(id=rows[0][0], name=rows[0][1])
        return self._clients[folded]

    def add_client(self, name: str, now: datetime) -> ClientRef:
        client = ClientRef(id=ClientId(self._next("client")), name=name)
        folded = mapping.folded(name)
        self._clients[folded] = client
        self._attributes[client.id] = {}
        row = {"id": client.id, "name": name, "folded": folded, "attributes": "{}", "created_at": to_moment(now)}
        self.batch.add(statements.NEW_CLIENT, row)
        return client

    def update_client(self, client_id: ClientId, attributes: Mapping[ClientAttribute, str]) -> None:
        if client_id not in self._attributes:
            rows = self.run(self._known.client_attributes, client_id=client_id)
            self._attributes[client_id] = from_json(rows[0][0]) if rows else {}
        before = dict(self._attributes[client_id])
        self._attributes[client_id].update({attribute.value: value for attribute, value in attributes.items()})
        if before == self._attributes[client_id]:
            return
        written = to_json(self._attributes[client_id])
        new_rows: list[Any] = list(self.batch.rows.get(statements.NEW_CLIENT, ()))
        new = next((row for row in new_rows if row["id"] == client_id), None)
        if new is None:
            self.batch.add(statements.CLIENT_ATTRIBUTES, {"id": client_id, "attributes": written})
        else:
            new["attributes"] = written

    def reserve_case(self, process: ProcessId, prefix: str) -> CaseIdentity:
        return CaseIdentity(id=CaseId(self._next("case")), number=f"{prefix}-{self._next(f'number:{process}')}")

    def _next(self, counter: str) -> int:
        if counter not in self._counters:
            rows = self.run(self._known.counter, name=counter)
            self._counters[counter] = rows[0][0] if rows else 0
        self._counters[counter] += 1
        return self._counters[counter]

    def receive(self, update_id: str, now: datetime) -> None:
        self.batch.add(statements.RECEIVED, {"id": update_id, "at": to_moment(now)})

    def was_received(self, update_id: str) -> bool:
        return bool(self.run(self._known.received, update_id=update_id))

    def is_armed(self, task_id: TaskId, kind: TimerKind, generation: int) -> bool:
        return bool(self.run(self._known.timer, task_id=task_id, kind=kind.value, generation=generation))

    def save(self, before: Case | None, decision: Decision) -> None:
        case = self.saved[decision.case.id] = decision.case
        if before is None:
            self.batch.add(statements.NEW_CASE, mapping.case_row(case))
        elif replace(before, tasks={}) != replace(case, tasks={}):
            self.batch.add(statements.CASE, mapping.case_row(case))
        known = {} if before is None else before.tasks
        for task in case.tasks.values():
            earlier = known.get(task.id)
            if earlier is None:
                self.batch.add(statements.NEW_TASK, mapping.task_row(case, task))
            elif earlier != task:
                guard = {"guard_revision": earlier.revision}
                self.batch.add(statements.TASK, mapping.task_row(case, task) | guard)
        for event in decision.events:
            self.batch.add(statements.EVENT, mapping.event_row(case.id, event))
        self._set_timers(decision.timers)

    def _set_timers(self, changes: Iterable[TimerChange]) -> None:
        cancelled: set[TaskId] = set()
        armed: dict[tuple[TaskId, TimerKind], ArmTimer] = {}
        for change in changes:
            if isinstance(change, ArmTimer):
                armed[change.task_id, change.kind] = change
            else:
                cancelled.add(change.task_id)
                armed = {key: timer for key, timer in armed.items() if timer.task_id != change.task_id}
        # What is armed anew replaces its row; a statement that deleted and inserted the same row would see only one.
        for task_id in sorted(cancelled - {timer.task_id for timer in armed.values()}):
            self.batch.add(statements.DROP_TIMERS, {"task_id": task_id})
        for timer in armed.values():
            self.batch.add(
                statements.TIMER,
                {
                    "task_id": timer.task_id,
                    "kind": timer.kind.value,
                    "generation": timer.generation,
                    "due_at": to_moment(timer.due_at),
                },
            )

    def keep_letters(self, letters: Iterable[FilledLetter]) -> None:
        for letter in letters:
            self.batch.add(statements.LETTER, mapping.letter_row(letter))

    def announce(self, announcements: Iterable[Announcement], now: datetime) -> None:
        moment = to_moment(now)
        for announcement in announcements:
            self.batch.add(
                statements.NEW_OUTBOX,
                {
                    "chat": announcement.chat,
                    "kind": announcement.kind.value,
                    "case_id": announcement.case_id,
                    "task_id": announcement.task_id,
                    "notice": None if announcement.notice is None else announcement.notice.value,
                    "data": to_json(announcement.values),
                    "created_at": moment,
                    "due_at": moment,
                    "state": "waiting",
                    "attempts": 0,
                    "error": None,
                },
            )

    def save_draft(self, key: str, values: RawValues, now: datetime) -> None:
        self._drafts[key] = {"key": key, "answers": to_json(values), "saved_at": to_moment(now)}

    def drop_draft(self, key: str) -> None:
        self._drafts[key] = None

    def drop_timer(self, task_id: TaskId, kind: TimerKind, generation: int) -> None:
        row = {"task_id": task_id, "kind": kind.value, "generation": generation}
        self.batch.add(statements.DROP_TIMER, row)

    def is_in_outbox(self, outbox_id: int) -> bool:
        return bool(self.run(self._known.attempts, outbox_id=outbox_id))

    def delivered(self, outbox_id: int, card: ShownCard | None) -> None:
        self.batch.add(statements.DROP_OUTBOX, {"id": outbox_id})
        if card is not None:
            self.batch.add(
                statements.CARD,
                {
                    "task_id": card.task_id,
                    "chat": card.chat,
                    "message_id": card.message_id,
                    "revision": card.revision,
                },
            )

    def postpone(self, outbox_id: int, due_at: datetime, code: str, *, has_failed: bool = True) -> None:
        rows = self.run(self._known.attempts, outbox_id=outbox_id)
        if rows:
            row = {"id": outbox_id, "due_at": to_moment(due_at), "attempts": rows[0][0] + has_failed, "error": code}
            self.batch.add(statements.POSTPONE_OUTBOX, row)

    def give_up(self, outbox_id: int, code: str) -> None:
        rows = self.run(self._known.attempts, outbox_id=outbox_id)
        if rows:
            row = {"id": outbox_id, "state": "dead", "attempts": rows[0][0] + 1, "error": code}
            self.batch.add(statements.SET_OUTBOX_ASIDE, row)

    def retry_dead(self, outbox_id: int, now: datetime) -> None:
        if not can_be_id(outbox_id):
            return
        row = {"id": outbox_id, "state": "waiting", "due_at": to_moment(now), "attempts": 0, "error": None}
        self.batch.add(statements.RETRY_OUTBOX, row)

    def set_language(self, person: PersonId, language: Language) -> None:
        self.batch.add(statements.LANGUAGE, {"person": person, "language": language.value})

    def add_invitation(self, code_digest: str, person: PersonId, expires_at: datetime) -> None:
        row = {"digest": code_digest, "person": person, "expires_at": to_moment(expires_at), "used_at": None}
        self.batch.add(statements.NEW_INVITATION, row)

    def redeem_invitation(self, code_digest: str, now: datetime) -> PersonId | None:
        rows = self.run(self._known.invitation, digest=code_digest, now=to_moment(now))
        if not rows:
            return None
        self.batch.add(statements.USED_INVITATION, {"digest": code_digest, "used_at": to_moment(now)})
        return PersonId(rows[0][0])

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
        """Answer everything that has to be written, the counters and drafts among it."""
        for name, last in self._counters.items():
            self.batch.add(statements.COUNTER, {"name": name, "last": last})
        for key, draft in self._drafts.items():
            if draft is None:
                self.batch.add(statements.DROP_DRAFT, {"key": key})
            else:
                self.batch.add(statements.DRAFT, draft)
        return self.batch
