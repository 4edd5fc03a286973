"""Processes drawn as arrows: which of them cases can run through, and what is filled in by when."""

import pytest

from workflows.definitions.building.process import build_process
from workflows.definitions.check.letters import filled_before
from workflows.definitions.check.paths.flow import check_flow
from workflows.definitions.check.paths.soundness import explore
from workflows.definitions.check.process import check_references
from workflows.definitions.problems import Problem
from workflows.definitions.read.parse import Parsed, parse
from workflows.definitions.read.schema import ProcessKeys
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import StageId

WORDS = "{ru: а, en: b}"


def process(*arrows: str, joins: dict[str, str] | None = None) -> tuple[Parsed[ProcessKeys], WorkflowDefinition]:
    """Make a process of arrows `a -> b c`, each an outcome; the first stage starts, `end`, `stop`, `over` are ends.

    `a: x y -> b` says that the outcome requires the fields x and y.
    """
    stages: dict[str, list[tuple[list[str], list[str]]]] = {}
    for arrow in arrows:
        left, _, right = arrow.partition("->")
        stage, _, fields = left.partition(":")
        stages.setdefault(stage.strip(), []).append((fields.split(), right.split()))
    lines = [f"process: p\ntitle: {WORDS}\nnumber: P\nstart: {next(iter(stages))}\nstages:"]
    for stage, outcomes in stages.items():
        lines.append(f"  {stage}:\n    title: {WORDS}\n    department: d")
        if joins and stage in joins:
            lines.append(f"    join: [{', '.join(joins[stage].split())}]")
        names = dict.fromkeys(name for fields, _ in outcomes for name in fields)
        if names:
            lines.append("    form:")
        lines += [f"      {name}: {{type: text, label: {WORDS}}}" for name in names]
        lines.append("    outcomes:")
        for number, (required, targets) in enumerate(outcomes):
            requires = f"requires: [{', '.join(required)}]"
            lines.append(f"      o{number}: {{title: {WORDS}, to: [{', '.join(targets)}], {requires}}}")
    lines.append("ends:")
    for end, closes in {"end": "case", "stop": "case_at_once", "over": "branch"}.items():
        lines.append(f"  {end}: {{title: {WORDS}, closes: {closes}}}")
    parsed = parse("\n".join(lines) + "\n", "p.yaml", ProcessKeys)
    assert list(check_references(parsed)) == []
    return parsed, build_process(parsed)


def problems(*arrows: str, joins: dict[str, str] | None = None) -> list[Problem]:
    return list(check_flow(*process(*arrows, joins=joins)))


@pytest.mark.parametrize(
    ("arrows", "joins"),
    [
        (("a -> end",), {}),
        (("a -> b c", "b -> d", "c -> d", "d -> end"), {"d": "b c"}),
        (("a -> b c", "b -> d", "c -> d", "d -> end"), {}),
        (("a -> b", "a -> c", "b -> d", "c -> d", "d -> end"), {}),
        (("a -> b c", "b -> d", "c -> d over", "d -> end", "d -> c"), {"d": "b c"}),
        (("a -> b c", "b -> d", "c -> d", "d -> a", "d -> stop"), {"d": "b c"}),
        (("a -> b c", "b -> d", "b -> stop", "c -> d", "d -> end"), {"d": "b c"}),
        (("a -> b", "b -> c", "c -> d", "d -> end", "b -> a"), {}),
        (("a -> b", "b -> c", "c -> d", "d -> end", "a -> b d"), {}),
        # The alternatives of one decision come together when the first comes back for the second.
        (("a -> b", "a -> c", "b -> d a", "c -> d a", "d -> end"), {"d": "b c"}),
    ],
)
def test_a_process_that_runs_has_no_problem(arrows: tuple[str, ...], joins: dict[str, str]) -> None:
    assert problems(*arrows, joins=joins) == []


def test_a_join_of_the_alternatives_of_one_decision_is_never_satisfied() -> None:
    parsed, definition = process("a -> b", "a -> c", "b -> d", "c -> d", "d -> end", joins={"d": "b c"})

    (join,) = [problem for problem in check_flow(parsed, definition) if "never come together" in problem.en]

    assert join.line == parsed.document.line("stages", "d", "join")
    assert "let one outcome lead to all of them" in join.en
    assert "направьте к ним обоим одно решение" in join.ru


def test_a_join_of_a_stage_that_only_comes_afterwards_is_never_satisfied() -> None:
    parsed, definition = process("a -> b", "b -> d", "d -> c", "c -> d", "c -> end", joins={"d": "b c"})

    (join,) = [problem for problem in check_flow(parsed, definition) if "only comes after" in problem.en]

    assert join.line == parsed.document.line("stages", "d", "join", 1)
    assert 'remove "c" from the join' in join.en
    assert "уберите «c» из join" in join.ru


def test_a_case_that_can_be_left_waiting_at_a_join_is_told_at_the_outcome() -> None:
    arrows = ("a -> b c", "b -> d", "c -> d", "c -> e", "e -> d", "d -> end")
    parsed, definition = process(*arrows, joins={"d": "b c"})

    found = list(check_flow(parsed, definition))

    last = [("stages", "b", "outcomes", "o0"), ("stages", "e", "outcomes", "o0")]
    assert [problem.line for problem in found] == [parsed.document.line(*path) for path in last]
    assert all("let the other outcomes lead there too" in problem.en for problem in found)
    assert all("направьте другие решения" in problem.ru for problem in found)


def test_a_process_in_which_only_branches_end_never_closes_a_case() -> None:
    (problem,) = problems("a -> b over", "b -> over")

    assert "closes: case or case_at_once" in problem.en
    assert "closes: case или case_at_once" in problem.ru


def test_a_process_too_wide_to_be_played_through_is_not_accused() -> None:
    branches = [f"b{n}" for n in range(14)]
    arrows = [f"a -> {' '.join(branches)}", *(f"{b} -> z" for b in branches), "z -> end"]
    parsed, definition = process(*arrows, joins={"z": " ".join(branches)})

    assert not explore(definition).complete
    assert list(check_flow(parsed, definition)) == []


@pytest.mark.parametrize(
    ("arrows", "joins", "stage", "filled"),
    [
        (("a: x -> b", "b: y -> c", "c -> end"), {}, "c", "x y"),
        (("a: x y -> c", "a: y z -> c", "c -> end"), {}, "c", "y"),
        (("a: x -> b", "a: x y -> c", "b: z -> d", "c -> d", "d -> end"), {}, "d", "x"),
        (("a -> b c", "b: x -> d", "c: y -> d", "d -> end"), {"d": "b c"}, "d", "x y"),
        (("a -> b c", "b: x -> d", "c: y -> d", "d -> end"), {}, "d", ""),
        (("a: x -> b", "b: y -> a", "b: z -> c", "c -> end"), {}, "b", "x"),
        (("a: x -> b", "b: y -> a", "b: z -> c", "c -> end"), {}, "a", ""),
        (("a: x -> b", "b: y -> c", "c: z -> b", "c -> end"), {}, "b", "x"),
    ],
)
def test_a_stage_has_what_every_way_to_it_has_filled_in(
    arrows: tuple[str, ...], joins: dict[str, str], stage: str, filled: str
) -> None:
    _, definition = process(*arrows, joins=joins)

    assert filled_before(definition)[StageId(stage)] == set(filled.split())


RETURNS = (
    "process: p\ntitle: {words}\nnumber: P\nstart: order\nstages:\n"
    "  order:\n    title: {words}\n    department: d\n    outcomes:\n"
    "      begin: {{title: {words}, to: [check], when: visit == 1}}\n"
    "      corrected: {{title: {words}, to: [{back}], when: visit > 1}}\n"
    "  check:\n    title: {words}\n    department: d\n    outcomes:\n"
    "      good: {{title: {words}, to: [end]}}\n"
    "      incomplete: {{title: {words}, to: [order]}}\n"
    "  other:\n    title: {words}\n    department: d\n    outcomes:\n"
    "      done: {{title: {words}, to: [end]}}\n"
    "ends:\n  end: {{title: {words}, closes: case}}\n"
)


@pytest.mark.parametrize(
    ("back", "is_sound"), [("check", True), ("other", False), ("end", False), ("other, check", True)]
)
def test_what_an_outcome_sends_back_has_to_be_able_to_come_again(back: str, is_sound: bool) -> None:
    parsed = parse(RETURNS.format(words=WORDS, back=back), "p.yaml", ProcessKeys)

    found = [problem.en for problem in check_flow(parsed, build_process(parsed)) if "sends a case back" in problem.en]

    assert [words.split(";")[0] for words in found] == (
        []
        if is_sound
        else [
            'the outcome "incomplete" sends a case back to the stage "order", from which a later visit cannot come to '
            '"check" again'
        ]
    )
