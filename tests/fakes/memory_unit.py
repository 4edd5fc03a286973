"""One transaction on the dictionaries: reads at once, gathers what is written, writes all of it or nothing."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.fakes.memory_organisation import MemoryOrganisationWrites, OrganisationRows
from tests.fakes.memory_platforms import MemoryPlatformWrites, PlatformRows
from tests.fakes.memory_records import MemoryRecordWrites, RecordRows
from workflows.domain.case import Case, CaseIdentity, Task, TaskStatus
from workflows.domain.client_letters import ClientLetter, Sent
from workflows.domain.decision import Decision, EarlierCase
from workflows.domain.events import Event
from workflows.domain.forms.drafts import Draft
from workflows.domain.ids import CaseId, FileId, PersonId, ProcessId, StageId, TaskId
from workflows.domain.text import Language
from workflows.domain.timers import ArmTimer, TimerKind
from workflows.ports.chat import ChatAddress
from workflows.ports.platforms import RedeemedInvitation
from workflows.ports.rendering import FilledLetter
from workflows.ports.unit_of_work import AlreadyReceived, Announcement, KeptFile, OutboxRow, ShownCard, ShownNotice


@dataclass(slots=True, kw_only=True)
class Rows:
    """Everything that is stored."""

    cases: dict[CaseId, Case] = field(default_factory=dict)
    numbers: dict[ProcessId, int] = field(default_factory=dict)
    turns: dict[tuple[ProcessId, StageId], int] = field(default_factory=dict)
    history: dict[CaseId, list[Event]] = field(default_factory=lambda: defaultdict(list))
    letters: dict[CaseId, list[FilledLetter]] = field(default_factory=lambda: defaultdict(list))
    client_letters: dict[tuple[TaskId, int], ClientLetter] = field(default_factory=dict)
    timers: dict[tuple[TaskId, TimerKind], tuple[int, datetime]] = field(default_factory=dict)
    outbox: dict[int, OutboxRow] = field(default_factory=dict)
    dead: dict[int, OutboxRow] = field(default_factory=dict)
    last_outbox_id: int = 0
    cards: dict[tuple[TaskId, ChatAddress], ShownCard] = field(default_factory=dict)
    notices: dict[tuple[ChatAddress, str, str], ShownNotice] = field(default_factory=dict)
    records: RecordRows = field(default_factory=RecordRows)
    drafts: dict[str, Draft] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    received: dict[str, datetime] = field(default_factory=dict)
    languages: dict[PersonId, Language] = field(default_factory=dict)
    invitations: dict[str, tuple[RedeemedInvitation, datetime]] = field(default_factory=dict)
    files: dict[FileId, KeptFile] = field(default_factory=dict)
    definitions: dict[tuple[ProcessId, str], str] = field(default_factory=dict)
    platforms: PlatformRows = field(default_factory=PlatformRows)
    organisation: OrganisationRows = field(default_factory=OrganisationRows)


class MemoryUnit(MemoryPlatformWrites, MemoryRecordWrites, MemoryOrganisationWrites):
    """A unit of work over *rows*; nothing is written before `commit`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._received: list[str] = []
        self._writes: list[Callable[[], None]] = []
        self.begin_records(rows.records)

    def commit(self) -> None:
        """Write everything gathered; raises AlreadyReceived, having written nothing, when an update is known."""
        if any(update_id in self._rows.received for update_id in self._received):
            raise AlreadyReceived
        for write in self._writes:
            write()
        self._rows.records = self._new

    def case(self, case_id: CaseId) -> Case | None:
        return self._rows.cases.get(case_id)

    def earlier_waiting(
        self, case: Case, task: Task, person: PersonId | None = None, *, most: int = 1
    ) -> Sequence[EarlierCase]:
        waiting = [
            (earlier.opened_at, earlier.id, earlier, ready)
            for earlier in self._rows.cases.values()
            if earlier.process == case.process and not _are_siblings(earlier, case)
            if (earlier.opened_at, earlier.id) < (case.opened_at, case.id)
            for ready in earlier.tasks.values()
            if ready.stage == task.stage and ready.status is TaskStatus.READY
            if ready.candidates is None or person in ready.candidates
            if person not in ready.barred
        ]
        return [
            EarlierCase(
                case_id=earlier.id,
                number=earlier.number,
                client=None if earlier.client is None else earlier.client.name,
                task_id=ready.id,
                opened_at=earlier.opened_at,
            )
            for _, _, earlier, ready in sorted(waiting, key=lambda found: found[:2])[:most]
        ]

    def loads(self, people: Collection[PersonId]) -> Mapping[PersonId, int]:
        tasks = [task for case in self._rows.cases.values() for task in case.tasks.values()]
        return {
            person: sum(1 for task in tasks if task.status is TaskStatus.CLAIMED and task.assignee == person)
            for person in people
        }

    def turn(self, process: ProcessId, stage: StageId) -> int:
        return self._rows.turns.get((process, stage), 0)

    def take_turns(self, process: ProcessId, stage: StageId, count: int) -> None:
        def write() -> None:
            self._rows.turns[process, stage] = self.turn(process, stage) + count

        self._writes.append(write)

    def reserve_case(self, process: ProcessId, prefix: str) -> CaseIdentity:
        number = self._rows.numbers.get(process, 0) + 1
        self._writes.append(lambda: self._rows.numbers.update({process: number}))
        return CaseIdentity(id=CaseId(len(self._rows.cases) + 1), number=f"{prefix}-{number}")

    def receive(self, update_id: str, now: datetime) -> None:
        self._received.append(update_id)
        self._writes.append(lambda: self._rows.received.update({update_id: now}))

    def was_received(self, update_id: str) -> bool:
        return update_id in self._rows.received

    def is_due(self, task_id: TaskId, kind: TimerKind, generation: int, now: datetime) -> bool:
        armed = self._rows.timers.get((task_id, kind))
        return armed is not None and armed[0] == generation and armed[1] <= now

    def save(self, before: Case | None, decision: Decision) -> None:
        case = decision.case

        def write() -> None:
            self._rows.cases[case.id] = case
            self._rows.history[case.id].extend(decision.events)
            for change in decision.timers:
                if isinstance(change, ArmTimer):
                    self._rows.timers[change.task_id, change.kind] = (change.generation, change.due_at)
                else:
                    for kind in TimerKind:
                        armed = self._rows.timers.get((change.task_id, kind))
                        if armed is not None and change.generation in (None, armed[0]):
                            del self._rows.timers[change.task_id, kind]

        self._writes.append(write)

    def keep_letters(self, letters: Iterable[FilledLetter]) -> None:
        kept = tuple(letters)

        def write() -> None:
            for letter in kept:
                self._rows.letters[letter.case_id].append(letter)

        self._writes.append(write)

    def keep_client_letters(self, letters: Iterable[ClientLetter]) -> None:
        kept = {(letter.task_id, letter.number): letter for letter in letters}
        self._writes.append(lambda: self._rows.client_letters.update(kept))

    def client_letter(self, task_id: TaskId, number: int) -> ClientLetter | None:
        return self._rows.client_letters.get((task_id, number))

    def mark_letter(self, task_id: TaskId, number: int, sent: Sent | None) -> None:
        def write() -> None:
            rows = self._rows.client_letters
            rows[task_id, number] = replace(rows[task_id, number], sent=sent)

        self._writes.append(write)

    def announce(self, announcements: Iterable[Announcement], now: datetime) -> None:
        said = tuple(announcements)

        def write() -> None:
            for announcement in said:
                self._rows.last_outbox_id += 1
                row_id = self._rows.last_outbox_id
                self._rows.outbox[row_id] = OutboxRow(
                    id=row_id, announcement=announcement, created_at=now, due_at=now, attempts=0
                )

        self._writes.append(write)

    def draft(self, key: str) -> Draft | None:
        return self._rows.drafts.get(key)

    def save_draft(self, key: str, draft: Draft, now: datetime) -> None:
        self._writes.append(lambda: self._rows.drafts.update({key: draft}))

    def drop_draft(self, key: str) -> None:
        self._writes.append(lambda: _forget(self._rows.drafts, key))

    def drop_timer(self, task_id: TaskId, kind: TimerKind, generation: int) -> None:
        def write() -> None:
            armed = self._rows.timers.get((task_id, kind))
            if armed is not None and armed[0] == generation:
                del self._rows.timers[task_id, kind]

        self._writes.append(write)

    def still_in_outbox(self, outbox_ids: Collection[int]) -> frozenset[int]:
        return frozenset(outbox_ids) & self._rows.outbox.keys()

    def delivered(self, outbox_id: int, card: ShownCard | None) -> None:
        def write() -> None:
            self._rows.outbox.pop(outbox_id, None)
            if card is not None:
                self._rows.cards[card.task_id, card.chat] = card

        self._writes.append(write)

    def keep_notices(self, notices: Iterable[ShownNotice]) -> None:
        kept = {_key(notice): notice for notice in notices}
        self._writes.append(lambda: self._rows.notices.update(kept))

    def drop_notices(self, notices: Iterable[ShownNotice]) -> None:
        gone = [_key(notice) for notice in notices]

        def write() -> None:
            for key in gone:
                self._rows.notices.pop(key, None)

        self._writes.append(write)

    def postpone(self, outbox_id: int, due_at: datetime, code: str, *, has_failed: bool = True) -> None:
        def write() -> None:
            row = self._rows.outbox.get(outbox_id)
            if row is not None:
                attempts = row.attempts + has_failed
                self._rows.outbox[outbox_id] = replace(row, due_at=due_at, attempts=attempts, error=code)

        self._writes.append(write)

    def give_up(self, outbox_id: int, code: str) -> None:
        def write() -> None:
            row = self._rows.outbox.pop(outbox_id, None)
            if row is not None:
                self._rows.dead[outbox_id] = replace(row, attempts=row.attempts + 1, error=code)

        self._writes.append(write)

    def retry_dead(self, outbox_id: int, now: datetime) -> None:
        def write() -> None:
            row = self._rows.dead.pop(outbox_id, None)
            if row is None:
                return
            waiting = {**self._rows.outbox, outbox_id: replace(row, due_at=now, attempts=0, error=None)}
            self._rows.outbox.clear()
            self._rows.outbox.update(sorted(waiting.items()))

        self._writes.append(write)

    def set_language(self, person: PersonId, language: Language) -> None:
        self._writes.append(lambda: self._rows.languages.update({person: language}))

    def add_invitation(
        self, code_digest: str, person: PersonId, expires_at: datetime, by: PersonId | None = None
    ) -> None:
        invited = RedeemedInvitation(person=person, invited_by=by)
        self._writes.append(lambda: self._rows.invitations.update({code_digest: (invited, expires_at)}))

    def redeem_invitation(self, code_digest: str, now: datetime) -> RedeemedInvitation | None:
        invited, expires_at = self._rows.invitations.get(code_digest, (None, now))
        if invited is None or expires_at <= now:
            return None
        self._writes.append(lambda: _forget(self._rows.invitations, code_digest))
        return invited

    def add_file(self, file: KeptFile, by: PersonId, now: datetime) -> None:
        self._writes.append(lambda: self._rows.files.update({file.id: file}))

    def publish_definition(self, process: ProcessId, version: str, text: str, now: datetime) -> None:
        self._writes.append(lambda: _keep_first(self._rows.definitions, (process, version), text))

    def forget_received(self, before: datetime) -> None:
        def write() -> None:
            for update_id, at in tuple(self._rows.received.items()):
                if at < before:
                    del self._rows.received[update_id]

        self._writes.append(write)


def _key(notice: ShownNotice) -> tuple[ChatAddress, str, str]:
    return notice.chat, notice.message_id, notice.task_id or ""


def _forget(kept: dict[str, Draft] | dict[str, tuple[RedeemedInvitation, datetime]], key: str) -> None:
    kept.pop(key, None)


def _keep_first(kept: dict[tuple[ProcessId, str], str], key: tuple[ProcessId, str], text: str) -> None:
    kept.setdefault(key, text)


def _are_siblings(one: Case, other: Case) -> bool:
    return one.parent is not None and other.parent is not None and one.parent.number == other.parent.number
