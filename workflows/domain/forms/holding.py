"""Forms that are sent before they are complete: they wait, others are asked for what is missing, and then they go."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from workflows.domain import commands, errors, events, permissions
from workflows.domain.case import Asked, Held, Task
from workflows.domain.decision import Course
from workflows.domain.definition import Field, Outcome, Stage
from workflows.domain.errors import FormInvalid
from workflows.domain.facts.values import problem_of
from workflows.domain.forms.asking import answers_over
from workflows.domain.forms.completeness import Meter, can_be_asked_for, meter, who_knows
from workflows.domain.forms.one_press import must_be_seen
from workflows.domain.ids import FieldName, OutcomeId, TaskId
from workflows.domain.notices import DepartmentNotice, NoticeKind, PersonalNotice
from workflows.domain.visits import rework, visits

Complete = Callable[[Course, commands.CompleteTask], None]


def hold(course: Course, command: commands.HoldForm, complete: Complete) -> None:
    """Keep a form that lacks answers until it has them; one that lacks nothing is sent at once.

    Those who gave a missing answer at another stage are asked for it.
    """
    task = course.task(command.task_id)
    permissions.check_assignee(course.case, task, course.situation.person)
    stage, outcome = _decided(course, task, command.outcome)
    lacking = _meter(course, task, stage, outcome, command.values)
    if not lacking.missing:
        values = command.values
        complete(course, commands.CompleteTask(task_id=task.id, outcome=outcome.id, values=values))
        return
    begin(course, task.id, outcome, lacking)


def begin(course: Course, task_id: TaskId, outcome: Outcome, lacking: Meter) -> None:
    """Have a form wait for its missing answers, and ask those who gave one at another stage."""
    _held(course, task_id, outcome, lacking)
    task, case = course.task(task_id), course.case
    stage = course.stage(task.stage)
    if task.assignee is not None:
        course.notices.append(PersonalNotice(kind=NoticeKind.FORM_INCOMPLETE, person=task.assignee, task_id=task_id))
    for field in stage.form:
        if field.name in lacking.missing and can_be_asked_for(field):
            known = who_knows(field.name, case, task, course.situation.definition)
            for person in known.people:
                if person in course.situation.organisation.people:
                    _asked(course, commands.AskForField(task_id=task_id, field=field.name, person=person))


def ask(course: Course, command: commands.AskForField) -> None:
    """Ask a person or a department for the answer to one question of a form."""
    task, organisation = course.task(command.task_id), course.situation.organisation
    permissions.check_assignee(course.case, task, course.situation.person)
    field = _field(course, task, command.field)
    if not can_be_asked_for(field):
        raise errors.FieldCannotBeAsked(field=field.name)
    if (command.person is None) == (command.department is None):
        raise errors.NobodyToAsk
    if command.person is not None and command.person not in organisation.people:
        raise errors.UnknownPerson(person_id=command.person)
    if command.department is not None and command.department not in organisation.departments:
        raise errors.NobodyToAsk
    if command.person == course.situation.person or any(_is_same(each, command) for each in task.asked):
        raise errors.NothingChanges
    _asked(course, command)


def answer(course: Course, command: commands.AnswerField, complete: Complete) -> None:
    """Give the answer that one was asked for; a form that waits for nothing else is sent now.

    The answer is in the `values` of the command, with the rest of the draft.
    """
    task, person = course.task(command.task_id), course.situation.person
    permissions.check_open_task(course.case, task)
    field = _field(course, task, command.field)
    if not is_asked_of(course, task, field.name):
        raise errors.NotAsked
    problem = problem_of(replace(field, required=True), command.values.get(field.name))
    if problem is not None:
        raise FormInvalid(problems={field.name: problem})
    course.happens(events.FieldAnswered(at=course.situation.now, by=person, task_id=task.id, field=field.name))
    if task.assignee is not None and task.assignee != person:
        values = {"person": person, "field": field.name}
        course.notices.append(
            PersonalNotice(kind=NoticeKind.FIELD_ANSWERED, person=task.assignee, task_id=task.id, values=values)
        )
    if recount(course, task.id, command.values):
        _send(course, task.id, command.values, complete)


def is_asked_of(course: Course, task: Task, field: FieldName) -> bool:
    """Whether who acts was asked for the answer to a question, alone or with a department."""
    person, organisation = course.situation.person, course.situation.organisation
    return any(
        asked.field == field
        and (
            asked.person == person
            or (asked.department is not None and organisation.is_candidate(person, asked.department))
        )
        for asked in task.asked
    )


def recount(course: Course, task_id: TaskId, answers: Mapping[FieldName, object]) -> bool:
    """Keep up what a form that waits still lacks; return whether it waits for nothing any more."""
    task = course.task(task_id)
    if task.held is None:
        return False
    stage = rework.stage_of(course.case, task, course.situation.definition)
    outcome = stage.outcome(task.held.outcome)
    if outcome is None:
        return False
    lacking = _meter(course, task, stage, outcome, answers)
    if lacking.missing != task.held.missing or len(lacking.needed) != task.held.needed:
        _held(course, task_id, outcome, lacking)
    return not lacking.missing


def _send(course: Course, task_id: TaskId, answers: Mapping[FieldName, object], complete: Complete) -> None:
    """Send a form that is complete now, as whoever has its task decided; what is in the way is left to that person."""
    task = course.task(task_id)
    assert task.held is not None  # only a form that waits is sent
    _, outcome = _decided(course, task, task.held.outcome)
    if must_be_seen(outcome) or task.assignee is None:
        return
    trial = Course(
        case=course.case,
        situation=replace(course.situation, actor=task.assignee),
        events=list(course.events),
        timers=list(course.timers),
        notices=list(course.notices),
        letters=list(course.letters),
    )
    try:
        complete(trial, commands.CompleteTask(task_id=task.id, outcome=outcome.id, values=answers))
    except errors.Refusal:
        # An item of the check list is open, or another outcome has to be chosen: the notice says that it waits.
        return
    course.case, course.events, course.timers = trial.case, trial.events, trial.timers
    course.notices, course.letters = trial.notices, trial.letters


def _decided(course: Course, task: Task, chosen: OutcomeId) -> tuple[Stage, Outcome]:
    stage = rework.stage_of(course.case, task, course.situation.definition)
    outcome = stage.outcome(chosen)
    if outcome is None:
        raise errors.UnknownOutcome(outcome=chosen)
    return stage, outcome


def _meter(course: Course, task: Task, stage: Stage, outcome: Outcome, answers: Mapping[FieldName, object]) -> Meter:
    definition = course.situation.definition
    before = visits.facts_for(course.case, task, definition)
    raw = answers_over(stage.form, before, answers, task.visit)
    return meter(stage, outcome, definition, before=before, answers=raw, around=course.around(task.visit))


def _held(course: Course, task_id: TaskId, outcome: Outcome, lacking: Meter) -> None:
    held = Held(outcome=outcome.id, missing=lacking.missing, needed=len(lacking.needed))
    course.happens(events.FormHeld(at=course.situation.now, by=course.situation.actor, task_id=task_id, held=held))


def _field(course: Course, task: Task, name: FieldName) -> Field:
    stage = rework.stage_of(course.case, task, course.situation.definition)
    field = next((each for each in stage.form if each.name == name), None)
    if field is None:
        raise errors.FieldCannotBeAsked(field=name)
    return field


def _is_same(asked: object, command: commands.AskForField) -> bool:
    return asked == _entry(command)


def _entry(command: commands.AskForField) -> Asked:
    return Asked(field=command.field, person=command.person, department=command.department)


def _asked(course: Course, command: commands.AskForField) -> None:
    situation = course.situation
    course.happens(
        events.FieldAsked(at=situation.now, by=situation.actor, task_id=command.task_id, asked=_entry(command))
    )
    values = {"person": situation.actor or "", "field": command.field}
    if command.person is not None:
        course.notices.append(
            PersonalNotice(kind=NoticeKind.FIELD_ASKED, person=command.person, task_id=command.task_id, values=values)
        )
    elif command.department is not None:
        course.notices.append(
            DepartmentNotice(
                kind=NoticeKind.FIELD_ASKED, department=command.department, task_id=command.task_id, values=values
            )
        )
