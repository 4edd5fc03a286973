"""Every state that a case can come to, explored as `workflows.domain.routes.flow` moves cases, up to MAX_STATES.

A state is which stages are under way, which handovers count at which joins, which of them wait there, how often stages
with a limit were visited, and which ends were reached. Answers are not known, so each outcome counts as possible, and
of conditional targets each set that the conditions can leave open.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from workflows.domain.definition import Closing, JoinNeed, Outcome, Stage, Target, WorkflowDefinition
from workflows.domain.ids import EndId, OutcomeId, StageId
from workflows.domain.routes.left_out import outcome_of

MAX_STATES = 4000
_MOST_CONDITIONAL = 4
"""Of how many conditional targets every set is tried; of more, each alone and all together."""
_DEEPEST = 20
"""How many stages in a row are left out at most."""

Marks = frozenset[StageId]
"""The joins that began without waiting for a piece of work that was under way (`ways.began_without`)."""
Step = tuple[StageId, OutcomeId]
Choices = Callable[[Stage, Outcome], Sequence[tuple[Target, ...]]]
"""The sets of targets that an outcome of a stage can lead to."""


@dataclass(frozen=True, slots=True)
class State:
    """`open` are the stages under way with their marks.

    `arrived` are the (stage, join) pairs whose latest visit hands over; `waiting` those handovers that wait at a join,
    with their marks.
    """

    open: frozenset[tuple[StageId, Marks]]
    arrived: frozenset[tuple[StageId, StageId]] = frozenset()
    waiting: frozenset[tuple[StageId, StageId, Marks]] = frozenset()
    visits: frozenset[tuple[StageId, int]] = frozenset()
    seen: frozenset[StageId] = frozenset()
    has_ended: bool = False
    is_closing: bool = False

    @property
    def stages(self) -> frozenset[StageId]:
        """Return the stages under way."""
        return frozenset(name for name, _ in self.open)


@dataclass(slots=True, kw_only=True)
class Explored:
    """What was found: the steps that lead to each state, and the states in which something is wrong.

    `stuck` leave no work and no end, but for a join that waits in vain; `unmet` begin a join without those that it
    waits for; `lost` close the case while a handover waits; each by the last step, with the path to it.
    """

    ways: dict[State, tuple[State, Step] | None]
    begun: set[StageId] = field(default_factory=set)
    stuck: dict[Step, tuple[Step, ...]] = field(default_factory=dict)
    unmet: dict[Step, tuple[tuple[Step, ...], StageId]] = field(default_factory=dict)
    lost: dict[Step, tuple[tuple[Step, ...], StageId]] = field(default_factory=dict)
    endless: tuple[Step, ...] | None = None
    complete: bool = True

    def path(self, state: State) -> tuple[Step, ...]:
        """Return the shortest way to a state."""
        steps: list[Step] = []
        while (came := self.ways[state]) is not None:
            state, step = came
            steps.append(step)
        return tuple(reversed(steps))


def possible_choices(_stage: Stage, outcome: Outcome) -> Sequence[tuple[Target, ...]]:
    """Return the sets of targets that an outcome can lead to, if every condition may hold or not."""
    conditional = [target for target in outcome.targets if target.when is not None]
    if not conditional:
        return (outcome.targets,)
    sizes = range(len(conditional) + 1) if len(conditional) <= _MOST_CONDITIONAL else (0, 1, len(conditional))
    found = []
    for size in sizes:
        for held in combinations(conditional, size):
            chosen = tuple(target for target in outcome.targets if target.when is None or target in held)
            if chosen:
                found.append(chosen)
    return found


def explore(definition: WorkflowDefinition, choices: Choices = possible_choices, most: int = MAX_STATES) -> Explored:
    """Explore the states of a case, the nearest first."""
    return _Exploration(definition, choices).run(most)


class _Exploration:
    """One exploration of a process."""

    def __init__(self, definition: WorkflowDefinition, choices: Choices) -> None:
        self._definition = definition
        self._stages = definition.stages
        self._choices: Mapping[Step, Sequence[tuple[Target, ...]]] = {
            (name, outcome.id): choices(stage, outcome)
            for name, stage in definition.stages.items()
            for outcome in stage.outcomes
        }
        self._limited = frozenset(name for name, stage in self._stages.items() if stage.at_most is not None)
        self._early = frozenset(n for n, s in self._stages.items() if s.joins and s.need is not JoinNeed.ALL)
        self._inclusive = [stage for stage in self._stages.values() if stage.need is JoinNeed.BEGUN]
        self._stuck: list[tuple[State, Step]] = []
        self._rescued: set[tuple[State, Step]] = set()
        self._beginnings: dict[tuple[State, StageId, Marks, int], tuple[State | None, ...]] = {}
        self._joins = frozenset(name for name, stage in self._stages.items() if stage.joins)

    def run(self, most: int) -> Explored:
        first = self._begun(State(open=frozenset()), self._definition.start, frozenset())
        found = Explored(ways={first: None})
        before: dict[State | None, list[State]] = {}
        onward: dict[State, list[State]] = {}
        waiting = deque([first])
        while waiting:
            if len(found.ways) > most:
                found.complete = False
                break
            state = waiting.popleft()
            for step, after in self._steps(found, state):
                before.setdefault(after, []).append(state)
                if after is not None:
                    if (state, step) not in self._rescued:
                        onward.setdefault(state, []).append(after)
                    if after not in found.ways:
                        found.ways[after] = state, step
                        waiting.append(after)
        self._judge(found, first, onward)
        if found.complete:
            found.endless = self._endless(found, before)
        return found

    def _judge(self, found: Explored, first: State, onward: Mapping[State, Sequence[State]]) -> None:
        """Find what happens while no join has begun without those that it waits for."""
        proper, waiting = {first}, [first]
        while waiting:
            for after in onward.get(waiting.pop(), ()):
                if after not in proper:
                    proper.add(after)
                    waiting.append(after)
        for state in proper:
            found.begun |= state.stages
        for state, step in self._stuck:
            if state in proper:
                found.stuck.setdefault(step, (*found.path(state), step))

    @staticmethod
    def _endless(found: Explored, before: Mapping[State | None, Sequence[State]]) -> tuple[Step, ...] | None:
        """Return the shortest way to a state from which no case can end, or None."""
        ending: set[State] = set()
        waiting = [*before.get(None, ())]
        while waiting:
            state = waiting.pop()
            if state not in ending:
                ending.add(state)
                waiting.extend(before.get(state, ()))
        return next((found.path(state) for state in found.ways if state not in ending), None)

    def _steps(self, found: Explored, state: State) -> Iterator[tuple[Step, State | None]]:
        """Iterate over what can happen in a state; None when the case is over."""
        for name, marks in sorted(state.open, key=lambda each: each[0]):
            for outcome in self._stages[name].outcomes:
                step = name, outcome.id
                for targets in self._choices[step]:
                    for after in self._completed(state, name, marks, targets):
                        for settled in () if after is None else self._settled(found, state, step, after):
                            yield step, settled
                        if after is None:
                            yield step, None

    def _completed(
        self, state: State, name: StageId, marks: Marks, targets: tuple[Target, ...]
    ) -> Iterable[State | None]:
        after = State(
            open=frozenset(each for each in state.open if each[0] != name),
            arrived=frozenset(pair for pair in state.arrived if pair[0] != name),
            waiting=state.waiting,
            visits=state.visits,
            seen=state.seen,
            has_ended=state.has_ended,
            is_closing=state.is_closing,
        )
        return self._gone(after, name, marks, targets, 0)

    def _gone(
        self, state: State, giver: StageId, marks: Marks, targets: tuple[Target, ...], depth: int
    ) -> Iterable[State | None]:
        """Return the states after a handover to each target; None when the case is over at once."""
        places = [self._within_limit(state, target.to) for target in targets]
        ends = [self._definition.ends[EndId(to)] for to in places if to in self._definition.ends]
        if any(end.closes is Closing.CASE_AT_ONCE for end in ends):
            return (None,)
        stages = [StageId(to) for to in dict.fromkeys(places) if to in self._stages]
        joined = frozenset((giver, to) for to in stages if giver in self._stages[to].joins)
        states: list[State | None] = [
            state
            if not (joined or ends)
            else replace(
                state,
                arrived=state.arrived | joined,
                has_ended=state.has_ended or bool(ends),
                is_closing=state.is_closing or any(end.closes is Closing.CASE for end in ends),
            )
        ]
        for to in sorted(stages, key=lambda name: self._stages[name].need is JoinNeed.BEGUN):
            states = [
                after
                for each in states
                for after in ((None,) if each is None else self._at(each, giver, marks, to, depth))
            ]
        return dict.fromkeys(states)

    def _within_limit(self, state: State, to: StageId | EndId) -> StageId | EndId:
        passed: set[StageId | EndId] = set()
        visits = dict(state.visits)
        while to in self._limited and to not in passed and to not in state.stages:
            limit = self._stages[StageId(to)].at_most
            if limit is None or visits.get(StageId(to), 0) < limit.visits:
                break
            passed.add(to)
            to = limit.otherwise.to
        return to

    def _at(self, state: State, giver: StageId, marks: Marks, to: StageId, depth: int) -> Iterable[State | None]:
        """Return the states after a handover has arrived at a stage."""
        stage = self._stages[to]
        if to in state.stages:
            shared = frozenset((n, m & marks if n == to else m) for n, m in state.open)
            return (replace(state, open=shared),)
        if to in marks:
            return (state,)
        if to in self._joins and self._is_missing(state, stage):
            return (replace(state, waiting=state.waiting | {(giver, to, marks)}),)
        return self._beginning(state, to, marks, depth)

    def _is_missing(self, state: State, stage: Stage) -> bool:
        if stage.need is JoinNeed.BEGUN:
            return not state.stages.isdisjoint(stage.joins)
        handed_over = {giver for giver, to in state.arrived if to == stage.id}
        return not stage.begins_after(handed_over)

    def _beginning(self, state: State, name: StageId, marks: Marks, depth: int) -> Iterable[State | None]:
        """Return the states after a stage begins, or is left out.

        They are remembered: stages that are left out in circles lead to the same ones by very many ways.
        """
        asked = state, name, marks, depth
        if asked not in self._beginnings:
            self._beginnings[asked] = tuple(dict.fromkeys(self._begun_or_passed(state, name, marks, depth)))
        return self._beginnings[asked]

    def _begun_or_passed(self, state: State, name: StageId, marks: Marks, depth: int) -> Iterator[State | None]:
        for _, _, others in (each for each in state.waiting if each[1] == name):
            marks &= others
        begun = self._begun(state, name, marks)
        yield begun
        stage = self._stages[name]
        if depth < _DEEPEST and stage.can_be_left_out:
            own = next(kept for each, kept in begun.open if each == name)
            passed = replace(begun, open=frozenset(each for each in begun.open if each[0] != name))
            for targets in self._choices[name, outcome_of(stage).id]:
                yield from self._gone(passed, name, own, targets, depth + 1)

    def _begun(self, state: State, name: StageId, marks: Marks) -> State:
        """Return the state in which a stage is under way: what it handed over at an earlier visit does not count."""
        visits, opened, waiting = state.visits, state.open, state.waiting
        if name in self._limited:
            limit, counts = self._stages[name].at_most, dict(visits)
            counts[name] = min(counts.get(name, 0) + 1, limit.visits if limit is not None else 0)
            visits = frozenset(counts.items())
        if self._early:
            # A visit that is repeated is new work, for which an early join begins again.
            marks = frozenset() if name in state.seen else marks - {name}
            if name in self._early:
                opened = frozenset((each, kept | {name}) for each, kept in opened)
                waiting = frozenset((giver, to, kept | {name}) for giver, to, kept in waiting)
        return State(
            open=opened | {(name, marks)},
            arrived=frozenset(pair for pair in state.arrived if pair[0] != name),
            waiting=frozenset(each for each in waiting if name not in each[:2]),
            visits=visits,
            seen=state.seen | {name} if self._early else state.seen,
            has_ended=state.has_ended,
            is_closing=state.is_closing,
        )

    def _settled(
        self, found: Explored, before: State, step: Step, state: State, passed: frozenset[State] = frozenset()
    ) -> Iterator[State | None]:
        """Iterate over the states in which somebody can do something again; None when the case is over.

        Stages that are left out may lead in a circle: a state that has been *passed* already leads to nothing new.
        """
        if state in passed:
            return
        passed |= {state}
        ready = [
            stage
            for stage in self._inclusive
            if any(to == stage.id for _, to, _ in state.waiting) and not self._is_missing(state, stage)
        ]
        if ready:
            for after in self._beginning(state, ready[0].id, self._marks_at(state, ready[0].id), 0):
                if after is None:
                    yield None
                else:
                    yield from self._settled(found, before, step, after, passed)
            return
        if state.open:
            yield state
            return
        if state.is_closing:
            self._note(found.lost, found, before, step, state)
            yield None
        elif state.waiting:
            if not state.has_ended:
                self._stuck.append((before, step))
            self._rescued.add((before, step))
            self._note(found.unmet, found, before, step, state)
            yield from self._begun_with_what_there_is(found, before, step, state, passed)
        elif state.has_ended:
            yield None
        else:
            self._stuck.append((before, step))
            yield state

    def _marks_at(self, state: State, join: StageId) -> Marks:
        kept = [marks for _, to, marks in state.waiting if to == join]
        return frozenset.intersection(*kept)

    def _begun_with_what_there_is(
        self, found: Explored, before: State, step: Step, state: State, passed: frozenset[State]
    ) -> Iterator[State | None]:
        """Iterate over the states after each join that waits has begun without those that will not come."""
        states: list[State | None] = [state]
        for join in [name for name in self._stages if any(to == name for _, to, _ in state.waiting)]:
            states = [
                after
                for each in states
                for after in ((None,) if each is None else self._beginning(each, join, self._marks_at(state, join), 0))
            ]
        for after in dict.fromkeys(states):
            if after is None or after.open:
                yield after
            else:
                yield from self._settled(found, before, step, after, passed)

    @staticmethod
    def _note(
        where: dict[Step, tuple[tuple[Step, ...], StageId]], found: Explored, before: State, step: Step, state: State
    ) -> None:
        if state.waiting and step not in where:
            join = min(to for _, to, _ in state.waiting)
            where[step] = (*found.path(before), step), join
