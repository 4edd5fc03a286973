"""Having a case of another process do a task: that case is asked for, with the facts that it begins with."""

from workflows.domain import events
from workflows.domain.case import Part, Values
from workflows.domain.decision import Course, OpenSubCase
from workflows.domain.definition import Outcome, Stage, SubCase, Target
from workflows.domain.facts.conditions import Facts
from workflows.domain.ids import FieldName, TaskId
from workflows.domain.visits import visits


def ask_case(
    course: Course,
    task_id: TaskId,
    stage: Stage,
    work: SubCase,
    came_from: tuple[TaskId, ...],
    *,
    visit: int,
    part: Part | None = None,
    outcome: Outcome | None = None,
    targets: tuple[Target, ...] = (),
) -> TaskId:
    """Have a case of another process do a new task, or a part of a visit; with an *outcome* it is not waited for."""
    asked = events.SubCaseAsked(
        at=course.situation.now,
        by=None,
        task_id=task_id,
        stage=stage.id,
        department=stage.department,
        visit=visit,
        came_from=came_from,
        process=work.process,
        part=part,
        outcome=None if outcome is None else outcome.id,
        went_to=tuple(target.to for target in targets),
    )
    course.happens(asked)
    known = visits.with_row(course.case.values, stage, part)
    course.sub_cases.append(_request(course, asked, work, known))
    return task_id


def _request(course: Course, asked: events.SubCaseAsked, work: SubCase, known: Values) -> OpenSubCase:
    seen = Facts(course.situation.definition, known, course.around(asked.visit))
    handed: dict[FieldName, object] = {}
    for each in work.hands:
        value = known.get(each.fact) if each.fact is not None else None
        if each.computed is not None:
            value = each.computed.value(seen)
        if value is not None:
            handed[each.to] = value
    computed = frozenset(each.to for each in work.hands if each.computed is not None)
    return OpenSubCase(task_id=asked.task_id, process=work.process, handed=handed, computed=computed)
