"""The exploration of a process and the cases that walk through it agree where a case can come, and whether it ends."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.definitions.test_flow import process
from tests.domain.walk import (
    COMPANY,
    NOON,
    PAVEL,
    SALES,
    Walk,
    a_field,
    a_process,
    a_stage,
    an_outcome,
    open_walk,
    raw,
    when,
)
from workflows.definitions.check.paths.flow import check_flow, walked
from workflows.definitions.check.paths.soundness import Explored, explore
from workflows.domain import commands, errors
from workflows.domain.case import Case, CaseStatus
from workflows.domain.compiled import Condition
from workflows.domain.decide import decide
from workflows.domain.decision import Situation
from workflows.domain.definition import (
    Closing,
    FieldType,
    JoinNeed,
    Outcome,
    Stage,
    Target,
    VisitLimit,
    WorkflowDefinition,
)
from workflows.domain.ids import OutcomeId, StageId
from workflows.domain.routes.ways import began_without
from workflows.domain.text import Text

ENDS = {"over": Closing.CASE, "branch_over": Closing.BRANCH, "now": Closing.CASE_AT_ONCE}
FLAG = when("flag", lambda facts: facts.get("flag") is True)
NO_FLAG = when("not flag", lambda facts: facts.get("flag") is not True)
EXAMPLES = 40
MOST_STATES = 300
MOST_STEPS = 8
MOST_LOOKED_AT = 60


@st.composite
def processes(draw: st.DrawFn) -> WorkflowDefinition:
    """Draw a process with every kind of way: conditions, joins of every need, stages left out, ends of loops."""
    names = [f"s{number}" for number in range(draw(st.integers(min_value=2, max_value=4)))]
    places = st.sampled_from([*names, *ENDS])

    def outcome(number: int) -> Outcome:
        to = draw(st.lists(places, min_size=1, max_size=3, unique=True))
        conditions: list[Condition | None] = [draw(st.sampled_from([None, None, FLAG, NO_FLAG])) for _ in to]
        if None not in conditions:
            conditions[0] = None
        targets = tuple(Target(to=StageId(each), when=held) for each, held in zip(to, conditions, strict=True))
        name = f"o{number}"
        return Outcome(id=OutcomeId(name), title=Text.same(name), targets=targets, requires=())

    def stage(name: str, *, is_first: bool) -> Stage:
        made = a_stage(
            name,
            SALES,
            *(outcome(number) for number in range(draw(st.integers(min_value=1, max_value=2)))),
            form=(a_field("flag", FieldType.YES_NO),),
        )
        if is_first:
            return made
        joins = draw(st.lists(st.sampled_from(names), max_size=3, unique=True)) if draw(st.booleans()) else []
        need: JoinNeed | int = draw(st.sampled_from([JoinNeed.ALL, JoinNeed.BEGUN]))
        if draw(st.booleans()):
            need = draw(st.integers(min_value=1, max_value=max(len(joins), 1)))
        limit = VisitLimit(visits=2, otherwise=Target(to=StageId(draw(places))))
        return replace(
            made,
            joins=tuple(map(StageId, joins)),
            need=need if joins else JoinNeed.ALL,
            skip_when=draw(st.sampled_from([None, None, None, FLAG])),
            at_most=limit if draw(st.integers(min_value=0, max_value=4)) == 0 and limit.otherwise.to != name else None,
        )

    first, *rest = (stage(name, is_first=number == 0) for number, name in enumerate(names))
    return a_process(first, *rest, ends=ENDS)


def moves(case: Case, definition: WorkflowDefinition) -> Iterator[tuple[str, str, bool]]:
    """Iterate over what can be done in a case: a stage, one of its outcomes, and the answer."""
    for task in case.open_tasks():
        for outcome in definition.stages[task.stage].outcomes:
            yield task.stage, outcome.id, True
            yield task.stage, outcome.id, False


def after(case: Case, definition: WorkflowDefinition, move: tuple[str, str, bool]) -> Case | None:
    """Return a case after somebody has done a move; None where it is refused."""
    stage, outcome, flag = move
    situation = Situation(definition=definition, organisation=COMPANY, actor=PAVEL, now=NOON)
    task = case.latest(StageId(stage))
    assert task is not None
    claimed = decide(case, commands.ClaimTask(task_id=task.id), situation).case
    done = commands.CompleteTask(task_id=task.id, outcome=OutcomeId(outcome), values=raw(flag=flag))
    try:
        return decide(claimed, done, situation).case
    except errors.NoWayOpen:
        return None


def seen_as(case: Case, definition: WorkflowDefinition) -> tuple[object, ...]:
    """Return what the exploration sees of a case."""
    early = [s for s in definition.stages.values() if s.joins and s.need is not JoinNeed.ALL]
    opened = frozenset(
        (task.stage, frozenset(each.id for each in early if began_without(case, each, task)))
        for task in case.open_tasks()
    )
    reached = [definition.ends[to] for t in case.tasks.values() for to in t.went_to if to in definition.ends]  # type: ignore[index]  # ends are compared by their ids
    return opened, bool(reached), any(end.closes is Closing.CASE for end in reached)


def choices(_stage: Stage, outcome: Outcome) -> Sequence[tuple[Target, ...]]:
    """Return the targets that are open with one answer, and those with the other: never both or none of the two."""
    open_with = [tuple(target for target in outcome.targets if target.when in (None, held)) for held in (FLAG, NO_FLAG)]
    return [targets for targets in dict.fromkeys(open_with) if targets]


def passes_by_answer(definition: WorkflowDefinition) -> bool:
    """Whether a stage that is left out leads on by the very answer: the exploration does not keep it."""
    return any(
        stage.skip_when is not None and any(t.when is not None for o in stage.outcomes for t in o.targets)
        for stage in definition.stages.values()
    )


def states(explored: Explored) -> set[tuple[object, ...]]:
    return {(state.open, state.has_ended, state.is_closing) for state in explored.ways}


def can_end(case: Case, definition: WorkflowDefinition) -> bool | None:
    """Whether some moves end a case; None when that is not found out within MOST_LOOKED_AT states."""
    known = {key(case, definition)}
    waiting = deque([case])
    while waiting:
        each = waiting.popleft()
        if each.status is not CaseStatus.ACTIVE:
            return True
        for move in moves(each, definition):
            then = after(each, definition, move)
            if then is not None and (mark := key(then, definition)) not in known:
                known.add(mark)
                waiting.append(then)
        if len(known) > MOST_LOOKED_AT:
            return None
    return False


def key(case: Case, definition: WorkflowDefinition) -> tuple[object, ...]:
    visits = tuple(min(case.visits(stage), 3) for stage in definition.stages)
    latest = tuple((t.outcome, t.went_to) if (t := case.latest(stage)) else None for stage in definition.stages)
    return case.status, seen_as(case, definition), visits, latest


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=EXAMPLES)
@given(definition=processes(), data=st.data())
def test_wherever_a_case_walks_the_exploration_has_been_and_both_agree_that_it_can_end(
    definition: WorkflowDefinition, data: st.DataObject
) -> None:
    explored = explore(definition, choices, most=MOST_STATES)
    if not explored.complete:
        return
    been = states(explored)
    first = data.draw(st.sampled_from([outcome.id for outcome in definition.stages[definition.start].outcomes]))
    walk: Walk = open_walk(first, PAVEL, definition, flag=data.draw(st.booleans()))
    case, steps = walk.case, data.draw(st.integers(min_value=0, max_value=MOST_STEPS))
    for _ in range(steps):
        if case.status is not CaseStatus.ACTIVE:
            return
        assert seen_as(case, definition) in been
        case = after(case, definition, data.draw(st.sampled_from(list(moves(case, definition))))) or case
    if case.status is CaseStatus.ACTIVE and explored.endless is None and not passes_by_answer(definition):
        assert can_end(case, definition) is not False


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=EXAMPLES)
@given(definition=processes())
def test_where_the_exploration_says_that_a_case_never_ends_no_walk_ends_it(definition: WorkflowDefinition) -> None:
    explored = explore(definition, most=MOST_STATES)
    stages = definition.stages.values()
    is_plain = all(s.skip_when is None and all(t.when is None for o in s.outcomes for t in o.targets) for s in stages)
    if not is_plain or not explored.endless:
        return
    (_, first), *rest = explored.endless
    case = open_walk(first, PAVEL, definition, flag=False).case
    for stage, outcome in rest:
        case = after(case, definition, (stage, outcome, False)) or case

    assert can_end(case, definition) is not True


def test_a_way_is_told_in_the_words_of_the_process() -> None:
    parsed, definition = process("a -> b c", "b -> d", "c -> d", "c -> e", "e -> d", "d -> end", joins={"d": "b c"})

    found = [problem for problem in check_flow(parsed, definition) if "Such a way is:" in problem.en]

    assert found
    assert walked(definition, [(StageId("a"), OutcomeId("o0"))]).ru == "а — а"
    assert all(" — " in problem.en.partition("Such a way is:")[2] for problem in found)


def test_a_case_that_can_never_end_is_told_with_a_way_to_it() -> None:
    explored = explore(process("a -> b", "b -> b")[1])

    assert explored.endless is not None


@pytest.mark.parametrize("size", [20])
def test_a_process_of_twenty_stages_has_few_states(size: int) -> None:
    arrows = [f"s{n} -> s{n + 1}" for n in range(size - 1)] + [f"s{size - 1} -> end", f"s{size - 1} -> s0"]

    explored = explore(process(*arrows)[1])

    assert explored.complete
    assert len(explored.ways) <= 2 * size


def test_joins_in_vain_that_are_left_out_in_a_circle_are_explored_to_the_end() -> None:
    vain = {"skip_when": FLAG, "need": JoinNeed.ALL}
    definition = a_process(
        a_stage("a", SALES, an_outcome("on", "b")),
        a_stage("b", SALES, an_outcome("on", "c"), joins=(StageId("d"),), **vain),
        a_stage("c", SALES, an_outcome("on", "b"), joins=(StageId("d"),), **vain),
        a_stage("d", SALES, an_outcome("on", "over")),
        ends=ENDS,
    )

    explored = explore(definition)

    assert explored.stuck
    assert explored.unmet
