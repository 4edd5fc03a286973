"""Whether cases can run through a process: every stage is reached, every path ends, every join can be satisfied.

All paths are simulated: a state is which stages are open, which stages have handed over to which join since their
latest visit (as `workflows.domain.flow` counts it), and whether an end was reached. Conditions are not evaluated, so
each outcome counts as possible. A process with more than MAX_STATES states is not simulated to the end; then only
certain problems are reported.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace

from workflows.definitions.expressions.compile import names_in
from workflows.definitions.expressions.value_types import VISIT
from workflows.definitions.problems import Problem, listing
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.schema import ProcessKeys
from workflows.domain.definition import Closing, Outcome, Stage, WorkflowDefinition
from workflows.domain.ids import EndId, OutcomeId, StageId
from workflows.domain.rounds import stages_behind

MAX_STATES = 4000
MOST_VISITS = 100
"""How many visits of a stage are tried on its conditions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What is open, which (stage, joining stage) pairs have handed over, and whether an end was reached."""

    open: frozenset[StageId]
    arrived: frozenset[tuple[StageId, StageId]] = frozenset()
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What the simulation found: the stages that began, the outcomes that leave a case stuck, and if it is complete."""

    begun: frozenset[StageId]
    stuck: frozenset[tuple[StageId, OutcomeId]]
    complete: bool


def check_flow(process: Parsed[ProcessKeys], definition: WorkflowDefinition) -> Iterator[Problem]:
    """Iterate over the problems: stages that are never reached, cannot end or wait for ever, cases that never close."""
    nexts = leads_to(definition)
    reached = reachable(definition.start, nexts)
    ending = _can_end(definition, nexts)
    # What else is wrong may follow from a wrong join, and puzzles whoever reads it before.
    wrong_joins = [p for stage in definition.stages.values() for p in _check_join(process, definition, nexts, stage)]
    if wrong_joins:
        yield from wrong_joins
        return
    played = play(definition)
    for name, stage in definition.stages.items():
        at = ("stages", name)
        if not stage.outcomes:
            yield process.problem(
                at,
                f"этап «{name}» — тупик: у него нет решений; добавьте outcomes",
                f'the stage "{name}" is a dead end: it has no outcomes; add outcomes',
            )
        elif name not in ending:
            yield process.problem(
                at,
                f"из этапа «{name}» нельзя прийти к завершению; направьте одно из решений к завершению из ends",
                f'no end can be reached from the stage "{name}"; let an outcome lead towards one of the ends',
            )
        if name not in reached:
            yield process.problem(
                at,
                f"до этапа «{name}» нельзя дойти; укажите его в to: другого этапа или удалите",
                f'the stage "{name}" can never be reached; name it in the to: of another stage or delete it',
            )
        elif stage.joins:
            yield from _check_waiting(process, stage, played)
        yield from _check_first_visit(process, stage)
        yield from _check_ways_back(process, definition, stage)
    yield from _check_ends(process, definition, reached)
    for stuck, outcome in sorted(played.stuck):
        yield process.problem(
            ("stages", stuck, "outcomes", outcome),
            f"после решения «{outcome}» дело может остаться без работы и без завершения: следующий этап ждёт того, "
            "кто уже не передаст; направьте другие решения тоже к нему или к завершению",
            f'after the outcome "{outcome}" a case may have no work left and no end: the next stage waits for one that '
            "will not hand over any more; let the other outcomes lead there too, or to an end",
        )


def leads_to(definition: WorkflowDefinition) -> dict[StageId, frozenset[StageId]]:
    """Return the stages that follow each stage at once."""
    return {
        name: frozenset(StageId(t.to) for o in stage.outcomes for t in o.targets if t.to in definition.stages)
        for name, stage in definition.stages.items()
    }


def reachable(start: StageId, nexts: dict[StageId, frozenset[StageId]], without: StageId | None = None) -> Set[StageId]:
    """Return the stages that can be reached from *start*, itself included, without passing *without*."""
    found: set[StageId] = set()
    waiting = [start]
    while waiting:
        stage = waiting.pop()
        if stage not in found and stage != without:
            found.add(stage)
            waiting.extend(nexts[stage])
    return found


def play(definition: WorkflowDefinition) -> Played:
    """Simulate every path that a case can take."""
    first = _State(open=frozenset({definition.start}))
    seen, waiting = {first}, [first]
    begun: set[StageId] = {definition.start}
    stuck: set[tuple[StageId, OutcomeId]] = set()
    while waiting and len(seen) <= MAX_STATES:
        state = waiting.pop()
        for name in sorted(state.open):
            for outcome in definition.stages[name].outcomes:
                after = _after(definition, state, name, outcome)
                if after is None:
                    continue
                if not (after.open or after.ended):
                    stuck.add((name, outcome.id))
                if after not in seen:
                    seen.add(after)
                    begun |= after.open
                    waiting.append(after)
    return Played(begun=frozenset(begun), stuck=frozenset(stuck), complete=not waiting)


def _after(definition: WorkflowDefinition, state: _State, name: StageId, outcome: Outcome) -> _State | None:
    """Return the state after an outcome; None when the case is over at once."""
    opened = set(state.open - {name})
    arrived = {(stage, joining) for stage, joining in state.arrived if stage != name}
    ended = state.ended
    to_stages = [StageId(target.to) for target in outcome.targets if target.to in definition.stages]
    arrived |= {(name, to) for to in to_stages if name in definition.stages[to].joins}
    for target in outcome.targets:
        end = definition.ends.get(EndId(target.to))
        if end is not None and end.closes is Closing.CASE_AT_ONCE:
            return None
        ended = ended or end is not None
    for to in to_stages:
        if to not in opened and all((joined, to) in arrived for joined in definition.stages[to].joins):
            opened.add(to)
            arrived = {(stage, joining) for stage, joining in arrived if stage != to}
    return _State(open=frozenset(opened), arrived=frozenset(arrived), ended=ended)


def _can_end(definition: WorkflowDefinition, nexts: dict[StageId, frozenset[StageId]]) -> Set[StageId]:
    """Return the stages from which some end can be reached."""
    ending = {
        name
        for name, stage in definition.stages.items()
        if any(target.to in definition.ends for outcome in stage.outcomes for target in outcome.targets)
    }
    while more := {name for name, following in nexts.items() if name not in ending and following & ending}:
        ending |= more
    return ending


def _check_join(
    process: Parsed[ProcessKeys],
    definition: WorkflowDefinition,
    nexts: dict[StageId, frozenset[StageId]],
    stage: Stage,
) -> Iterator[Problem]:
    """Iterate over the stages that a join names although it cannot wait for them."""
    before = reachable(definition.start, nexts, without=stage.id)
    for index, joined in enumerate(stage.joins):
        at = ("stages", stage.id, "join", index)
        if stage.id not in nexts[joined]:
            yield process.problem(
                at,
                f"«{stage.id}» ждёт этапа «{joined}», а тот никогда сюда не передаёт; "
                f"добавьте «{stage.id}» в его to: или уберите «{joined}» из join",
                f'"{stage.id}" waits for the stage "{joined}", which never leads here; '
                f'add "{stage.id}" to its to: or remove "{joined}" from the join',
            )
        elif joined not in before:
            yield process.problem(
                at,
                f"«{stage.id}» ждёт этапа «{joined}», а до того можно дойти только после «{stage.id}» или никак; "
                f"уберите «{joined}» из join",
                f'"{stage.id}" waits for the stage "{joined}", which only comes after "{stage.id}" or never; '
                f'remove "{joined}" from the join',
            )


def _check_waiting(process: Parsed[ProcessKeys], stage: Stage, played: Played) -> Iterator[Problem]:
    """Yield a problem when the stages of a join never come together in one case."""
    if played.complete and stage.id not in played.begun:
        yield process.problem(
            ("stages", stage.id, "join"),
            f"этапы {listing(stage.joins)} не бывают в одном деле вместе, и «{stage.id}» их не дождётся; "
            "направьте к ним обоим одно решение (to: с несколькими этапами) или уберите join",
            f'the stages {listing(stage.joins)} never come together in one case, and "{stage.id}" waits in vain; '
            "let one outcome lead to all of them (several stages in its to:) or remove the join",
        )


def _check_first_visit(process: Parsed[ProcessKeys], stage: Stage) -> Iterator[Problem]:
    """Yield a problem when no outcome can be chosen at the first visit, as far as `visit` alone decides it."""
    conditions = [outcome.when for outcome in stage.outcomes if outcome.when is not None]
    if not stage.outcomes or len(conditions) < len(stage.outcomes):
        return
    if all(names_in(when.source) <= {VISIT} and not when.holds({VISIT: 1}) for when in conditions):
        yield process.problem(
            ("stages", stage.id, "outcomes"),
            f"при первом посещении этапа «{stage.id}» нельзя выбрать ни одного решения; "
            "уберите when у одного из них или напишите «visit == 1»",
            f'at the first visit to the stage "{stage.id}" no outcome can be chosen; '
            'remove the when of one of them or write "visit == 1"',
        )


def _check_ways_back(process: Parsed[ProcessKeys], definition: WorkflowDefinition, stage: Stage) -> Iterator[Problem]:
    """Yield a problem for each outcome that sends a case back for good, as far as `visit` alone decides it."""
    for outcome in stage.outcomes:
        for to in stages_behind(outcome, stage, definition):
            behind = definition.stages[to]
            later = replace(behind, outcomes=tuple(filter(_is_open_later, behind.outcomes)))
            ways = leads_to(replace(definition, stages={**definition.stages, to: later}))
            if stage.id not in reachable(to, ways):
                yield process.problem(
                    ("stages", stage.id, "outcomes", outcome.id),
                    f"решение «{outcome.id}» возвращает дело на этап «{to}», а с него при повторном прохождении уже не "
                    f"попасть на «{stage.id}»; добавьте этапу «{to}» решение, которое ведёт обратно "
                    "(например, с when: visit > 1)",
                    f'the outcome "{outcome.id}" sends a case back to the stage "{to}", from which a later visit '
                    f'cannot come to "{stage.id}" again; give the stage "{to}" an outcome that leads back '
                    "(for example with when: visit > 1)",
                )


def _is_open_later(outcome: Outcome) -> bool:
    """Whether an outcome can be chosen at some later visit, as far as `visit` alone decides it."""
    when = outcome.when
    if when is None or names_in(when.source) != {VISIT}:
        return True
    return any(when.holds({VISIT: visit}) for visit in range(2, MOST_VISITS))


def _check_ends(
    process: Parsed[ProcessKeys], definition: WorkflowDefinition, reached: Iterable[StageId]
) -> Iterator[Problem]:
    ends = {t.to for name in reached for o in definition.stages[name].outcomes for t in o.targets}
    if not any(end.closes is not Closing.BRANCH and end.id in ends for end in definition.ends.values()):
        yield process.problem(
            ("ends",),
            "ни одно решение не завершает дело; направьте одно из них к завершению с closes: case или case_at_once",
            "no outcome completes the case; let one of them lead to an end with closes: case or case_at_once",
        )
