"""The next state of a case after an event; every status change goes through the lifecycle tables."""

from collections.abc import Callable
from typing import Any

from workflows.domain import events
from workflows.domain.case import Case, CaseLink, CaseStatus, Return, Task, TaskStatus, with_answers, with_cells
from workflows.domain.changed import changed
from workflows.domain.ids import TaskId
from workflows.domain.lifecycle import CaseMove, TaskMove, move_case, move_task


def opened(event: events.CaseOpened) -> Case:
    """Return the case that an opening creates."""
    if event.by is None:
        raise ValueError("a case is opened by a person")
    return Case(
        id=event.case_id,
        number=event.number,
        process=event.process,
        version=event.version,
        status=CaseStatus.ACTIVE,
        opened_by=event.by,
        opened_at=event.at,
        client=event.client,
        values=event.values,
        parent=event.parent,
    )


def evolve(case: Case, event: events.Event) -> Case:
    """Apply one event; raises IllegalMove when the tables do not allow it."""
    step = _STEPS.get(type(event))
    return case if step is None else step(case, event)


def _with_task(case: Case, task: Task) -> Case:
    return changed(case, tasks={**case.tasks, task.id: task})


def _changed(case: Case, task_id: TaskId, **changes: Any) -> Case:
    task = case.tasks[task_id]
    return _with_task(case, changed(task, revision=task.revision + 1, **changes))


def _offered(case: Case, event: events.TaskOffered) -> Case:
    task = Task(
        id=event.task_id,
        stage=event.stage,
        department=event.department,
        status=TaskStatus.READY,
        visit=event.visit,
        offered_at=event.at,
        came_from=event.came_from,
        due_at=event.due_at,
        claim_by=event.claim_by,
        part=event.part,
        candidates=event.candidates,
        barred=event.barred,
    )
    return _with_task(case, task)


def _joined(case: Case, event: events.HandoverJoined) -> Case:
    """Add a handover to an unfinished task; rework becomes a visit of its own by it."""
    task = case.tasks[event.task_id]
    if event.rework_for is not None:
        return _changed(case, event.task_id)
    came_from = tuple(dict.fromkeys((*task.came_from, event.came_from)))
    return _changed(case, event.task_id, came_from=came_from, visit=event.visit or task.visit)


def _claimed(case: Case, event: events.TaskClaimed) -> Case:
    status = move_task(case.tasks[event.task_id].status, TaskMove.CLAIM)
    return _changed(case, event.task_id, status=status, assignee=event.assignee, claimed_at=event.at)


def _released(case: Case, event: events.TaskReleased) -> Case:
    task = case.tasks[event.task_id]
    return _changed(
        case,
        event.task_id,
        status=move_task(task.status, TaskMove.RELEASE),
        assignee=None,
        claimed_at=None,
        offered_at=event.at,
        claim_by=event.claim_by,
        generation=task.generation + 1,
        held=None,
    )


def _reassigned(case: Case, event: events.TaskReassigned | events.TaskAssigned) -> Case:
    task = case.tasks[event.task_id]
    status = move_task(task.status, TaskMove.REASSIGN)
    claimed_at = task.claimed_at if status is TaskStatus.SUSPENDED else event.at
    return _changed(case, event.task_id, status=status, assignee=event.assignee, claimed_at=claimed_at)


def _candidates_changed(case: Case, event: events.CandidatesChanged) -> Case:
    return _changed(case, event.task_id, candidates=event.candidates)


def _form_held(case: Case, event: events.FormHeld) -> Case:
    return _changed(case, event.task_id, held=event.held)


def _field_asked(case: Case, event: events.FieldAsked) -> Case:
    return _changed(case, event.task_id, asked=(*case.tasks[event.task_id].asked, event.asked))


def _field_answered(case: Case, event: events.FieldAnswered) -> Case:
    asked = tuple(each for each in case.tasks[event.task_id].asked if each.field != event.field)
    return _changed(case, event.task_id, asked=asked)


def _ticked(case: Case, event: events.ItemTicked) -> Case:
    ticks = case.tasks[event.task_id].ticks
    return _changed(case, event.task_id, ticks=ticks | {event.item} if event.done else ticks - {event.item})


def _completed(case: Case, event: events.TaskCompleted) -> Case:
    task = case.tasks[event.task_id]
    status = move_task(task.status, TaskMove.COMPLETE)
    done = _changed(
        case,
        event.task_id,
        status=status,
        outcome=event.outcome,
        went_to=event.went_to,
        held=None,
        asked=(),
        closed_at=event.at,
        correction=event.correction,
        part=task.part if task.part is None else changed(task.part, comment=event.comment),
    )
    if event.rows is not None and event.row is not None:
        return changed(done, values=with_cells(case.values, event.rows, event.row, event.values))
    done = changed(done, values=with_answers(case.values, event.values))
    return done if task.part is None else _verdict_given(done, task)


def _verdict_given(case: Case, given: Task) -> Case:
    """Have the cards of the other approvers show a verdict."""
    for task in case.unfinished_tasks():
        if task.stage == given.stage and task.visit == given.visit:
            case = _changed(case, task.id)
    return case


def _visit_completed(case: Case, event: events.VisitCompleted) -> Case:
    part = case.tasks[event.task_id].part
    if part is None:
        raise ValueError("a task that is no part of a visit completes its visit by itself")
    led_on = _changed(case, event.task_id, part=changed(part, decided=event.outcome), went_to=event.went_to)
    return changed(led_on, values=with_answers(case.values, event.values))


def _rows_moved(case: Case, event: events.RowsMoved) -> Case:
    for task_id, row in event.rows.items():
        part = case.tasks[task_id].part
        if part is not None:
            title = event.titles.get(task_id, part.title)
            case = _changed(case, task_id, part=changed(part, row=row, title=title))
    return case


def _returned(case: Case, event: events.TaskReturned) -> Case:
    task = case.tasks[event.task_id]
    if event.rework is None or event.by is None:
        return _withdrawn(case, event)
    returned = Return(task=task.id, stage=task.stage, by=event.by, reason=event.reason)
    asked = case
    for each in _correcting(case, event.rework):
        asked = _changed(asked, each.id, returns=(*each.returns, returned))
    # Until the task is resumed, `claimed_at` is when it was suspended.
    status = move_task(task.status, TaskMove.SUSPEND)
    return _changed(asked, task.id, status=status, rework=event.rework, claimed_at=event.at)


def _correcting(case: Case, rework: TaskId) -> tuple[Task, ...]:
    """Return the tasks that deal with returned work: one, or those of all approvers who decide anew."""
    first = case.tasks[rework]
    if first.part is None or first.part.row is not None:
        return (first,)
    same = (t for t in case.unfinished_tasks() if t.stage == first.stage and t.visit == first.visit)
    return tuple(same)


def _resumed(case: Case, event: events.TaskResumed) -> Case:
    task = case.tasks[event.task_id]
    came_from = tuple(dict.fromkeys((*task.came_from, event.rework)))
    if event.assignee is not None:
        status = move_task(task.status, TaskMove.RESUME)
        changes: dict[str, Any] = {"status": status, "assignee": event.assignee, "claimed_at": event.at}
    else:
        status = move_task(task.status, TaskMove.OFFER_AGAIN)
        changes = {
            "status": status,
            "assignee": None,
            "claimed_at": None,
            "offered_at": event.at,
            "claim_by": event.claim_by,
            "generation": task.generation + 1,
        }
    return _changed(case, event.task_id, came_from=came_from, due_at=event.due_at, **changes)


def _withdrawn(case: Case, event: events.TaskReturned | events.TaskWithdrawn | events.SubCaseStopped) -> Case:
    status = move_task(case.tasks[event.task_id].status, TaskMove.WITHDRAW)
    return _changed(case, event.task_id, status=status, closed_at=event.at)


def _skipped(case: Case, event: events.StageSkipped | events.RuleApplied) -> Case:
    task = Task(
        id=event.task_id,
        stage=event.stage,
        department=event.department,
        status=TaskStatus.COMPLETED,
        visit=event.visit,
        offered_at=event.at,
        came_from=event.came_from,
        outcome=event.outcome,
        went_to=event.went_to,
        held=None,
        asked=(),
        closed_at=event.at,
    )
    return _with_task(case, task)


def _rule_applied(case: Case, event: events.RuleApplied) -> Case:
    return changed(_skipped(case, event), values=with_answers(case.values, event.values))


def _asked(case: Case, event: events.SubCaseAsked) -> Case:
    task = Task(
        id=event.task_id,
        stage=event.stage,
        department=event.department,
        status=TaskStatus.SUSPENDED if event.outcome is None else TaskStatus.COMPLETED,
        visit=event.visit,
        offered_at=event.at,
        came_from=event.came_from,
        outcome=event.outcome,
        went_to=event.went_to,
        closed_at=None if event.outcome is None else event.at,
        part=event.part,
    )
    return _with_task(case, task)


def _sub_case_opened(case: Case, event: events.SubCaseOpened) -> Case:
    return _changed(case, event.task_id, sub_case=CaseLink(id=event.case_id, number=event.number))


def _sub_case_ended(case: Case, event: events.SubCaseEnded) -> Case:
    status = move_task(case.tasks[event.task_id].status, TaskMove.END)
    done = _changed(
        case, event.task_id, status=status, outcome=event.outcome, went_to=event.went_to, closed_at=event.at
    )
    if event.rows is not None and event.row is not None:
        return changed(done, values=with_cells(case.values, event.rows, event.row, event.values))
    return changed(done, values=with_answers(case.values, event.values))


def _switched(case: Case, event: events.StageSwitched) -> Case:
    """Switch a stage; the cards of open tasks show it."""
    off = case.switched_off | {event.stage} if event.off else case.switched_off - {event.stage}
    tasks = {t.id: changed(t, revision=t.revision + 1) if t.is_open else t for t in case.tasks.values()}
    return changed(case, switched_off=off, tasks=tasks)


def _became_late(case: Case, event: events.TaskBecameLate) -> Case:
    # The card shows it: the task's revision grows.
    return _changed(case, event.task_id)


def _case_completed(case: Case, event: events.CaseCompleted) -> Case:
    status = move_case(case.status, CaseMove.COMPLETE)
    return changed(case, status=status, end=event.end, closed_at=event.at)


def _case_cancelled(case: Case, event: events.CaseCancelled) -> Case:
    return changed(case, status=move_case(case.status, CaseMove.CANCEL), closed_at=event.at)


_STEPS: dict[type[events.Event], Callable[[Case, Any], Case]] = {
    events.TaskOffered: _offered,
    events.HandoverJoined: _joined,
    events.TaskClaimed: _claimed,
    events.TaskReleased: _released,
    events.TaskReassigned: _reassigned,
    events.TaskAssigned: _reassigned,
    events.CandidatesChanged: _candidates_changed,
    events.FormHeld: _form_held,
    events.FieldAsked: _field_asked,
    events.FieldAnswered: _field_answered,
    events.ItemTicked: _ticked,
    events.TaskCompleted: _completed,
    events.VisitCompleted: _visit_completed,
    events.RowsMoved: _rows_moved,
    events.TaskReturned: _returned,
    events.TaskResumed: _resumed,
    events.TaskWithdrawn: _withdrawn,
    events.StageSkipped: _skipped,
    events.RuleApplied: _rule_applied,
    events.SubCaseAsked: _asked,
    events.SubCaseOpened: _sub_case_opened,
    events.SubCaseEnded: _sub_case_ended,
    events.SubCaseStopped: _withdrawn,
    events.StageSwitched: _switched,
    events.TaskBecameLate: _became_late,
    events.CaseCompleted: _case_completed,
    events.CaseCancelled: _case_cancelled,
}
"""The other events (openings, comments, reminders, ends of loops) appear in the history only and change no state."""
