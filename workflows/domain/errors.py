"""Why a command was refused. Each reason is a type with a stable `code`; its attributes are data, never words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from workflows.domain.compiled import Comparison
    from workflows.domain.ids import (
        CaseId,
        DepartmentId,
        FieldName,
        ItemId,
        OutcomeId,
        PersonId,
        ProcessId,
        StageId,
        TaskId,
        TemplateName,
    )


@dataclass(kw_only=True, eq=False)
class Refusal(Exception):
    """The root of all reasons. A refusal changes nothing."""

    code: ClassVar[str] = "refused"

    def __str__(self) -> str:
        return self.code


@dataclass(kw_only=True, eq=False)
class UnknownPerson(Refusal):
    code: ClassVar[str] = "unknown_person"
    person_id: PersonId


@dataclass(kw_only=True, eq=False)
class UnknownDepartment(Refusal):
    code: ClassVar[str] = "unknown_department"
    department_id: DepartmentId


@dataclass(kw_only=True, eq=False)
class UnknownProcess(Refusal):
    code: ClassVar[str] = "unknown_process"
    process: ProcessId


@dataclass(kw_only=True, eq=False)
class ProcessUnreadable(Refusal):
    """The version of the process that a case follows is missing, or stored in a form that can no longer be read."""

    code: ClassVar[str] = "process_unreadable"
    process: ProcessId
    version: str


@dataclass(kw_only=True, eq=False)
class UnknownCase(Refusal):
    code: ClassVar[str] = "unknown_case"
    case_id: CaseId


@dataclass(kw_only=True, eq=False)
class UnknownTask(Refusal):
    code: ClassVar[str] = "unknown_task"
    task_id: TaskId


@dataclass(kw_only=True, eq=False)
class NotACandidate(Refusal):
    """The task is for other people: for a department (None), for `candidates`, or (none) for the department's heads."""

    code: ClassVar[str] = "not_a_candidate"
    department: DepartmentId
    candidates: tuple[PersonId, ...] | None = None


@dataclass(kw_only=True, eq=False)
class Barred(Refusal):
    """Four eyes: the person did or has one of the `stages`, or `opened` the case; somebody else has to do it."""

    code: ClassVar[str] = "barred"
    stages: tuple[StageId, ...]
    opened: bool


@dataclass(kw_only=True, eq=False)
class ChosenBarred(Refusal):
    """Four eyes: the person chosen did or has one of the `stages`, or `opened` the case."""

    code: ClassVar[str] = "barred_person"
    person_id: PersonId
    stages: tuple[StageId, ...]
    opened: bool


@dataclass(kw_only=True, eq=False)
class TakenBy(Refusal):
    """Somebody else has the task since `claimed_at`."""

    code: ClassVar[str] = "taken_by"
    assignee: PersonId
    claimed_at: datetime


@dataclass(kw_only=True, eq=False)
class AlreadyYours(Refusal):
    code: ClassVar[str] = "already_yours"
    claimed_at: datetime


@dataclass(kw_only=True, eq=False)
class NotClaimed(Refusal):
    """The task has to be claimed before this can be done with it."""

    code: ClassVar[str] = "not_claimed"
    task_id: TaskId


@dataclass(kw_only=True, eq=False)
class NotTheAssignee(Refusal):
    code: ClassVar[str] = "not_the_assignee"
    assignee: PersonId


@dataclass(kw_only=True, eq=False)
class TaskIsClosed(Refusal):
    """The task was completed or withdrawn at `closed_at`."""

    code: ClassVar[str] = "task_is_closed"
    closed_at: datetime | None
    assignee: PersonId | None
    completed: bool


@dataclass(kw_only=True, eq=False)
class TaskIsSuspended(Refusal):
    """The task waits until `stage` has corrected what it returned; `assignee` has that in hand."""

    code: ClassVar[str] = "task_is_suspended"
    stage: StageId
    assignee: PersonId | None


@dataclass(kw_only=True, eq=False)
class TaskWaitsForCase(Refusal):
    """Another case does the task."""

    code: ClassVar[str] = "task_waits_for_case"
    number: str


@dataclass(kw_only=True, eq=False)
class CaseIsClosed(Refusal):
    code: ClassVar[str] = "case_is_closed"
    number: str


@dataclass(kw_only=True, eq=False)
class NotTheHead(Refusal):
    """Only a head of the department may do this."""

    code: ClassVar[str] = "not_the_head"
    department: DepartmentId


@dataclass(kw_only=True, eq=False)
class ChosenNotACandidate(Refusal):
    """The person chosen cannot be given the task, which is for the same people as in NotACandidate."""

    code: ClassVar[str] = "not_a_member"
    person_id: PersonId
    department: DepartmentId
    candidates: tuple[PersonId, ...] | None = None


@dataclass(kw_only=True, eq=False)
class OneVerdictOnly(Refusal):
    """The person is asked for a verdict in this visit already: nobody has two."""

    code: ClassVar[str] = "one_verdict_only"
    person_id: PersonId


@dataclass(kw_only=True, eq=False)
class MayNotOpen(Refusal):
    """Cases of this process are opened by another department, or by those whom rules name (`is_by_rules`)."""

    code: ClassVar[str] = "may_not_open"
    department: DepartmentId
    is_by_rules: bool = False


@dataclass(kw_only=True, eq=False)
class MayNotCancel(Refusal):
    """Only who opened the case, a head over one of its departments or a manager may cancel it."""

    code: ClassVar[str] = "may_not_cancel"


@dataclass(kw_only=True, eq=False)
class MayNotRetry(Refusal):
    """Only managers and administrators may see undeliverable messages and retry them."""

    code: ClassVar[str] = "may_not_retry"


@dataclass(kw_only=True, eq=False)
class ReasonRequired(Refusal):
    """A reason has to be given and none was."""

    code: ClassVar[str] = "reason_required"


@dataclass(kw_only=True, eq=False)
class EarlierClientWaits(Refusal):
    """Taking this task overtakes an earlier case; a reason has to be given."""

    code: ClassVar[str] = "earlier_client_waits"
    number: str
    client: str | None
    task_id: TaskId
    opened_at: datetime


@dataclass(kw_only=True, eq=False)
class UnknownItem(Refusal):
    code: ClassVar[str] = "unknown_item"
    item: ItemId


@dataclass(kw_only=True, eq=False)
class UnknownOutcome(Refusal):
    """The stage has no such outcome."""

    code: ClassVar[str] = "unknown_outcome"
    outcome: OutcomeId


@dataclass(kw_only=True, eq=False)
class OutcomeClosed(Refusal):
    """The condition of the outcome does not hold now.

    `unmet` are the comparisons that explain it, `facts` the canonical values of the facts they are about, and
    `open_` the outcomes that can be chosen instead.
    """

    code: ClassVar[str] = "outcome_closed"
    stage: StageId
    outcome: OutcomeId
    unmet: tuple[Comparison, ...]
    facts: Mapping[FieldName, object]
    open_: tuple[OutcomeId, ...]


@dataclass(kw_only=True, eq=False)
class NoWayOpen(Refusal):
    """No target of the outcome is open with these facts: the task stays with the person."""

    code: ClassVar[str] = "no_way_open"
    stage: StageId
    outcome: OutcomeId


@dataclass(kw_only=True, eq=False)
class StageNotOptional(Refusal):
    """The process does not let this stage be switched off."""

    code: ClassVar[str] = "stage_not_optional"
    stage: StageId


@dataclass(kw_only=True, eq=False)
class StageHasBegun(Refusal):
    """The stage is under way and cannot be switched off any more."""

    code: ClassVar[str] = "stage_has_begun"
    stage: StageId


@dataclass(kw_only=True, eq=False)
class MayNotSwitch(Refusal):
    """Only who opened the case, a head over the department of the stage or a manager may switch it off or on."""

    code: ClassVar[str] = "may_not_switch"
    department: DepartmentId


@dataclass(kw_only=True, eq=False)
class ChecklistOpen(Refusal):
    """Required check-list items are not ticked yet."""

    code: ClassVar[str] = "checklist_open"
    items: tuple[ItemId, ...]


@dataclass(kw_only=True, eq=False)
class PreviewOutdated(Refusal):
    """What would be sent is no longer what was previewed."""

    code: ClassVar[str] = "preview_outdated"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """What is wrong with one answer: a stable `code` and the values its message needs.

    `row` counts the rows of a list field from 1, `column` names the column in it; `more_rows` are wrong as well.
    """

    code: str
    values: Mapping[str, str]
    row: int | None = None
    column: FieldName | None = None
    more_rows: tuple[int, ...] = ()


@dataclass(kw_only=True, eq=False)
class FormInvalid(Refusal):
    """Answers are missing or cannot be read; nothing was written."""

    code: ClassVar[str] = "form_invalid"
    problems: Mapping[FieldName, FieldProblem]


@dataclass(kw_only=True, eq=False)
class CannotReturn(Refusal):
    """The work did not come from that stage."""

    code: ClassVar[str] = "cannot_return"
    to: StageId


@dataclass(kw_only=True, eq=False)
class TooLong(Refusal):
    """A comment or a reason has more than `limit` characters."""

    code: ClassVar[str] = "too_long"
    limit: int
    length: int


@dataclass(kw_only=True, eq=False)
class EmptyComment(Refusal):
    code: ClassVar[str] = "empty_comment"


@dataclass(kw_only=True, eq=False)
class LetterNotReady(Refusal):
    """A letter could not be filled: `missing` is the value the template asked for and nobody has entered."""

    code: ClassVar[str] = "letter_not_ready"
    template: TemplateName
    missing: str


@dataclass(kw_only=True, eq=False)
class NoSuchLetter(Refusal):
    """The task wrote no such letter to the client, or wrote it before letters could be marked."""

    code: ClassVar[str] = "no_such_letter"


@dataclass(kw_only=True, eq=False)
class MayNotCorrectRecord(Refusal):
    """Only people of the organisation correct records."""

    code: ClassVar[str] = "may_not_correct_record"


@dataclass(kw_only=True, eq=False)
class MayNotMarkLetter(Refusal):
    """The person has nothing to do with the case."""

    code: ClassVar[str] = "may_not_mark_letter"


@dataclass(kw_only=True, eq=False)
class FieldCannotBeAsked(Refusal):
    """The answer to this question cannot be asked of somebody else."""

    code: ClassVar[str] = "cannot_be_asked"
    field: FieldName


@dataclass(kw_only=True, eq=False)
class NobodyToAsk(Refusal):
    """Neither a person nor a department that there is was named."""

    code: ClassVar[str] = "nobody_asked"


@dataclass(kw_only=True, eq=False)
class NotAsked(Refusal):
    """The person was not asked for this answer, or it was given meanwhile."""

    code: ClassVar[str] = "not_asked"


@dataclass(kw_only=True, eq=False)
class NothingChanges(Refusal):
    """The command asks for the present state, or comes too late to change it."""

    code: ClassVar[str] = "nothing_changes"


@dataclass(kw_only=True, eq=False)
class HeadIsGone(Refusal):
    """A department would have somebody for a head who does not work here; it needs another one first."""

    code: ClassVar[str] = "head_is_gone"
    department: DepartmentId
    head: PersonId


@dataclass(kw_only=True, eq=False)
class DepartmentCircle(Refusal):
    """Departments would be above one another in a circle; the first is named again at the end."""

    code: ClassVar[str] = "department_circle"
    departments: tuple[DepartmentId, ...]


@dataclass(kw_only=True, eq=False)
class WorksNowhere(Refusal):
    """Somebody would work in no department."""

    code: ClassVar[str] = "works_nowhere"
    person: PersonId


@dataclass(kw_only=True, eq=False)
class AddressTaken(Refusal):
    """Somebody else has this e-mail address."""

    code: ClassVar[str] = "address_taken"
    email: str
    by: PersonId


@dataclass(kw_only=True, eq=False)
class NobodyAdministers(Refusal):
    """The last administrators would be gone, and nobody could give the role to anybody."""

    code: ClassVar[str] = "nobody_administers"
    people: tuple[PersonId, ...]


@dataclass(kw_only=True, eq=False)
class MayNotAppoint(Refusal):
    """Who heads a department is for the heads above it and the administrators to say."""

    code: ClassVar[str] = "may_not_appoint"
    department: DepartmentId
