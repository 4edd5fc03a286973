"""Rework: the task that corrects what later stages returned, and the decision with which it hands the work back."""

from collections.abc import Iterator
from dataclasses import replace

from workflows.domain.case import Case, Task, TaskStatus, Values
from workflows.domain.definition import ChecklistItem, Field, FieldType, Outcome, Stage, Target, WorkflowDefinition
from workflows.domain.ids import EndId, FieldName, OutcomeId, StageId
from workflows.domain.text import Text
from workflows.domain.visits.visits import stage_for

HAND_BACK = OutcomeId("_hand_back")
"""The decision to hand corrected work back to whoever returned it. No definition can name an outcome like this."""
REMARK = FieldName("_remark")
"""The question for a remark on what was corrected. No definition can name a field like this."""

_REMARK = Field(name=REMARK, type=FieldType.TEXT, label=Text.same(REMARK))


def corrected_visit(case: Case, task: Task) -> Task | None:
    """Return the completed task that *task* corrects, the latest of the same visit; None when it is no rework.

    A part of a visit corrects none: the others are done beside it.
    """
    before: Task | None = None
    if task.part is not None:
        return None
    for other in case.tasks.values():
        if other.id == task.id:
            return before
        if other.stage == task.stage and other.visit == task.visit and other.has_led_on:
            before = other
    return None


def waiting_for(case: Case, task: Task) -> tuple[Task, ...]:
    """Return the suspended tasks that wait for *task*, in the order in which they returned their work."""
    returned = (case.tasks[each.task] for each in task.returns)
    return tuple(t for t in returned if t.status is TaskStatus.SUSPENDED and t.rework == task.id)


def stage_of(case: Case, task: Task, definition: WorkflowDefinition) -> Stage:
    """Return the stage as a task has to do it.

    What corrects returned work also asks for a remark. Rework hands the work back: the decision that was made stands,
    and only another one is a new decision.
    """
    stage = stage_for(task, definition)
    if not task.returns:
        return stage
    form = (*stage.form, _REMARK)
    before = corrected_visit(case, task)
    standing = None if before is None or before.led_on_with is None else stage.outcome(before.led_on_with)
    if standing is None:
        return replace(stage, form=form)
    others = (outcome for outcome in stage.outcomes if outcome.id != standing.id)
    return replace(
        stage,
        form=tuple(_asked(field, standing) for field in form),
        checklist=tuple(_ticked(item, standing) for item in stage.checklist),
        outcomes=(_hand_back(case, task, standing, definition), *others),
    )


def _asked(field: Field, standing: Outcome) -> Field:
    """Return a field of rework: it belongs to handing back as to the decision that stands, and its answer holds."""
    return replace(field, decisions=_with_hand_back(field.decisions, standing), again=False)


def _ticked(item: ChecklistItem, standing: Outcome) -> ChecklistItem:
    return replace(item, decisions=_with_hand_back(item.decisions, standing))


def _with_hand_back(decisions: tuple[OutcomeId, ...], standing: Outcome) -> tuple[OutcomeId, ...]:
    return (*decisions, HAND_BACK) if standing.id in decisions else decisions


def _hand_back(case: Case, task: Task, standing: Outcome, definition: WorkflowDefinition) -> Outcome:
    handovers = {target.to: target for target in standing.targets if target.to in definition.stages}
    # Whoever returned the work gets it back, whatever the condition of a handover says by now.
    targets: dict[StageId | EndId, Target] = {
        each.stage: Target(to=each.stage, handover=handovers[each.stage].handover if each.stage in handovers else None)
        for each in waiting_for(case, task)
    }
    targets |= {to: handover for to, handover in handovers.items() if to not in targets}
    return replace(
        standing,
        id=HAND_BACK,
        title=Text.same(HAND_BACK),
        targets=tuple(targets.values()),
        letters=(),
    )


def targets_of(case: Case, task: Task, outcome: Outcome) -> tuple[Target, ...]:
    """Return where an outcome leads; after rework, without the stages that already have its handover.

    Whoever returned the work always gets it. An outcome that does not lead back to one of them is a new decision and
    leads to all its targets.
    """
    waiting = {each.stage for each in waiting_for(case, task)}
    if corrected_visit(case, task) is None or not any(target.to in waiting for target in outcome.targets):
        return outcome.targets
    served = _served(case, task)
    return tuple(target for target in outcome.targets if target.to in waiting or target.to not in served)


def _served(case: Case, task: Task) -> frozenset[StageId]:
    """Return the stages that received a handover of this visit.

    A stage whose join still waits has received nothing yet, and one that nobody does looks at the facts anew.
    """
    visit = {t.id for t in case.tasks.values() if t.stage == task.stage and t.visit == task.visit}
    tasks = case.tasks.values()
    return frozenset(
        t.stage
        for t in tasks
        if t.status is not TaskStatus.WITHDRAWN and not t.is_done_by_nobody and visit.intersection(t.came_from)
    )


def returnable(case: Case, task: Task) -> tuple[StageId, ...]:
    """Return the stages that the work can be returned to: those that handed it over, each once.

    A stage that itself waits until this task is completed cannot correct anything. Behind a stage that nobody did
    stand those that handed over to it. Approvers return by their verdict.
    """
    if task.part is not None and task.part.row is None:
        return ()
    asking = {each.stage for each in _asking(case, task)}
    stages = (giver.stage for giver in _givers(case, task))
    return tuple(dict.fromkeys(stage for stage in stages if stage != task.stage and stage not in asking))


def _givers(case: Case, task: Task) -> Iterator[Task]:
    """Iterate over the tasks that people did and that handed over to *task*, through stages that nobody did."""
    for came in task.came_from:
        giver = case.tasks[came]
        if giver.is_done_by_nobody:
            yield from _givers(case, giver)
        else:
            yield giver


def _asking(case: Case, task: Task) -> Iterator[Task]:
    """Iterate over the suspended tasks that wait for *task*, directly or through another."""
    for each in waiting_for(case, task):
        yield each
        yield from _asking(case, each)


def changed_fields(stage: Stage, before: Values, answers: Values) -> tuple[FieldName, ...]:
    """Return the questions of a stage whose answers differ from what was known before."""
    return tuple(
        field.name for field in stage.form if field.name in answers and answers[field.name] != before.get(field.name)
    )
