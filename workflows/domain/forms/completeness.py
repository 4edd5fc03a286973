"""How complete a form is: what it needs, what of that is missing, and who may know it."""

from dataclasses import dataclass

from workflows.domain.case import Case, Task, TaskStatus, Values
from workflows.domain.commands import RawValues
from workflows.domain.definition import Field, FieldType, Outcome, Stage, WorkflowDefinition
from workflows.domain.facts.conditions import Around
from workflows.domain.facts.values import KINDS, readable
from workflows.domain.forms.asking import asking
from workflows.domain.ids import DepartmentId, FieldName, PersonId

_NOT_IN_WORDS = frozenset({FieldType.FILE, FieldType.ROWS})
"""The kinds that nobody can answer in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """The questions that a decision needs answered, and those of them that have no answer yet, in order."""

    needed: tuple[FieldName, ...]
    missing: tuple[FieldName, ...]

    @property
    def filled(self) -> int:
        """Count the questions that are answered."""
        return len(self.needed) - len(self.missing)


def meter(
    stage: Stage,
    outcome: Outcome,
    definition: WorkflowDefinition,
    *,
    before: Values,
    answers: RawValues,
    around: Around,
) -> Meter:
    """Return how complete a form is for a decision; an answer that cannot be read is missing."""
    asked = asking(stage, definition, before, answers, around)
    required = asked.required(stage, outcome)
    needed = tuple(field for field in asked.fields(stage, outcome) if field.name in required)
    missing = tuple(field.name for field in needed if not _is_answered(field, answers.get(field.name)))
    return Meter(needed=tuple(field.name for field in needed), missing=missing)


def _is_answered(field: Field, answer: object) -> bool:
    if KINDS[field.type].is_looked_up and isinstance(answer, str):
        # Who is meant by a name is found when the form is sent.
        return bool(answer.strip())
    return readable(field, answer) is not None


def can_be_asked_for(field: Field) -> bool:
    """Whether somebody else can answer a question in one line."""
    return field.type not in _NOT_IN_WORDS and not KINDS[field.type].is_looked_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Knows:
    """Who may know an answer: those who gave it at another stage, else the departments whose stages ask for it."""

    people: tuple[PersonId, ...] = ()
    departments: tuple[DepartmentId, ...] = ()


def who_knows(name: FieldName, case: Case, task: Task, definition: WorkflowDefinition) -> Knows:
    """Return who may know the answer to a question of a task, besides whoever does the task."""
    people: dict[PersonId, None] = {}
    departments: dict[DepartmentId, None] = {}
    for stage in definition.stages.values():
        if stage.id == task.stage or all(field.name != name for field in stage.form):
            continue
        done = [t for t in case.tasks.values() if t.stage == stage.id and t.status is TaskStatus.COMPLETED]
        if done and done[-1].assignee is not None:
            people[done[-1].assignee] = None
        elif stage.department is not None:
            departments[stage.department] = None
    if task.assignee is not None:
        people.pop(task.assignee, None)
    return Knows(people=tuple(people), departments=() if people else tuple(departments))
