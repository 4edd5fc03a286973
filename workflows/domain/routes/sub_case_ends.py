"""What becomes of a case when the one that it waits for is over."""

from workflows.domain import events
from workflows.domain.case import Case, CaseStatus, Task, TaskStatus, with_answers
from workflows.domain.decision import Course
from workflows.domain.definition import EachRow, Outcome, Stage, SubCase
from workflows.domain.facts.conditions import holds
from workflows.domain.facts.values import readable
from workflows.domain.ids import FieldName
from workflows.domain.routes import flow, ways
from workflows.domain.routes.sub_cases import stop_waiting
from workflows.domain.visits import visits


def go_on_after(course: Course, task: Task, sub_case: Case) -> None:
    """Go on where the end of a case leads; where it leads nowhere, or it was cancelled, somebody has to decide."""
    if course.case.status is not CaseStatus.ACTIVE or task.status is not TaskStatus.SUSPENDED:
        return
    if sub_case.status is CaseStatus.CANCELLED:
        stop_waiting(course, task.id, events.Undecided.CASE_CANCELLED)
        return
    stage = course.situation.definition.stages.get(task.stage)
    work = None if stage is None else stage.sub_case
    if stage is None or work is None or not _went_on(course, task, stage, work, sub_case):
        stop_waiting(course, task.id, events.Undecided.CASE_ENDED_OTHERWISE)


def _went_on(course: Course, task: Task, stage: Stage, work: SubCase, sub_case: Case) -> bool:
    """Complete a task with what its case has ended with; return False, changing nothing, where that decides nothing."""
    situation, outcome = course.situation, _outcome(stage, work, sub_case)
    fields = {field.name: field for field in stage.form}
    values: dict[FieldName, object] = {
        here: readable(fields[here], sub_case.values[there])
        for here, there in work.takes.items()
        if here in fields and sub_case.values.get(there) is not None
    }
    before = visits.facts_for(course.case, task, situation.definition)
    known = with_answers(before, values)
    if outcome is None or any(known.get(name) is None for name in outcome.requires):
        return False
    if not holds(outcome.when, situation.definition, known, course.around(task.visit)):
        return False
    row = task.part.row if isinstance(stage.work, EachRow) and task.part is not None else None
    targets = ways.open_targets(course, outcome.targets, known, task.visit) if row is None else ()
    taken = ways.within_limits(course.case, situation.definition, targets, task.id)
    if row is None and not taken:
        return False
    course.happens(
        events.SubCaseEnded(
            at=situation.now,
            by=None,
            task_id=task.id,
            number=sub_case.number,
            values=values,
            outcome=outcome.id,
            went_to=tuple(target.to for target, _ in taken),
            rows=stage.work.rows if isinstance(stage.work, EachRow) and row is not None else None,
            row=row,
        ),
        *ways.ended_loops(course, taken),
    )
    if row is None:
        flow.lead_on(course, course.task(task.id), outcome, tuple(target for target, _ in taken))
    else:
        flow.part_done(course, stage, task.visit)
    return True


def _outcome(stage: Stage, work: SubCase, sub_case: Case) -> Outcome | None:
    named = None if sub_case.end is None else work.ends.get(sub_case.end)
    if named is not None:
        return stage.outcome(named)
    return stage.outcomes[0] if len(stage.outcomes) == 1 else None
