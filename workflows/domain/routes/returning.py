"""Sending work back: the returning task is suspended, and goes on where it stopped when the rework is completed."""

from workflows.domain import errors, events
from workflows.domain.assignment.handing_out import hand_out
from workflows.domain.assignment.offers import begin, offer
from workflows.domain.case import Task, TaskStatus
from workflows.domain.deadlines import claim_by, postponed
from workflows.domain.decision import Course
from workflows.domain.definition import Approval
from workflows.domain.ids import StageId
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.domain.timers import CancelTimers, arm, arm_due
from workflows.domain.visits import rework, visits


def return_for_rework(course: Course, task: Task, to: StageId, reason: str) -> None:
    """Return the work to a stage that handed it over; whoever did that stage last gets its new task at once.

    The returning task is suspended, and goes on where it stopped when the rework is completed.
    """
    case, situation = course.case, course.situation
    unfinished = (t for t in case.unfinished_tasks() if t.stage == to)
    earlier = visits.led_on(case, to) or next(unfinished, None) or case.latest(to)
    if to not in rework.returnable(case, task) or earlier is None:
        raise errors.CannotReturn(to=to)
    now, actor = situation.now, situation.person
    worker = earlier.assignee
    if earlier.is_unfinished:
        again = earlier.id
    elif isinstance(course.stage(to).work, Approval):
        # What was decided stands; the approvers decide anew.
        stage, worker = course.stage(to), None
        again = begin(course, stage, earlier.came_from, rework_for=(task.stage,), rework_reason=reason)
    else:
        again = offer(
            course,
            course.stage(to),
            earlier.came_from,
            visit=earlier.visit,
            corrects=earlier,
            rework_for=(task.stage,),
            rework_reason=reason,
            is_given=earlier.assignee is not None,
        )
    returned = events.TaskReturned(at=now, by=actor, task_id=task.id, to=to, reason=reason, rework=again)
    course.happens(returned)
    course.timers.append(CancelTimers(task_id=task.id))
    if worker is not None and not earlier.is_unfinished:
        if course.candidates.may_have(course.task(again), worker):
            course.happens(events.TaskReassigned(at=now, by=actor, task_id=again, assignee=worker, taken_from=None))
            course.timers.append(CancelTimers(task_id=again, generation=course.task(again).generation))
        else:
            worker = None
            hand_out(course, again)
    if worker is not None and worker != actor:
        values = {"reason": reason, "person": actor}
        course.notices.append(
            PersonalNotice(kind=NoticeKind.RETURNED_TO_YOU, person=worker, task_id=again, values=values)
        )


def resume(course: Course, task: Task, corrected: Task) -> None:
    """Give a suspended task back to whoever returned the work, or to the department when that person cannot take it."""
    situation, now = course.situation, course.situation.now
    suspended_for = now - (task.claimed_at or now)
    person, reaction = task.assignee, course.stage(task.stage).reaction
    is_candidate = person is not None and course.candidates.may_have(task, person)
    course.happens(
        events.TaskResumed(
            at=now,
            by=situation.actor,
            task_id=task.id,
            rework=corrected.id,
            assignee=person if is_candidate else None,
            due_at=postponed(task.due_at, suspended_for),
            claim_by=None if is_candidate else claim_by(now, reaction),
        )
    )
    if not is_candidate:
        course.timers.extend(arm(course.task(task.id), reaction))
    course.timers.extend(arm_due(course.task(task.id)))
    kind = NoticeKind.CAME_BACK if is_candidate else NoticeKind.CAME_BACK_TO_NOBODY
    if not is_candidate:
        hand_out(course, task.id)
    to = person if is_candidate and person is not None else situation.organisation.heads(task.department)[0]
    if to != situation.actor and (is_candidate or course.task(task.id).status is TaskStatus.READY):
        values = {"person": situation.person, "rework": corrected.id, "before": person or ""}
        course.notices.append(PersonalNotice(kind=kind, person=to, task_id=task.id, values=values))
