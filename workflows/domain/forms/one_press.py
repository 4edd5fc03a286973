"""Outcomes that need nothing more of anybody: one press completes the task."""

from workflows.domain.case import Case, Task, TaskStatus
from workflows.domain.definition import Closing, Outcome, Preview, Stage, WorkflowDefinition
from workflows.domain.facts.conditions import Outside, around, open_outcomes
from workflows.domain.forms.asking import EVERYTHING, Asking, asking
from workflows.domain.ids import EndId
from workflows.domain.visits.visits import seen_from, stage_for


def must_be_seen(outcome: Outcome) -> bool:
    """Whether what an outcome sends has to be seen before it is sent."""
    return outcome.preview is Preview.ALWAYS or (outcome.preview is Preview.OUTSIDE and bool(outcome.letters))


def is_at_hand(outcome: Outcome, case: Case, task: Task, stage: Stage, asked: Asking = EVERYTHING) -> bool:
    """Whether an outcome needs nothing more: no answer is missing, no tick open, nothing has to be seen before.

    Answers given at an earlier visit were about that visit, so a later one that asks for any needs its form.
    """
    if must_be_seen(outcome) or any(i.required and i.id not in task.ticks for i in asked.items(stage, outcome)):
        return False
    required = asked.required(stage, outcome)
    if task.visit > 1 and required:
        return False
    return all(case.values.get(name) not in (None, "", []) for name in required)


def ends_case_at_once(outcome: Outcome, definition: WorkflowDefinition) -> bool:
    """Whether an outcome ends the whole case now and takes back every other open task."""
    ends = (definition.ends.get(EndId(target.to)) for target in outcome.targets)
    return any(end is not None and end.closes is Closing.CASE_AT_ONCE for end in ends)


def outcomes_at_hand(case: Case, task: Task, definition: WorkflowDefinition, outside: Outside) -> tuple[Outcome, ...]:
    """Return the outcomes that one press completes a task with now; of one that nobody has, those `at_once`.

    One that ends the case at once is chosen in the form, where a slip can be seen, unless it is meant to be `at_once`.
    What was returned for rework is corrected in its form.
    """
    if task.stage not in definition.stages or not task.is_open or task.returns:
        return ()
    stage, case = stage_for(task, definition), seen_from(case, task, definition)
    seen = around(case, task.visit, today=outside.today, me=task.assignee, records=outside.records)
    asked = asking(stage, definition, case.values, {}, seen)
    return tuple(
        outcome
        for outcome in open_outcomes(stage, definition, case.values, seen)
        if (outcome.at_once or (task.status is TaskStatus.CLAIMED and not ends_case_at_once(outcome, definition)))
        and is_at_hand(outcome, case, task, stage, asked)
    )
