"""Who has a task: claiming, releasing and reassigning it."""

from workflows.domain import commands, errors, events, permissions
from workflows.domain.assignment.handing_out import hand_out
from workflows.domain.case import Task, TaskStatus
from workflows.domain.deadlines import claim_by
from workflows.domain.decision import Course
from workflows.domain.ids import PersonId
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.domain.timers import CancelTimers, arm
from workflows.domain.typed_texts import MAX_REASON, within
from workflows.domain.visits import visits
from workflows.domain.who import Offer


def claim(course: Course, command: commands.ClaimTask) -> None:
    """Make the actor the assignee of a task that nobody has; raises a Refusal such as TakenBy."""
    task, situation = course.task(command.task_id), course.situation
    permissions.check_open_task(course.case, task)
    course.candidates.check_may_have(task, situation.person)
    visits.check_one_verdict(course.case, task, situation.person)
    if task.status is TaskStatus.CLAIMED and task.assignee is not None and task.claimed_at is not None:
        if task.assignee == situation.person:
            raise errors.AlreadyYours(claimed_at=task.claimed_at)
        raise errors.TakenBy(assignee=task.assignee, claimed_at=task.claimed_at)
    earlier, reason = situation.earlier, within(MAX_REASON, command.reason or "")
    if earlier is not None and not reason:
        raise errors.EarlierClientWaits(
            number=earlier.number, client=earlier.client, task_id=earlier.task_id, opened_at=earlier.opened_at
        )
    course.happens(
        events.TaskClaimed(
            at=situation.now,
            by=situation.person,
            task_id=task.id,
            assignee=situation.person,
            waited=situation.now - task.offered_at,
            overtook=None if earlier is None else earlier.number,
            reason=None if earlier is None else reason,
        )
    )
    course.timers.append(CancelTimers(task_id=task.id, generation=task.generation))


def release(course: Course, command: commands.ReleaseTask) -> None:
    """Offer a claimed task again: its assignee or the head of its department gives it up."""
    task, situation = course.task(command.task_id), course.situation
    permissions.check_open_task(course.case, task)
    if task.assignee is None:
        raise errors.NothingChanges
    if not course.candidates.living(task) and task.assignee in course.candidates.leaders(task)[:1]:
        # It would come straight back.
        raise errors.NothingChanges
    if task.assignee != situation.person:
        permissions.check_head(situation.organisation, situation.person, task.department)
        _notify(course, NoticeKind.TAKEN_FROM_YOU, task, task.assignee)
    reaction = course.stage(task.stage).reaction
    course.happens(
        events.TaskReleased(
            at=situation.now,
            by=situation.person,
            task_id=task.id,
            released_from=task.assignee,
            claim_by=claim_by(situation.now, reaction),
        )
    )
    if reaction is not None:
        course.timers.append(CancelTimers(task_id=task.id, generation=task.generation))
        course.timers.extend(arm(course.task(task.id), reaction))
    _hand_out_again(course, task)


def _hand_out_again(course: Course, released: Task) -> None:
    """Let a head hand out a released task anew, where that is how it is offered, or nobody may claim it.

    A head who releases it has had it: then whoever may claims it.
    """
    stage, candidates = course.stage(released.stage), course.candidates
    leaders = candidates.leaders(released)
    is_heads = stage.offer is Offer.HEAD and released.assignee not in leaders
    if is_heads or not candidates.living(released):
        hand_out(course, released.id)


def reassign(course: Course, command: commands.ReassignTask) -> None:
    """Make somebody else the assignee of an unfinished task, and notify both."""
    task, situation = course.task(command.task_id), course.situation
    permissions.check_unfinished_task(task)
    course.candidates.check_may_hand_over(task, situation.person)
    course.candidates.check_may_be_given(task, situation.organisation.person(command.to))
    visits.check_one_verdict(course.case, task, command.to)
    if task.assignee == command.to:
        raise errors.NothingChanges
    course.happens(
        events.TaskReassigned(
            at=situation.now,
            by=situation.person,
            task_id=task.id,
            assignee=command.to,
            taken_from=task.assignee,
        )
    )
    course.timers.append(CancelTimers(task_id=task.id, generation=task.generation))
    _notify(course, NoticeKind.ASSIGNED_TO_YOU, task, command.to)
    if task.assignee is not None:
        _notify(course, NoticeKind.TAKEN_FROM_YOU, task, task.assignee)


def _notify(course: Course, kind: NoticeKind, task: Task, person: PersonId) -> None:
    actor = course.situation.person
    if person != actor:
        notice = PersonalNotice(kind=kind, person=person, task_id=task.id, values={"person": actor})
        course.notices.append(notice)
