"""Where the work goes: which targets of an outcome are open, when a join begins, and where a loop ends."""

from collections.abc import Iterable, Iterator, Set

from workflows.domain import events
from workflows.domain.case import Case, Task, Values
from workflows.domain.decision import Course
from workflows.domain.definition import JoinNeed, Stage, Target, WorkflowDefinition
from workflows.domain.facts.conditions import holds
from workflows.domain.ids import EndId, StageId, TaskId
from workflows.domain.visits import visits

_BY_THEMSELVES = (events.StageSkipped, events.RuleApplied)

Taken = tuple[tuple[Target, tuple[StageId, ...]], ...]
"""The targets that are taken, each with the stages whose place it takes because they have had all their visits."""


def open_targets(course: Course, targets: Iterable[Target], values: Values, visit: int) -> tuple[Target, ...]:
    """Return the targets whose conditions hold with these facts."""
    ways = tuple(targets)
    if all(target.when is None for target in ways):
        return ways
    definition, seen = course.situation.definition, course.around(visit)
    return tuple(target for target in ways if holds(target.when, definition, values, seen))


def within_limits(
    case: Case, definition: WorkflowDefinition, targets: Iterable[Target], done: TaskId | None = None
) -> Taken:
    """Return each target, once, with the stages whose place it takes because they have had all their visits.

    The task that is being *done* is not unfinished any more.
    """
    under_way = {task.stage for task in case.unfinished_tasks() if task.id != done}
    found: dict[StageId | EndId, tuple[Target, tuple[StageId, ...]]] = {}
    for wanted in targets:
        target, instead_of = wanted, list[StageId]()
        while (instead := _instead(case, definition, target, under_way)) is not None and target.to not in instead_of:
            instead_of.append(StageId(target.to))
            target = instead
        found.setdefault(target.to, (target, tuple(instead_of)))
    return tuple(found.values())


def _instead(case: Case, definition: WorkflowDefinition, target: Target, under_way: Set[StageId]) -> Target | None:
    """Return what takes the place of a stage that has had all its visits and would have to begin again, else None."""
    stage = definition.stages.get(StageId(target.to))
    if stage is None or stage.at_most is None or stage.id in under_way:
        return None
    return None if case.visits(stage.id) < stage.at_most.visits else stage.at_most.otherwise


def ended_loops(course: Course, taken: Taken) -> Iterator[events.LoopEnded]:
    """Iterate over the ends of loops among the ways that are taken."""
    for target, instead_of in taken:
        for stage in instead_of:
            yield events.LoopEnded(
                at=course.situation.now,
                by=course.situation.actor,
                stage=stage,
                visits=course.case.visits(stage),
                to=target.to,
            )


def led_to(
    completed: events.TaskCompleted | events.VisitCompleted, happened: Iterable[events.Event]
) -> tuple[StageId | EndId, ...]:
    """Return where a decision led people: past the stages that nobody does."""
    past = {event.stage: event for event in happened if isinstance(event, _BY_THEMSELVES)}
    found: dict[StageId | EndId, None] = {}
    waiting, seen = list(completed.went_to), set[StageId | EndId]()
    while waiting:
        place = waiting.pop(0)
        passed = past.get(StageId(place))
        if passed is None:
            found[place] = None
        elif place not in seen:
            seen.add(place)
            waiting = [*passed.went_to, *waiting]
    return tuple(found)


def in_order(definition: WorkflowDefinition, targets: Iterable[Target]) -> tuple[Target, ...]:
    """Return the targets with those last that wait for whatever is begun: the others begin first."""

    def waits(target: Target) -> bool:
        stage = definition.stages.get(StageId(target.to))
        return stage is not None and stage.need is JoinNeed.BEGUN

    return tuple(sorted(targets, key=waits))


def begun_with(case: Case, giver: Task, stage: StageId) -> Task | None:
    """Return the task of a stage that began with the handover of *giver*, or None while it has not begun."""
    return next((task for task in case.tasks.values() if task.stage == stage and giver.id in task.came_from), None)


def missing_at(case: Case, definition: WorkflowDefinition, stage: StageId) -> tuple[StageId, ...]:
    """Return the stages that a join still waits for; none when it can begin."""
    joining = definition.stages[stage]
    missing = tuple(name for name in joining.joins if not hands_over(case, definition, name, stage))
    match joining.need:
        case JoinNeed.ALL:
            return missing
        case JoinNeed.BEGUN:
            unfinished = {task.stage for task in case.unfinished_tasks()}
            return tuple(name for name in joining.joins if name in unfinished)
    return missing if len(joining.joins) - len(missing) < joining.need else ()


def hands_over(case: Case, definition: WorkflowDefinition, giver: StageId, receiver: StageId) -> bool:
    """Whether the latest visit of a stage decided to hand over to another one.

    The outcome counts, not `went_to`: after rework, `went_to` omits a stage that already has its handover. Only where
    a condition or the end of a loop decides too, some task of the visit must have led there.
    """
    latest = visits.led_on(case, giver)
    if latest is None or latest.led_on_with is None:
        return False
    outcome = definition.stages[giver].outcome(latest.led_on_with)
    if outcome is None or not any(target.to == receiver for target in definition.possible_targets(outcome)):
        return False
    if definition.stages[receiver].at_most is None and any(
        t.to == receiver and t.when is None for t in outcome.targets
    ):
        return True
    of_visit = (task for task in case.tasks.values() if task.stage == giver and task.visit == latest.visit)
    return any(receiver in task.went_to for task in of_visit)


def _given_by(case: Case, stage: StageId) -> Task | None:
    """Return the task with which a stage hands over: that which led on from its latest visit, else the latest."""
    return visits.led_on(case, stage) or case.latest(stage)


def began_without(case: Case, stage: Stage, giver: Task) -> Task | None:
    """Return the task of a stage that began without waiting for *giver*, and that this handover comes too late for.

    A stage that needs only some handovers is not begun again by the others. It is by work that came after it, or that
    was repeated since: then the answer is None.
    """
    begun = case.latest(stage.id)
    if stage.need is JoinNeed.ALL or begun is None:
        return None
    places = {task_id: place for place, task_id in enumerate(case.tasks)}
    for origin in _origins(case, giver):
        is_repeated = case.tasks[origin].visit > 1 and places[origin] > places[begun.id]
        came_after = (case.tasks[origin].stage, case.tasks[origin].visit) == (begun.stage, begun.visit)
        if came_after or is_repeated:
            return None
    return begun


def _origins(case: Case, task: Task) -> frozenset[TaskId]:
    """Return a task and everything that led to it."""
    found: set[TaskId] = set()
    waiting = [task.id]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting.extend(case.tasks[each].came_from)
    return frozenset(found)


def waiting_joins(case: Case, definition: WorkflowDefinition) -> tuple[tuple[Stage, tuple[TaskId, ...]], ...]:
    """Return the joins that have not started, each with the handovers that wait there."""
    found = []
    latest = [task for name in definition.stages if (task := _given_by(case, name)) is not None]
    for stage in definition.stages.values():
        received = {came for task in case.tasks.values() if task.stage == stage.id for came in task.came_from}
        waiting = tuple(task.id for task in latest if stage.id in task.went_to and task.id not in received)
        if waiting:
            found.append((stage, waiting))
    return tuple(found)


def arrivals_at(case: Case, definition: WorkflowDefinition, stage: Stage) -> tuple[TaskId, ...]:
    """Return the handovers with which a join begins: those of the stages that it names, then others that wait there."""
    if not stage.joins:
        return ()
    named = stage.joins
    if stage.need is not JoinNeed.ALL:
        named = tuple(name for name in named if hands_over(case, definition, name, stage.id))
    together = (given.id for name in named if (given := _given_by(case, name)) is not None)
    waiting = (
        task_id for each, arrived in waiting_joins(case, definition) if each.id == stage.id for task_id in arrived
    )
    return (*together, *waiting)


def ready_joins(course: Course) -> tuple[tuple[Stage, tuple[TaskId, ...]], ...]:
    """Return the joins that wait for whatever was begun, and for which nothing that was begun is left."""
    case, definition = course.case, course.situation.definition
    if all(stage.need is not JoinNeed.BEGUN for stage in definition.stages.values()):
        return ()
    return tuple(
        (stage, arrivals)
        for stage, arrivals in waiting_joins(case, definition)
        if stage.need is JoinNeed.BEGUN and not missing_at(case, definition, stage.id)
    )
