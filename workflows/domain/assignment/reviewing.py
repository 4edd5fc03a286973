"""Looking again at whom an open task is for, when the organisation has changed since it was offered."""

from workflows.domain import errors, events
from workflows.domain.assignment.handing_out import hand_out
from workflows.domain.assignment.offers import replace_leaver
from workflows.domain.case import Task, TaskStatus
from workflows.domain.deadlines import claim_by
from workflows.domain.decision import Course
from workflows.domain.ids import PersonId, TaskId
from workflows.domain.timers import CancelTimers, arm


def review(course: Course, task_id: TaskId) -> None:
    """Offer a task anew whose assignee has left, and to whom its stage is for now; raises NothingChanges.

    Whoever has a task and is still there keeps it, whatever the rules say now. For an approver a head decides who has
    no verdict there yet.
    """
    task = course.task(task_id)
    if not task.is_open:
        raise errors.NothingChanges
    if task.part is not None and task.part.row is None:
        if not replace_leaver(course, task):
            raise errors.NothingChanges
        return
    has_lost = _release_from_whoever_left(course, task)
    if course.task(task_id).status is not TaskStatus.READY:
        raise errors.NothingChanges
    before = course.candidates.living(task)
    candidates = _candidates_now(course, task)
    if candidates != task.candidates:
        changed = events.CandidatesChanged(
            at=course.situation.now, by=None, task_id=task_id, candidates=candidates or ()
        )
        course.happens(changed)
    elif not has_lost and (before or not course.candidates.leaders(task)):
        raise errors.NothingChanges
    if has_lost or not course.candidates.living(course.task(task_id)):
        hand_out(course, task_id)


def _release_from_whoever_left(course: Course, task: Task) -> bool:
    """Release a claimed task whose assignee is nobody of the organisation any more; return whether it was one."""
    if task.assignee is None or task.assignee in course.situation.organisation.people:
        return False
    now, reaction = course.situation.now, course.stage(task.stage).reaction
    course.happens(
        events.TaskReleased(
            at=now, by=None, task_id=task.id, released_from=task.assignee, claim_by=claim_by(now, reaction)
        )
    )
    course.timers.append(CancelTimers(task_id=task.id, generation=task.generation))
    course.timers.extend(arm(course.task(task.id), reaction))
    return True


def _candidates_now(course: Course, task: Task) -> tuple[PersonId, ...] | None:
    """Return for whom a task is now: a part of a visit for those of its candidates who are left."""
    if task.candidates is None:
        return None
    if task.part is not None:
        return tuple(each for each in task.candidates if each in course.situation.organisation.people)
    stage = course.stage(task.stage)
    offering = course.candidates.offering(stage, corrects=task)
    return course.candidates.listed(stage) if offering.candidates is None else offering.candidates
