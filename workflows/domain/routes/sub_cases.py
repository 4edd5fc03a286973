"""Stages that a case of another process does: facts are handed over to it, and it is waited for, or not."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain import events
from workflows.domain.assignment import offers
from workflows.domain.assignment.asking_cases import ask_case
from workflows.domain.case import Case, CaseIdentity, ClientRef, Parent, TaskStatus
from workflows.domain.decision import Course, Decision, OpenSubCase, Situation
from workflows.domain.definition import FieldType, Outcome, Stage, SubCase, WorkflowDefinition
from workflows.domain.evolve import opened
from workflows.domain.facts.conditions import open_outcomes
from workflows.domain.facts.values import readable
from workflows.domain.forms.defaults import as_answer
from workflows.domain.ids import FieldName, TaskId
from workflows.domain.routes import ways
from workflows.domain.visits import visits


def ask(
    course: Course,
    stage: Stage,
    work: SubCase,
    came_from: tuple[TaskId, ...],
    gone: tuple[Outcome, ways.Taken] | None = None,
) -> TaskId:
    """Have a stage done by a case of another process; with the ways that are *gone* it is not waited for."""
    return ask_case(
        course,
        offers.next_task(course.case),
        stage,
        work,
        came_from,
        visit=course.case.visits(stage.id) + 1,
        outcome=None if gone is None else gone[0],
        targets=() if gone is None else tuple(target for target, _ in gone[1]),
    )


def onward(course: Course, stage: Stage) -> tuple[Outcome, ways.Taken] | None:
    """Return how a case goes on without waiting: the first outcome that is open, and the ways that are taken."""
    case, definition = course.case, course.situation.definition
    visit = case.visits(stage.id) + 1
    for outcome in open_outcomes(stage, definition, case.values, course.around(visit))[:1]:
        opened_ways = ways.open_targets(course, outcome.targets, case.values, visit)
        if taken := ways.within_limits(case, definition, opened_ways):
            return outcome, taken
    return None


def open_for(identity: CaseIdentity, request: OpenSubCase, parent: Case, situation: Situation) -> Decision:
    """Open a case for a task of another one: its start stage is offered, with the facts that were handed over.

    The client of the parent is handed over too. Whoever acts has opened it; where nobody does, the parent's opener.
    """
    definition = situation.definition
    values = received(definition, request, parent.client)
    client = next((f.name for f in definition.fields() if f.type is FieldType.CLIENT and f.name in values), None)
    opening = events.CaseOpened(
        at=situation.now,
        by=situation.actor or parent.opened_by,
        case_id=identity.id,
        number=identity.number,
        process=definition.id,
        version=definition.version,
        client=None if client is None else _client(values[client]),
        parent=Parent(task=request.task_id, number=parent.number),
        values=values,
    )
    course = Course(case=opened(opening), situation=situation, events=[opening])
    offers.begin(course, definition.stages[definition.start], ())
    return course.decision()


def received(
    definition: WorkflowDefinition, request: OpenSubCase, client: ClientRef | None
) -> Mapping[FieldName, object]:
    """Return the facts that a case begins with: those that are answers to its own questions."""
    values: dict[FieldName, object] = {}
    for field in definition.fields():
        handed = request.handed.get(field.name)
        if field.type is FieldType.CLIENT and handed is None and client is not None:
            handed = {"id": client.id, "name": client.name}
        if isinstance(handed, Decimal) and field.type is FieldType.MONEY:
            handed = handed.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        answer = as_answer(field, handed) if field.name in request.computed else handed
        value = None if answer is None else readable(field, answer)
        if value is not None:
            values[field.name] = value
    return values


def _client(value: object) -> ClientRef | None:
    return ClientRef(id=value["id"], name=value["name"]) if isinstance(value, Mapping) else None


def link(course: Course, task_id: TaskId, sub_case: Case) -> None:
    """Record which case does a task."""
    situation = course.situation
    course.happens(
        events.SubCaseOpened(at=situation.now, by=None, task_id=task_id, case_id=sub_case.id, number=sub_case.number)
    )


def stop_waiting(course: Course, task_id: TaskId, because: events.Undecided) -> None:
    """Have people do the stage of a task that waits for a case, and tell the head.

    Where it was not waited for, the head is told that the case could not be opened.
    """
    task = course.task(task_id)
    if task.status is not TaskStatus.SUSPENDED:
        offers.ask_for_decision(course, task_id, because)
        return
    course.happens(events.SubCaseStopped(at=course.situation.now, by=None, task_id=task_id, because=because))
    part = task.part
    if part is not None:
        part = replace(part, number=len(visits.parts_of(course.case, task.stage, task.visit)) + 1)
    again = offers.offer(course, course.stage(task.stage), task.came_from, visit=task.visit, part=part)
    offers.ask_for_decision(course, again, because)
