"""Stages that a rule does: facts are computed, and the first outcome that is open is taken, without a person."""

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.domain import events
from workflows.domain.assignment.offers import next_task
from workflows.domain.case import Values, with_answers
from workflows.domain.decision import Course
from workflows.domain.definition import Outcome, Rule, Stage
from workflows.domain.facts.conditions import Facts, open_outcomes
from workflows.domain.forms.defaults import suggested
from workflows.domain.ids import FieldName, TaskId
from workflows.domain.routes import ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a rule decided: the facts that it computed, the outcome, and the ways that are taken."""

    values: Values
    outcome: Outcome
    taken: ways.Taken


def decided(course: Course, stage: Stage) -> Decided | None:
    """Return what the rule of a stage decides with the facts as they are.

    None when it cannot decide: something cannot be computed, no outcome is open, or it leads nowhere.
    """
    case, definition = course.case, course.situation.definition
    visit = case.visits(stage.id) + 1
    around = course.around(visit)
    known: Values = case.values
    computed: dict[FieldName, object] = {}
    for field in stage.form:
        # What was computed at an earlier visit must not stand where nothing can be computed now.
        known = {name: value for name, value in known.items() if name != field.name}
        computed[field.name] = suggested(field, Facts(definition, known, around))
        known = with_answers(known, {field.name: computed[field.name]})
    if None in computed.values():
        return None
    for outcome in open_outcomes(stage, definition, known, around)[:1]:
        taken = ways.within_limits(case, definition, ways.open_targets(course, outcome.targets, known, visit))
        if taken:
            return Decided(values=computed, outcome=outcome, taken=taken)
    return None


def applied(course: Course, stage: Stage, came_from: tuple[TaskId, ...], what: Decided) -> events.RuleApplied:
    """Return the event of a rule that has decided."""
    case = course.case
    return events.RuleApplied(
        at=course.situation.now,
        by=None,
        task_id=next_task(case),
        stage=stage.id,
        department=stage.department,
        visit=case.visits(stage.id) + 1,
        came_from=came_from,
        values=what.values,
        outcome=what.outcome.id,
        went_to=tuple(target.to for target, _ in what.taken),
    )


def missing(known: Values, rule: Rule) -> tuple[FieldName, ...]:
    """Return the facts that a rule uses and that nobody has filled in."""
    return tuple(name for name in rule.needs if known.get(name) is None)


def needs_of(names: Iterable[str], facts: Iterable[FieldName]) -> tuple[FieldName, ...]:
    """Return those of the names that are facts, each once, in the order of the facts."""
    wanted = {name.partition(".")[0] for name in names}
    return tuple(fact for fact in dict.fromkeys(facts) if fact in wanted)
