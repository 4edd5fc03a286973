"""Deciding a command: a case, a command and a Situation in, a Decision out; a refusal is raised, changing nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from workflows.domain import commands, errors, events, permissions
from workflows.domain.assignment import offers
from workflows.domain.assignment.claims import claim, reassign, release
from workflows.domain.assignment.reviewing import review
from workflows.domain.case import Case, CaseIdentity, CaseStatus, ClientRef, Task, TaskStatus, Values, with_answers
from workflows.domain.deadlines import is_late
from workflows.domain.decision import Course, Decision, Situation
from workflows.domain.definition import FieldType, Outcome, Stage
from workflows.domain.evolve import opened
from workflows.domain.facts.conditions import Around, closed, holds
from workflows.domain.facts.values import read_form
from workflows.domain.forms import holding
from workflows.domain.forms.asking import Asking, answers_over, asking
from workflows.domain.forms.completeness import Meter, meter
from workflows.domain.ids import FieldName, ItemId, OutcomeId
from workflows.domain.notices import DepartmentNotice, Notice, NoticeKind, PersonalNotice
from workflows.domain.routes import closing, flow, left_out, returning
from workflows.domain.timers import ANY_OFFER, TimerKind
from workflows.domain.typed_texts import MAX_COMMENT, reason_of, within
from workflows.domain.visits import rework, rounds, visits


def open_case(identity: CaseIdentity, command: commands.OpenCase, situation: Situation) -> Decision:
    """Open a case: the opener completes the start stage at once, with the form and outcome of the command.

    Its check list is not enforced: nothing has been done yet. Raises MayNotOpen, FormInvalid or UnknownOutcome.
    """
    definition, person = situation.definition, situation.person
    permissions.check_may_open(definition, situation.organisation, person)
    stage = left_out.first_stage(definition)
    outcome = _chosen(stage, command.outcome)
    seen = Around(today=situation.today, me=person, opener=person, records=situation.records)
    lacking = None
    if command.holds:
        lacking = meter(stage, outcome, definition, before={}, answers=command.values, around=seen)
    asked = asking(stage, definition, {}, command.values, seen)
    required = asked.required(stage, outcome) - _held_back(stage, lacking)
    answers = read_form(asked.fields(stage, outcome), command.values, required)
    values, without = left_out.without_question(answers)
    opening = events.CaseOpened(
        at=situation.now,
        by=person,
        case_id=identity.id,
        number=identity.number,
        process=definition.id,
        version=definition.version,
        client=_client(stage, values),
    )
    course = Course(case=opened(opening), situation=situation, events=[opening])
    course.happens(*left_out.switched_off_by(course, without))
    task_id = offers.offer(course, stage, came_from=(), visit=1, is_given=True)
    course.happens(
        events.TaskReassigned(at=situation.now, by=person, task_id=task_id, assignee=person, taken_from=None)
    )
    course.timers.clear()
    task = course.case.tasks[task_id]
    if lacking is not None and lacking.missing:
        holding.begin(course, task_id, outcome, lacking)
    else:
        flow.complete(course, task, _open_outcome(course, task, stage, command.outcome, values), values)
    if course.case.closed_at is None:
        course.notices.append(PersonalNotice(kind=NoticeKind.OPENED_BY_YOU, person=person))
    return course.decision()


def decide(case: Case, command: commands.TaskCommand | commands.CaseCommand, situation: Situation) -> Decision:
    """Decide one command on a stored case; raises a Refusal."""
    course = Course(case=case, situation=situation)
    _DECIDERS[type(command)](course, command)
    return course.decision()


def _client(stage: Stage, values: dict[Any, Any]) -> ClientRef | None:
    for field in stage.form:
        if field.type is FieldType.CLIENT and field.name in values:
            return ClientRef(id=values[field.name]["id"], name=values[field.name]["name"])
    return None


def _held_back(stage: Stage, lacking: Meter | None) -> frozenset[FieldName]:
    """Return the questions without which a case is opened: not who it is about."""
    clients = {field.name for field in stage.form if field.type is FieldType.CLIENT}
    return frozenset() if lacking is None else frozenset(lacking.missing) - clients


def _chosen(stage: Stage, chosen: OutcomeId) -> Outcome:
    outcome = stage.outcome(chosen)
    if outcome is None:
        raise errors.UnknownOutcome(outcome=chosen)
    return outcome


def _emptied(
    stage: Stage, outcome: Outcome, answers: Values, known: Values, *, visit: int, asked: Asking
) -> dict[FieldName, None]:
    """Return the facts that an outcome removes: the old value must not reach a later letter.

    These are answers that were emptied in the form, and, at a later visit, those of questions that are asked `again`
    at each visit and do not belong to this outcome: they were true of an earlier visit. What the form did not show
    because of its condition stays as it is.
    """
    of_outcome = {field.name for field in stage.asked_with(outcome)}
    return {
        field.name: None
        for field in stage.form
        if field.name in known
        and field.name not in answers
        and field.name not in asked.hidden
        and (field.name in of_outcome or (field.again and visit > 1))
    }


def _open_outcome(course: Course, task: Task, stage: Stage, chosen: OutcomeId, known: Values) -> Outcome:
    outcome = stage.outcome(chosen)
    if outcome is None:
        raise errors.UnknownOutcome(outcome=chosen)
    seen = course.around(task.visit)
    if not holds(outcome.when, course.situation.definition, known, seen):
        raise closed(outcome, stage, course.situation.definition, known, seen)
    return outcome


def _check_ticked(task: Task, stage: Stage, outcome: Outcome, asked: Asking) -> None:
    missing = tuple(i.id for i in asked.items(stage, outcome) if i.required and i.id not in task.ticks)
    if missing:
        raise errors.ChecklistOpen(items=missing)


def _check_active(case: Case) -> None:
    if case.status is not CaseStatus.ACTIVE:
        raise errors.CaseIsClosed(number=case.number)


def _save_draft(course: Course, command: commands.SaveDraft) -> None:
    task = course.task(command.task_id)
    permissions.check_assignee(course.case, task, course.situation.person)
    _set_ticks(course, task, command.filling.ticks)
    holding.recount(course, task.id, command.values)


def _tick(course: Course, command: commands.TickItem) -> None:
    task = course.task(command.task_id)
    permissions.check_assignee(course.case, task, course.situation.person)
    if course.stage(task.stage).item(command.item) is None:
        raise errors.UnknownItem(item=command.item)
    if (command.item in task.ticks) == command.done:
        raise errors.NothingChanges
    _set_tick(course, task, command.item, command.done)


def _set_ticks(course: Course, task: Task, ticks: Mapping[ItemId, bool]) -> Task:
    """Tick and untick items, the others stay as they are; return the updated task, raise UnknownItem."""
    stage = course.stage(task.stage)
    for item in ticks:
        if stage.item(item) is None:
            raise errors.UnknownItem(item=item)
    for item, done in ticks.items():
        if (item in task.ticks) != done:
            _set_tick(course, task, item, done)
    return course.task(task.id)


def _set_tick(course: Course, task: Task, item: ItemId, done: bool) -> None:
    course.happens(
        events.ItemTicked(at=course.situation.now, by=course.situation.person, task_id=task.id, item=item, done=done)
    )


def _complete(course: Course, command: commands.CompleteTask) -> None:
    task = course.task(command.task_id)
    definition = course.situation.definition
    stage = rework.stage_of(course.case, task, definition)
    before = visits.facts_for(course.case, task, definition)
    chosen = _chosen(stage, command.outcome)
    if command.claims and chosen.at_once and task.assignee != course.situation.person:
        claim(course, commands.ClaimTask(task_id=task.id, reason=command.reason))
        task = course.task(task.id)
    permissions.check_assignee(course.case, task, course.situation.person)
    task = _set_ticks(course, task, command.ticks)
    raw = answers_over(stage.form, before, command.values, task.visit)
    asked = asking(stage, definition, before, raw, course.around(task.visit))
    values = read_form(asked.fields(stage, chosen), raw, asked.required(stage, chosen))
    remark, comment = values.pop(rework.REMARK, None), values.pop(visits.COMMENT, None)
    values |= _emptied(stage, chosen, values, before, visit=task.visit, asked=asked)
    outcome = _open_outcome(course, task, stage, command.outcome, with_answers(before, values))
    if outcome.id != rework.HAND_BACK:
        values |= dict.fromkeys(rounds.dealt_with(stage, definition, outcome, before, values))
    _check_ticked(task, stage, outcome, asked)
    values = visits.with_gathered(stage, before, values)
    flow.complete(
        course,
        task,
        outcome,
        values,
        remark=None if remark is None else str(remark),
        comment=None if comment is None else str(comment),
    )


def _return(course: Course, command: commands.ReturnTask) -> None:
    task = course.task(command.task_id)
    permissions.check_assignee(course.case, task, course.situation.person)
    returning.return_for_rework(course, task, command.to, reason_of(command.reason))


def _mark_letter(course: Course, command: commands.MarkLetter) -> None:
    situation, letter = course.situation, course.situation.letter
    if letter is None:
        raise errors.NoSuchLetter
    if not permissions.may_mark_letters(course.case, situation.organisation, situation.person):
        raise errors.MayNotMarkLetter
    if (letter.sent is not None) == command.sent:
        raise errors.NothingChanges
    course.happens(
        events.LetterMarked(
            at=situation.now,
            by=situation.person,
            task_id=letter.task_id,
            number=letter.number,
            template=letter.template,
            sent=command.sent,
        )
    )


def _comment(course: Course, command: commands.AddComment) -> None:
    situation, text = course.situation, within(MAX_COMMENT, command.text)
    if not text and not command.files:
        raise errors.EmptyComment
    author = situation.person
    course.happens(events.CommentAdded(at=situation.now, by=author, text=text, files=command.files))
    workers = [task.assignee for task in course.case.open_tasks() if task.assignee is not None]
    for person in dict.fromkeys([course.case.opened_by, *workers]):
        if person != author:
            values = {"person": author, "text": text, "files": str(len(command.files))}
            course.notices.append(PersonalNotice(kind=NoticeKind.COMMENT, person=person, values=values))


def _switch_stage(course: Course, command: commands.SwitchStage) -> None:
    _check_active(course.case)
    left_out.switch(course, command.stage, off=command.off)


def _cancel(course: Course, command: commands.CancelCase) -> None:
    situation = course.situation
    _check_active(course.case)
    if not permissions.may_cancel(course.case, situation.definition, situation.organisation, situation.person):
        raise errors.MayNotCancel
    closing.cancel(course, reason_of(command.reason))


def _fire(course: Course, command: commands.FireTimer) -> None:
    task, situation = course.task(command.task_id), course.situation
    if command.kind is TimerKind.LATE:
        if is_late(task, situation.now) and command.generation == ANY_OFFER:
            course.happens(events.TaskBecameLate(at=situation.now, by=None, task_id=task.id))
        return
    if task.status is not TaskStatus.READY or task.generation != command.generation:
        return
    waited = {"seconds": str(int((situation.now - task.offered_at).total_seconds()))}
    notice: Notice
    if command.kind is TimerKind.REMIND:
        course.happens(events.DepartmentReminded(at=situation.now, by=None, task_id=task.id))
        notice = DepartmentNotice(
            kind=NoticeKind.UNCLAIMED_REMINDER, department=task.department, task_id=task.id, values=waited
        )
    else:
        head = situation.organisation.heads(task.department)[0]
        course.happens(events.HeadTold(at=situation.now, by=None, task_id=task.id, head=head))
        notice = PersonalNotice(kind=NoticeKind.UNCLAIMED_ESCALATION, person=head, task_id=task.id, values=waited)
    course.notices.append(notice)
    opener = course.case.opened_by
    if command.kind is TimerKind.ESCALATE and opener not in situation.organisation.heads(task.department):
        course.notices.append(PersonalNotice(kind=NoticeKind.STANDS_STILL, person=opener, task_id=task.id))


def _review(course: Course, command: commands.ReviewTask) -> None:
    review(course, command.task_id)
    task = course.task(command.task_id)
    if not task.is_unfinished:
        flow.part_done(course, course.stage(task.stage), task.visit)


_DECIDERS: dict[type[Any], Callable[[Course, Any], None]] = {
    commands.ClaimTask: claim,
    commands.ReleaseTask: release,
    commands.ReassignTask: reassign,
    commands.SaveDraft: _save_draft,
    commands.HoldForm: lambda course, command: holding.hold(course, command, _complete),
    commands.AskForField: holding.ask,
    commands.AnswerField: lambda course, command: holding.answer(course, command, _complete),
    commands.TickItem: _tick,
    commands.CompleteTask: _complete,
    commands.ReturnTask: _return,
    commands.MarkLetter: _mark_letter,
    commands.AddComment: _comment,
    commands.CancelCase: _cancel,
    commands.SwitchStage: _switch_stage,
    commands.FireTimer: _fire,
    commands.ReviewTask: _review,
}
