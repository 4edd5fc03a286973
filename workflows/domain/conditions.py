"""Which outcomes of a task can be chosen: compiled conditions evaluated over the facts of the case."""

from collections.abc import Mapping
from datetime import date

from workflows.domain.case import Values
from workflows.domain.definition import Condition, Field, Outcome, Stage, WorkflowDefinition
from workflows.domain.errors import OutcomeClosed
from workflows.domain.forms import typed


def facts(definition: WorkflowDefinition, values: Values, visit: int) -> Mapping[str, object]:
    """Return the names that conditions may use: every fact of the case as a Python value, and `visit`."""
    known: dict[str, object] = {f.name: typed(f, values[f.name]) for f in definition.fields() if f.name in values}
    known["visit"] = visit
    return known


def holds(condition: Condition | None, definition: WorkflowDefinition, values: Values, visit: int) -> bool:
    """Whether the condition holds; None always does."""
    return condition is None or condition.holds(facts(definition, values, visit))


def unexpected(
    stage: Stage, outcome: Outcome, definition: WorkflowDefinition, values: Values, visit: int, *, today: date
) -> tuple[Field, ...]:
    """Return the questions asked with an outcome whose answers are not as expected, in the order of the form."""
    known = {**facts(definition, values, visit), "today": today}
    return tuple(
        field
        for field in stage.asked_with(outcome)
        if field.expect is not None
        and field.name in values
        and field.expect.names <= known.keys()
        and not field.expect.holds(known)
    )


def closed(outcome: Outcome, stage: Stage, definition: WorkflowDefinition, values: Values, visit: int) -> OutcomeClosed:
    """Return why the condition of an outcome does not hold."""
    unmet = () if outcome.when is None else outcome.when.unmet(facts(definition, values, visit))
    return OutcomeClosed(
        stage=stage.id,
        outcome=outcome.id,
        unmet=unmet,
        facts={each.fact: values[each.fact] for each in unmet if each.fact in values},
        open_=tuple(each.id for each in open_outcomes(stage, definition, values, visit)),
    )


def open_outcomes(stage: Stage, definition: WorkflowDefinition, values: Values, visit: int) -> tuple[Outcome, ...]:
    """Return the outcomes that a person may choose now, in the order of the definition."""
    return tuple(outcome for outcome in stage.outcomes if holds(outcome.when, definition, values, visit))
