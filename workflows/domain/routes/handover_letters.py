"""The letters and messages that go with a handover."""

from collections.abc import Sequence

from workflows.domain.case import Task
from workflows.domain.decision import Course
from workflows.domain.definition import Outcome, Target
from workflows.domain.facts.conditions import holds
from workflows.domain.ids import StageId
from workflows.domain.notices import LetterRequest
from workflows.domain.visits import rounds


def write_letters(course: Course, task: Task, outcome: Outcome, targets: Sequence[Target]) -> None:
    """Ask for the letters of a completed task: to each stage that follows, and to those whom the outcome names."""
    by = course.situation.actor or course.case.opened_by
    settled = rounds.earlier_remarks(course.case, task, course.situation.definition)
    for target in targets:
        stage = course.situation.definition.stages.get(StageId(target.to))
        if target.handover is not None:
            course.letters.append(
                LetterRequest(
                    template=target.handover,
                    case_id=course.case.id,
                    from_task=task.id,
                    by=by,
                    facts=course.case.values,
                    settled=settled,
                    stage=None if stage is None else stage.id,
                    department=task.department if stage is None else stage.department,
                )
            )
    seen = course.around(task.visit)
    for letter in outcome.letters:
        if not holds(letter.when, course.situation.definition, course.case.values, seen):
            continue
        course.letters.append(
            LetterRequest(
                template=letter.template,
                case_id=course.case.id,
                from_task=task.id,
                by=by,
                facts=course.case.values,
                settled=settled,
                recipient=letter.to,
            )
        )
