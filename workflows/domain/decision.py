"""What `decide` returns, what it needs to know, and the course of events while it thinks."""

from dataclasses import dataclass, field
from datetime import datetime

from workflows.domain import errors
from workflows.domain.case import Case, Task
from workflows.domain.definition import Stage, WorkflowDefinition
from workflows.domain.events import Event
from workflows.domain.evolve import evolve
from workflows.domain.ids import CaseId, PersonId, StageId, TaskId
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
    """What surrounds a command: the case's definition, the organisation, who asks and when (aware UTC).

    `actor` is None when time itself asks; `earlier` is the earliest case that a claim would overtake.
    """

    definition: WorkflowDefinition
    organisation: Organisation
    actor: PersonId | None
    now: datetime
    earlier: EarlierCase | None = None

    @property
    def person(self) -> PersonId:
        """Return who asks; raises UnknownPerson when nobody of the organisation does."""
        if self.actor is None or self.actor not in self.organisation.people:
            raise errors.UnknownPerson(person_id=self.actor or PersonId(""))
        return self.actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a command leads to: the case as it will be, and everything that has to be stored and said with it."""

    case: Case
    events: tuple[Event, ...] = ()
    timers: tuple[TimerChange, ...] = ()
    notices: tuple[Notice, ...] = ()
    letters: tuple[LetterRequest, ...] = ()


@dataclass(slots=True, kw_only=True)
class Course:
    """The events of one decision as they are thought of, each applied at once so that the next step sees it."""

    case: Case
    situation: Situation
    events: list[Event] = field(default_factory=list)
    timers: list[TimerChange] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    letters: list[LetterRequest] = field(default_factory=list)

    def happens(self, *happened: Event) -> None:
        """Let events happen, in order."""
        for event in happened:
            self.case = evolve(self.case, event)
            self.events.append(event)

    def task(self, task_id: TaskId) -> Task:
        """Return a task of the case; raises UnknownTask."""
        try:
            return self.case.tasks[task_id]
        except KeyError:
            raise errors.UnknownTask(task_id=task_id) from None

    def stage(self, stage_id: StageId) -> Stage:
        """Return a stage of the definition."""
        return self.situation.definition.stages[stage_id]

    def decision(self) -> Decision:
        """Close the course."""
        return Decision(
            case=self.case,
            events=tuple(self.events),
            timers=tuple(self.timers),
            notices=tuple(self.notices),
            letters=tuple(self.letters),
        )
