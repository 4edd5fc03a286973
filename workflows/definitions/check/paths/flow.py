"""Whether cases can run through a process: every stage is reached, every path ends, every join can be satisfied.

`soundness` explores the states that a case can come to. A process with too many of them is not explored to the end;
then only certain problems are reported.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace

from workflows.definitions.check.paths.reach import Nexts, leads_to, reachable
from workflows.definitions.check.paths.soundness import Explored, Step, explore
from workflows.definitions.check.paths.targets import choices_of
from workflows.definitions.check.stages.rules import check_circles
from workflows.definitions.expressions.compile import names_in
from workflows.definitions.expressions.value_types import VISIT
from workflows.definitions.problems import Problem, listing
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.schema import JoinKeys, ProcessKeys
from workflows.definitions.read.yaml_text import Path
from workflows.domain.definition import Closing, JoinNeed, Outcome, Stage, WorkflowDefinition
from workflows.domain.ids import StageId
from workflows.domain.text import Language, Text
from workflows.domain.visits.rounds import stages_behind

MOST_VISITS = 100
"""How many visits of a stage are tried on its conditions."""


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
    explored = explore(definition, choices_of(definition))
    never_begun = False
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
            waiting = list(_check_waiting(process, stage, explored))
            never_begun |= bool(waiting)
            yield from waiting
        yield from _check_first_visit(process, stage)
        yield from _check_ways_back(process, definition, stage)
    yield from check_circles(process, definition)
    yield from _check_ends(process, definition, reached)
    if not never_begun:
        # Whatever leads to a stage that never begins is stuck there, and is not to blame.
        yield from _check_stuck(process, definition, explored, ending)
    if _has_ways(definition):
        yield from _check_handovers(process, definition, explored)


def _check_stuck(
    process: Parsed[ProcessKeys], definition: WorkflowDefinition, explored: Explored, ending: Set[StageId]
) -> Iterator[Problem]:
    """Iterate over the decisions after which a case has no work, or can never end, each with a way to it."""
    for (stage, outcome), steps in sorted(explored.stuck.items()):
        way = walked(definition, steps)
        yield process.problem(
            ("stages", stage, "outcomes", outcome),
            f"после решения «{outcome}» дело может остаться без работы и без завершения: следующий этап ждёт того, "
            "кто уже не передаст; направьте другие решения тоже к нему или к завершению, или напишите у него "
            f"join с need: begun. Пример пути: {way.ru}",
            f'after the outcome "{outcome}" a case may have no work left and no end: the next stage waits for one that '
            "will not hand over any more; let the other outcomes lead there too, or to an end, or give it a join with "
            f"need: begun. Such a way is: {way.en}",
        )
    if explored.endless and not explored.stuck and ending == set(definition.stages):
        stage, outcome = explored.endless[-1]
        way = walked(definition, explored.endless)
        yield process.problem(
            ("stages", stage, "outcomes", outcome),
            f"после решения «{outcome}» дело может никогда не завершиться; направьте одно из следующих решений к "
            f"завершению. Пример пути: {way.ru}",
            f'after the outcome "{outcome}" a case may never end; let one of the outcomes that follow lead to an end. '
            f"Such a way is: {way.en}",
        )


def _has_ways(definition: WorkflowDefinition) -> bool:
    """Whether a process uses the ways of the second version: a file of the first is not judged by what came later."""
    return any(
        stage.can_be_left_out
        or stage.at_most is not None
        or stage.need is not JoinNeed.ALL
        or any(target.when is not None for outcome in stage.outcomes for target in outcome.targets)
        for stage in definition.stages.values()
    )


def _check_handovers(
    process: Parsed[ProcessKeys], definition: WorkflowDefinition, explored: Explored
) -> Iterator[Problem]:
    """Iterate over the decisions that leave a handover waiting in vain, each with a way to it."""
    told = {join for step, (_, join) in explored.unmet.items() if step in explored.stuck}
    for steps, join in explored.unmet.values():
        if join in told:
            continue
        told.add(join)
        way = walked(definition, steps)
        yield process.problem(
            ("stages", join, "join"),
            f"«{join}» может ждать тех, кто в этом деле уже не передаст, и начнётся без них, когда больше ничего не "
            f"останется; напишите join: {{of: [...], need: begun}}. Пример пути: {way.ru}",
            f'"{join}" may wait for stages that will not hand over in this case any more, and begins without them when '
            f"nothing else is left; write join: {{of: [...], need: begun}}. Such a way is: {way.en}",
        )
    for (stage, outcome), steps, join in _losing(definition, explored):
        way = walked(definition, steps)
        yield process.problem(
            ("stages", stage, "outcomes", outcome),
            f"после решения «{outcome}» дело завершится, а переданное на этап «{join}» пропадёт; пусть завершение "
            f"закрывает дело сразу (closes: case_at_once) или решение ведёт туда же. Пример пути: {way.ru}",
            f'after the outcome "{outcome}" the case ends while a handover waits at "{join}" and is lost; let the end '
            f"close the case at once (closes: case_at_once) or the outcome lead there too. Such a way is: {way.en}",
        )


def _losing(definition: WorkflowDefinition, explored: Explored) -> Iterator[tuple[Step, tuple[Step, ...], StageId]]:
    """Iterate over a decision for each join whose handover is lost: one that leads to an end, where there is one."""
    losing: dict[StageId, list[tuple[Step, tuple[Step, ...]]]] = {}
    for step, (steps, join) in sorted(explored.lost.items()):
        losing.setdefault(join, []).append((step, steps))
    for join, found in losing.items():
        step, steps = next((each for each in found if _leads_to_an_end(definition, each[0])), found[0])
        yield step, steps, join


def _leads_to_an_end(definition: WorkflowDefinition, step: Step) -> bool:
    outcome = definition.stages[step[0]].outcome(step[1])
    return outcome is not None and any(target.to in definition.ends for target in outcome.targets)


def walked(definition: WorkflowDefinition, steps: Sequence[Step]) -> Text:
    """Return a way through a process as people read it: each stage with the decision that was made there."""

    def titles(language: Language) -> str:
        said = []
        for stage_id, outcome_id in steps:
            stage = definition.stages[stage_id]
            outcome = stage.outcome(outcome_id)
            decision = outcome_id if outcome is None else outcome.title.in_(language)
            said.append(f"{stage.title.in_(language)} — {decision}")
        return "; ".join(said)

    return Text(ru=titles(Language.RU), en=titles(Language.EN))


def _can_end(definition: WorkflowDefinition, nexts: Nexts) -> Set[StageId]:
    """Return the stages from which some end can be reached."""
    ending = {
        name
        for name, stage in definition.stages.items()
        if any(t.to in definition.ends for outcome in stage.outcomes for t in definition.possible_targets(outcome))
    }
    while more := {name for name, following in nexts.items() if name not in ending and following & ending}:
        ending |= more
    return ending


def _check_join(
    process: Parsed[ProcessKeys],
    definition: WorkflowDefinition,
    nexts: Nexts,
    stage: Stage,
) -> Iterator[Problem]:
    """Iterate over the stages that a join names although it cannot wait for them."""
    before = reachable(definition.start, nexts, without=stage.id)
    for index, joined in enumerate(stage.joins):
        at: Path = ("stages", stage.id, *join_path(process, stage.id), index)
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


def join_path(process: Parsed[ProcessKeys], stage: StageId) -> tuple[str, ...]:
    """Return where a stage lists the stages that it joins, within the stage."""
    return ("join", "of") if isinstance(process.keys.stages[stage].join, JoinKeys) else ("join",)


def _check_waiting(process: Parsed[ProcessKeys], stage: Stage, explored: Explored) -> Iterator[Problem]:
    """Yield a problem when the stages of a join never come together in one case."""
    if explored.complete and stage.id not in explored.begun:
        yield process.problem(
            ("stages", stage.id, "join"),
            f"этапы {listing(stage.joins)} не бывают в одном деле вместе, и «{stage.id}» их не дождётся; "
            "направьте к ним обоим одно решение (to: с несколькими этапами), уберите join или, если они бывают "
            "порознь, допишите need: begun",
            f'the stages {listing(stage.joins)} never come together in one case, and "{stage.id}" waits in vain; '
            "let one outcome lead to all of them (several stages in its to:), remove the join or, if they come apart, "
            "write it with need: begun",
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
    outcomes = (outcome for name in reached for outcome in definition.stages[name].outcomes)
    ends = {target.to for outcome in outcomes for target in definition.possible_targets(outcome)}
    if not any(end.closes is not Closing.BRANCH and end.id in ends for end in definition.ends.values()):
        yield process.problem(
            ("ends",),
            "ни одно решение не завершает дело; направьте одно из них к завершению с closes: case или case_at_once",
            "no outcome completes the case; let one of them lead to an end with closes: case or case_at_once",
        )
