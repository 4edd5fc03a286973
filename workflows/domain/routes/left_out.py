"""Stages that a case goes without: where their own condition holds, or where somebody has switched them off."""

from collections.abc import Iterator
from dataclasses import replace

from workflows.domain import errors, events
from workflows.domain.assignment.offers import next_task
from workflows.domain.case import Case, CaseStatus, Values
from workflows.domain.decision import Course
from workflows.domain.definition import Field, FieldType, Option, Outcome, Stage, WorkflowDefinition
from workflows.domain.facts.conditions import holds
from workflows.domain.ids import FieldName, PersonId, StageId, TaskId
from workflows.domain.people import Organisation
from workflows.domain.permissions import may_switch
from workflows.domain.routes import ways
from workflows.domain.text import Text

WITHOUT = FieldName("_without")
"""The question which optional stages a new case goes without. No definition can name a field like this."""
_MOST_BY_THEMSELVES = 50
_BY_THEMSELVES = (events.StageSkipped, events.RuleApplied, events.SubCaseAsked)


def first_stage(definition: WorkflowDefinition) -> Stage:
    """Return the start stage as the opener does it: it also asks which optional stages the case goes without."""
    stage = definition.stages[definition.start]
    optional = [each for each in definition.stages.values() if each.optional]
    if not optional:
        return stage
    options = tuple(Option(id=each.id, label=each.title) for each in optional)
    question = Field(name=WITHOUT, type=FieldType.CHOICES, label=Text.same(WITHOUT), options=options)
    return replace(stage, form=(*stage.form, question))


def switched_off_by(course: Course, answer: object) -> Iterator[events.StageSwitched]:
    """Iterate over what the opener has switched off, as the answer to the question WITHOUT says."""
    for stage in course.situation.definition.stages:
        if isinstance(answer, list) and stage in answer:
            yield _switched(course, stage, off=True)


def outcome_of(stage: Stage) -> Outcome:
    """Return the outcome that counts when a stage is left out."""
    named = None if stage.left_out_as is None else stage.outcome(stage.left_out_as)
    return stage.outcomes[0] if named is None else named


def needs_somebody(course: Course) -> bool:
    """Whether so many stages have gone by without a person in this decision that somebody has to look at them.

    They may lead in a circle.
    """
    return sum(map(_goes_by, course.events)) >= _MOST_BY_THEMSELVES


def _goes_by(event: events.Event) -> bool:
    """Whether an event is a stage that nobody does; of several cases that do one, the first counts."""
    is_further = isinstance(event, events.SubCaseAsked) and event.part is not None and event.part.number > 1
    return isinstance(event, _BY_THEMSELVES) and not is_further


def is_left_out(course: Course, stage: Stage) -> bool:
    """Whether a stage that would begin now is left out."""
    case = course.case
    if needs_somebody(course):
        return False
    if stage.id in case.switched_off:
        return True
    seen = course.around(case.visits(stage.id) + 1)
    return stage.skip_when is not None and holds(stage.skip_when, course.situation.definition, case.values, seen)


def ways_past(course: Course, stage: Stage) -> ways.Taken:
    """Return where a case goes without a stage, as `ways.within_limits` does; nothing when no way is open."""
    case, definition = course.case, course.situation.definition
    targets = outcome_of(stage).targets
    opened = ways.open_targets(course, targets, case.values, case.visits(stage.id) + 1)
    return ways.within_limits(case, definition, opened)


def skipped(
    course: Course,
    stage: Stage,
    came_from: tuple[TaskId, ...],
    taken: ways.Taken,
) -> events.StageSkipped:
    """Return the event of a stage that is left out, after which the case goes the ways *taken*."""
    case = course.case
    return events.StageSkipped(
        at=course.situation.now,
        by=None,
        task_id=next_task(case),
        stage=stage.id,
        department=stage.department,
        visit=case.visits(stage.id) + 1,
        came_from=came_from,
        outcome=outcome_of(stage).id,
        went_to=tuple(target.to for target, _ in taken),
        switched_off=stage.id in case.switched_off,
    )


def switchable(
    case: Case, definition: WorkflowDefinition, organisation: Organisation, person: PersonId
) -> tuple[Stage, ...]:
    """Return the optional stages that a person may switch off, or on again, now."""
    if case.status is not CaseStatus.ACTIVE:
        return ()
    under_way = {task.stage for task in case.unfinished_tasks()}
    return tuple(
        stage
        for stage in definition.stages.values()
        if stage.optional and stage.id not in under_way and may_switch(case, organisation, person, stage.department)
    )


def switch(course: Course, stage_id: StageId, *, off: bool) -> None:
    """Switch an optional stage off, or on again.

    Raises StageNotOptional, MayNotSwitch, StageHasBegun or NothingChanges.
    """
    case, situation = course.case, course.situation
    stage = situation.definition.stages.get(stage_id)
    if stage is None or not stage.optional:
        raise errors.StageNotOptional(stage=stage_id)
    if not may_switch(case, situation.organisation, situation.person, stage.department):
        raise errors.MayNotSwitch(department=stage.department)
    if any(task.stage == stage_id for task in case.unfinished_tasks()):
        raise errors.StageHasBegun(stage=stage_id)
    if (stage_id in case.switched_off) == off:
        raise errors.NothingChanges
    course.happens(_switched(course, stage_id, off=off))


def _switched(course: Course, stage: StageId, *, off: bool) -> events.StageSwitched:
    return events.StageSwitched(at=course.situation.now, by=course.situation.actor, stage=stage, off=off)


def of_case(case: Case, definition: WorkflowDefinition) -> tuple[Stage, ...]:
    """Return the stages that are switched off in a case and would still come."""
    return tuple(stage for name, stage in definition.stages.items() if name in case.switched_off)


def without_question(values: Values) -> tuple[dict[FieldName, object], object]:
    """Return the answers of a form without the question WITHOUT, and the answer to it."""
    rest = dict(values)
    return rest, rest.pop(WITHOUT, None)
