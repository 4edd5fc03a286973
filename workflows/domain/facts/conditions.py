"""Conditions evaluated over the facts of a case, and which outcomes of a task can be chosen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from workflows.domain.case import Case, Task, Values
from workflows.domain.compiled import Condition
from workflows.domain.definition import Field, Outcome, Stage, WorkflowDefinition
from workflows.domain.errors import OutcomeClosed
from workflows.domain.facts.computed import computed_value
from workflows.domain.facts.values import typed
from workflows.domain.ids import FieldName, PersonId, TaskId

VISIT, TODAY, ME, OPENER = "visit", "today", "me", "opener"
DID, OUTCOME = "did", "outcome"

Parts = Mapping[str, object]
"""The facts of a record by their names, as Python values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What conditions see besides the answers; what is unknown (None) is a missing value to them.

    `visit` is the number, from 1, of this visit to the stage; `me` acts; `tasks` tell who did a stage and how;
    `records` are the facts of the records that fields name.
    """

    visit: int = 1
    today: date | None = None
    me: PersonId | None = None
    opener: PersonId | None = None
    tasks: Mapping[TaskId, Task] = field(default_factory=dict)
    records: Mapping[FieldName, Parts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What conditions see that no case keeps: the day, and the facts of the records that fields name."""

    today: date | None = None
    records: Mapping[FieldName, Parts] = field(default_factory=dict)


def around(
    case: Case,
    visit: int,
    *,
    today: date | None = None,
    me: PersonId | None = None,
    records: Mapping[FieldName, Parts] | None = None,
) -> Around:
    """Return what the conditions of a visit see of a case besides its facts."""
    return Around(
        visit=visit, today=today, me=me, opener=case.opened_by or None, tasks=case.tasks, records=records or {}
    )


class Facts(Mapping[str, object]):
    """The names that conditions may use with their Python values, each worked out when it is asked for.

    A part after a dot belongs to the name: `did.documents`.
    """

    def __init__(self, definition: WorkflowDefinition, values: Values, around: Around) -> None:
        self._fields = definition.names
        self._values = values
        self._around = around
        self._known: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        """Return the value of a name; raises KeyError when it is missing."""
        if name not in self._known:
            self._known[name] = self._found(name)
        found = self._known[name]
        if found is None:
            raise KeyError(name)
        return found

    def forget(self, name: str) -> None:
        """Work out a name anew: its value has changed."""
        self._known.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names without a part that have a value."""
        names = (*self._fields, *(name for name in (VISIT, TODAY, ME, OPENER) if name not in self._fields))
        return (name for name in names if name in self)

    def __len__(self) -> int:
        """Count the names without a part that have a value."""
        return sum(1 for _ in self)

    def _found(self, name: str) -> object | None:
        whole, _, part = name.partition(".")
        asked = self._fields.get(FieldName(whole))
        if part:
            if asked is not None:
                return self._around.records.get(asked.name, {}).get(part)
            return self._done(whole, part)
        if asked is not None:
            value = self._values.get(asked.name) if asked.computed is None else computed_value(asked, self)
            return None if value is None else typed(asked, value)
        return getattr(self._around, name) if name in (VISIT, TODAY, ME, OPENER) else None

    def _done(self, whole: str, stage: str) -> object | None:
        """Return who completed the latest visit to a stage, or with which outcome."""
        tasks = reversed(list(self._around.tasks.values()))
        latest = next((t for t in tasks if t.stage == stage and t.has_led_on), None)
        if latest is None:
            return None
        return latest.assignee if whole == DID else latest.led_on_with if whole == OUTCOME else None


def holds(condition: Condition | None, definition: WorkflowDefinition, values: Values, around: Around) -> bool:
    """Whether the condition holds; None always does."""
    return condition is None or condition.holds(Facts(definition, values, around))


def recomputed(definition: WorkflowDefinition, values: Values, around: Around) -> dict[FieldName, object]:
    """Return the computed facts that *values* do not have as they are now; None for one that has no value any more."""
    if not definition.computed:
        return {}
    known = Facts(definition, values, around)
    found = {field.name: computed_value(field, known) for field in definition.computed}
    return {name: value for name, value in found.items() if value != values.get(name)}


def unexpected(
    stage: Stage, outcome: Outcome, definition: WorkflowDefinition, values: Values, around: Around
) -> tuple[Field, ...]:
    """Return the questions asked with an outcome whose answers are not as expected, in the order of the form."""
    known = Facts(definition, values, around)
    return tuple(
        field
        for field in stage.asked_with(outcome)
        if field.expect is not None
        and field.name in values
        and (field.show_when is None or field.show_when.holds(known))
        and all(name in known for name in field.expect.names)
        and not field.expect.holds(known)
    )


def closed(
    outcome: Outcome, stage: Stage, definition: WorkflowDefinition, values: Values, around: Around
) -> OutcomeClosed:
    """Return why the condition of an outcome does not hold."""
    unmet = () if outcome.when is None else outcome.when.unmet(Facts(definition, values, around))
    return OutcomeClosed(
        stage=stage.id,
        outcome=outcome.id,
        unmet=unmet,
        facts={each.fact: values[each.fact] for each in unmet if each.fact in values},
        open_=tuple(each.id for each in open_outcomes(stage, definition, values, around)),
    )


def open_outcomes(stage: Stage, definition: WorkflowDefinition, values: Values, around: Around) -> tuple[Outcome, ...]:
    """Return the outcomes that a person may choose now, in the order of the definition."""
    if all(outcome.when is None for outcome in stage.outcomes):
        return stage.outcomes
    known = Facts(definition, values, around)
    return tuple(outcome for outcome in stage.outcomes if outcome.when is None or outcome.when.holds(known))
