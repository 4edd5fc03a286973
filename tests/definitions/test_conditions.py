"""Conditions that choose: every value opens an outcome, none opens two by mistake, and kinds are not mixed."""

import pytest

from tests.definitions.pack import Pack
from tests.definitions.test_flow import WORDS
from workflows.definitions.building.process import build_process
from workflows.definitions.check.paths.conditions import check_conditions
from workflows.definitions.check.process import check_references
from workflows.definitions.read.parse import parse
from workflows.definitions.read.schema import ProcessKeys

FORM = f"""\
process: p
title: {WORDS}
number: P
start: ask
stages:
  ask:
    title: {WORDS}
    department: d
    form:
      asked_on: {{type: date, label: {WORDS}}}
      ready_on: {{type: date, label: {WORDS}}}
      note: {{type: text, label: {WORDS}}}
    outcomes:
      go: {{title: {WORDS}, to: [choose]}}
  choose:
    title: {WORDS}
    department: d
    form:
      amount: {{type: money, label: {WORDS}, required: true}}
      points: {{type: number, label: {WORDS}, required: true}}
      kind: {{type: choice, label: {WORDS}, options: {{small: {WORDS}, large: {WORDS}, huge: {WORDS}}}}}
      tags: {{type: choices, label: {WORDS}, options: {{small: {WORDS}, large: {WORDS}}}}}
      urgent: {{type: yes_no, label: {WORDS}}}
      goods: {{type: rows, label: {WORDS}, columns: {{name: {{type: text, label: {WORDS}}}}}}}
    outcomes:
"""


def problems(*conditions: str | None) -> list[str]:
    """Return the problems in English of a stage with an outcome for each condition; None has no condition."""
    outcomes = "".join(
        f"      o{number}:\n        title: {WORDS}\n        to: [end]\n"
        + ("" if condition is None else f"        when: '{condition}'\n")
        for number, condition in enumerate(conditions)
    )
    process = parse(f"{FORM}{outcomes}ends:\n  end: {{title: {WORDS}, closes: case}}\n", "p.yaml", ProcessKeys)
    assert list(check_references(process)) == []
    return [problem.en for problem in check_conditions(process, build_process(process))]


@pytest.mark.parametrize(
    "conditions",
    [
        ("amount > 100000", "amount <= 100000"),
        ("amount > 100000", None),
        ("amount <= 10", "amount > 10 and amount <= 20.5", "amount > 20.5"),
        ("amount > 100000", "amount > 100000", "amount <= 100000"),
        ('kind == "small"', 'kind != "small"'),
        ('kind in ["small", "large"]', 'kind == "huge"'),
        ("urgent", "not urgent"),
        ('urgent or kind == "huge"', 'not urgent and kind in ["small", "large"]'),
        ("ready_on > asked_on + 3", "ready_on <= asked_on + 3"),
        ("note is filled", "note is not filled"),
        ("goods|length > 3", "goods|length <= 3"),
        ('"large" in tags', '"large" not in tags'),
        ("amount >= points * 2", "amount < points * 2"),
        ("visit == 1",),
    ],
)
def test_conditions_that_leave_nothing_open_to_chance_are_accepted(conditions: tuple[str | None, ...]) -> None:
    assert problems(*conditions) == []


@pytest.mark.parametrize(
    ("conditions", "value"),
    [
        (("amount > 100000", "amount < 100000"), "amount = 100000"),
        (("amount > 2", "amount < 2", "amount == 3"), "amount = 2"),
        (("amount == 1", "amount == 2"), "amount = 1.5"),
        (("points > 3",), "points = 3"),
        (('kind == "small"', 'kind == "large"'), "kind = huge"),
        (("urgent", "urgent == true"), "urgent = false"),
        (('urgent or kind == "huge"', 'kind == "large"'), "kind = small, urgent = false"),
        (("ready_on > asked_on", "ready_on < asked_on"), "asked_on = 2000-01-01, ready_on = 2000-01-01"),
        (("asked_on is filled", "asked_on is filled"), "asked_on is not filled"),
    ],
)
def test_a_value_with_which_nothing_can_be_chosen_is_named(conditions: tuple[str, ...], value: str) -> None:
    found = [problem for problem in problems(*conditions) if "no outcome" in problem]

    assert len(found) == 1
    assert f"with {value} no outcome" in found[0]


@pytest.mark.parametrize(
    ("conditions", "value"),
    [
        (("amount >= 100000", "amount <= 100000"), "amount = 100000"),
        (("amount >= 0", "amount > 100"), "amount = 101"),
        (('kind in ["small", "large"]', 'kind in ["large", "huge"]'), "kind = large"),
    ],
)
def test_a_value_that_fits_two_conditions_is_named(conditions: tuple[str, ...], value: str) -> None:
    (found,) = problems(*conditions)

    assert f'with {value} both "o0" and "o1" are open' in found


def test_what_is_expected_of_an_answer_is_checked_like_a_condition(pack: Pack) -> None:
    signed = "signed: {type: date, label: {ru: Подписано, en: Signed}, required: true}"
    for expected, words in {
        "signed <= today": None,
        "signed <= todya": 'did you mean "today"',
        "signed <= 3": "compares a date with a number",
    }.items():
        pack.change("workflows/order.yaml", signed, signed.replace("required", f"expect: {expected}, required"))

        assert [problem.en for problem in pack.problems() if words is None or words not in problem.en] == []
        assert bool(pack.problems()) is (words is not None)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ('amount > "100000"', "compares a number with a text"),
        ('100 < points < "200"', "compares a number with a text"),
        ('visit == "1"', "compares a number with a text"),
        ("kind == 1", "compares a text with a number"),
        ("kind in [1, 2]", "compares a text with a number"),
        ('asked_on > "2026-01-01"', "compares a date with a text"),
        ("asked_on > 3", "compares a date with a number"),
        ('urgent == "yes"', "compares yes or no with a text"),
        ('tags == "small"', "compares a list with a text"),
        ("goods > 3", "compares a list of rows with a number"),
        ("urgent > false", "orders yes or no by size"),
        ('amount > 3 and (note == "a" or points == "b")', "compares a number with a text"),
    ],
)
def test_values_of_different_kinds_are_not_compared(condition: str, words: str) -> None:
    (found,) = problems(condition, None)

    assert words in found
    assert condition in found
