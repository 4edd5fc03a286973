"""Visits about rows that were changed: parts that move with their rows, and parts that nobody needs."""

from collections.abc import Sequence

from workflows.domain import events
from workflows.domain.assignment.offers import (
    withdraw,
)
from workflows.domain.case import Task
from workflows.domain.decision import Course
from workflows.domain.definition import EachRow, Stage
from workflows.domain.ids import TaskId
from workflows.domain.visits import rework, visits


def do_without(course: Course, part: Task, because: events.Needless) -> None:
    """Withdraw a part that is unfinished, and the rework that only it waits for."""
    if not part.is_unfinished:
        return
    withdraw(course, part, because)
    again = None if part.rework is None else course.task(part.rework)
    if again is None or not again.is_unfinished or rework.waiting_for(course.case, again):
        return
    if rework.corrected_visit(course.case, again) is not None:
        withdraw(course, again, because)


def move_rows(course: Course, stage: Stage, work: EachRow, visit: int, before: Sequence[visits.Row]) -> None:
    """Record where the rows of a visit's parts are now; parts whose row is gone are withdrawn."""
    field = visits.rows_field(course.situation.definition, work.rows)
    rows = visits.rows_of(course.case.values, work.rows)
    was = () if field is None else visits.places_before(field, before, rows)
    now_at = {old: at for at, old in enumerate(was) if old is not None}
    moved: dict[TaskId, int] = {}
    titles: dict[TaskId, str] = {}
    for task in visits.parts_of(course.case, stage.id, visit):
        if task.part is None or task.part.row in (None, visits.GONE):
            continue
        at = now_at.get(task.part.row or 0, visits.GONE)
        title = task.part.title if at == visits.GONE else visits.title_of_row(field, rows[at])
        if (at, title) != (task.part.row, task.part.title):
            moved[task.id], titles[task.id] = at, title
    if not moved:
        return
    happened, by = course.situation.now, course.situation.actor
    course.happens(events.RowsMoved(at=happened, by=by, stage=stage.id, visit=visit, rows=moved, titles=titles))
    for part_id, at in moved.items():
        if at == visits.GONE:
            do_without(course, course.task(part_id), events.Needless.ROW_GONE)
