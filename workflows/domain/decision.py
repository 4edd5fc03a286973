"""The input and the result of `decide`, and the events it collects on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from workflows.domain import errors
from workflows.domain.candidates import Candidates
from workflows.domain.case import Case, Task
from workflows.domain.client_letters import ClientLetter
from workflows.domain.definition import Stage, WorkflowDefinition
from workflows.domain.events import Event
from workflows.domain.evolve import evolve
from workflows.domain.facts.conditions import Around, Parts, around
from workflows.domain.ids import CaseId, FieldName, PersonId, ProcessId, StageId, TaskId
from workflows.domain.notices import LetterRequest, Notice
from workflows.domain.people import Organisation
from workflows.domain.timers import TimerChange


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCase:
    """A case opened earlier whose task of the same stage is still ready: taking a later one overtakes it."""

    case_id: CaseId
    number: str
    client: str | None
    task_id: TaskId
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The context of a command: the case's definition, the organisation, who acts and when (aware UTC).

    `actor` is None for a timer; `earlier` is the earliest case that a claim would overtake; `letter` is the letter that
    is marked; `today` is the day of *now* where the company is; `records` are the facts of the records of fields;
    `turns` count the tasks that stages have handed out in turn, `loads` the tasks that people have: each where the
    definition has such an offer.
    """

    definition: WorkflowDefinition
    organisation: Organisation
    actor: PersonId | None
    now: datetime
    earlier: EarlierCase | None = None
    letter: ClientLetter | None = None
    today: date | None = None
    records: Mapping[FieldName, Parts] = field(default_factory=dict)
    turns: Mapping[StageId, int] = field(default_factory=dict)
    loads: Mapping[PersonId, int] = field(default_factory=dict)

    @property
    def person(self) -> PersonId:
        """Return the actor; raises UnknownPerson when it is nobody of the organisation."""
        if self.actor is None or self.actor not in self.organisation.people:
            raise errors.UnknownPerson(person_id=self.actor or PersonId(""))
        return self.actor


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSubCase:
    """Open a case of another process for a task, with the facts `handed` over: canonical, or `computed` values."""

    task_id: TaskId
    process: ProcessId
    handed: Mapping[FieldName, object] = field(default_factory=dict)
    computed: frozenset[FieldName] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSubCase:
    """Cancel the case that does a task, since the task need not be done any more."""

    case_id: CaseId
    reason: str


SubCaseChange = OpenSubCase | CancelSubCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The result of a command: the next state of the case, and everything to be stored and sent with it."""

    case: Case
    events: tuple[Event, ...] = ()
    timers: tuple[TimerChange, ...] = ()
    notices: tuple[Notice, ...] = ()
    letters: tuple[LetterRequest, ...] = ()
    sub_cases: tuple[SubCaseChange, ...] = ()


@dataclass(slots=True, kw_only=True)
class Course:
    """The events of a decision in the making; each is applied at once, so that the next step sees its effect."""

    case: Case
    situation: Situation
    events: list[Event] = field(default_factory=list)
    timers: list[TimerChange] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    letters: list[LetterRequest] = field(default_factory=list)
    sub_cases: list[SubCaseChange] = field(default_factory=list)

    def happens(self, *happened: Event) -> None:
        """Record events and apply them to the case, in order."""
        for event in happened:
            self.case = evolve(self.case, event)
            self.events.append(event)

    def task(self, task_id: TaskId) -> Task:
        """Return a task of the case; raises UnknownTask."""
        try:
            return self.case.tasks[task_id]
        except KeyError:
            raise errors.UnknownTask(task_id=task_id) from None

    def around(self, visit: int) -> Around:
        """Return what the conditions of a visit see besides the facts."""
        known = self.situation
        return around(self.case, visit, today=known.today, me=known.actor, records=known.records)

    def stage(self, stage_id: StageId) -> Stage:
        """Return a stage of the definition."""
        return self.situation.definition.stages[stage_id]

    @property
    def candidates(self) -> Candidates:
        """Return who may have the tasks of the case as it is now."""
        situation = self.situation
        return Candidates(
            case=self.case,
            definition=situation.definition,
            organisation=situation.organisation,
            today=situation.today,
            records=situation.records,
        )

    def decision(self) -> Decision:
        """Return the decision collected so far."""
        return Decision(
            case=self.case,
            events=tuple(self.events),
            timers=tuple(self.timers),
            notices=tuple(self.notices),
            letters=tuple(self.letters),
            sub_cases=tuple(self.sub_cases),
        )
