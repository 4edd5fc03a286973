"""Conditions: what they can say, when they hold, and what they must not do."""

from datetime import date
from decimal import Decimal

import pytest

from workflows.definitions.expressions.compile import BadExpression, compile_condition
from workflows.domain.definition import Needs

FACTS: dict[str, object] = {
    "amount": Decimal("1000000.50"),
    "reason": "late",
    "services": ["cards", "sbp"],
    "urgent": False,
    "day": date(2026, 3, 1),
    "other_day": date(2026, 3, 2),
    "goods": [{"name": "a"}, {"name": "b"}],
    "note": None,
    "result": Decimal(3),
    "visit": 2,
}
KNOWN = [*FACTS, "missing"]


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("visit == 2", True),
        ("visit > 1 and amount >= 1000000.50", True),
        ("amount * 0.1 > 100000", True),
        ("amount - 1000000 == 0.5", True),
        ("reason == 'late' or reason == 'lost'", True),
        ("reason in ['lost', 'found']", False),
        ("'sbp' in services", True),
        ("'sbp' not in services", False),
        ("urgent", False),
        ("not urgent", True),
        ("urgent is filled", True),
        ("note is filled", False),
        ("missing is not filled", True),
        ("day < other_day", True),
        ("goods|length == 2", True),
        ("result == 3", True),
        ("1 < visit < 3", True),
        ("missing > 1", False),
        ("missing != 'x'", False),
        ("note != 'x'", False),
        ("not missing", False),
        ("amount > 'x'", False),
        ("5 / (visit - 2) > 1", False),
        ("'a' * 1000000000 == 'b'", False),
    ],
)
def test_a_condition_holds_as_it_reads_and_not_at_all_when_a_value_is_missing(source: str, holds: bool) -> None:
    assert compile_condition(source, KNOWN).holds(FACTS) is holds


@pytest.mark.parametrize(
    "source",
    [
        "visit(",
        "visit visit",
        "",
        "visit == 1 %}{{ amount",
        "range(3)",
        "visit.real",
        "services[0]",
        "reason.__class__.__mro__",
        "2 ** 100",
        "'a' ~ 'b'",
        "reason|upper",
        "visit is divisibleby 2",
        "visit if urgent else 1",
        "visit == {}",
        "self",
        "unknown == 1",
        "not " * 120 + "urgent",
        "(" * 240 + "visit" + ")" * 240,
        "x" * 501,
    ],
)
def test_an_expression_beyond_the_language_is_refused_with_a_cure(source: str) -> None:
    if source.startswith("not not"):
        assert compile_condition(source, KNOWN).holds(FACTS) is False
        return
    with pytest.raises(BadExpression) as refused:
        compile_condition(source, KNOWN)

    assert "; " in refused.value.words.ru
    assert "; " in refused.value.words.en


@pytest.mark.parametrize(
    ("source", "facts", "unmet"),
    [
        ("amount <= 100000", {"amount": Decimal(150000)}, [("amount", Needs.AT_MOST, 100000)]),
        ("amount > 1.5 and urgent", {"amount": Decimal(2), "urgent": False}, [("urgent", Needs.EQUAL, True)]),
        ("not urgent and amount < 3", {"urgent": True}, [("urgent", Needs.EQUAL, False), ("amount", Needs.LESS, 3)]),
        ('kind != "small"', {"kind": "small"}, [("kind", Needs.OTHER, "small")]),
        ("kind == \"a 'quoted' one\"", {"kind": "small"}, [("kind", Needs.EQUAL, "a 'quoted' one")]),
        ("urgent or amount > 3", {"urgent": False, "amount": Decimal(1)}, []),
        ("amount > other", {"amount": Decimal(1), "other": Decimal(2)}, []),
    ],
)
def test_a_condition_names_its_comparisons_that_do_not_hold(
    source: str, facts: dict[str, object], unmet: list[tuple[str, Needs, object]]
) -> None:
    condition = compile_condition(source, ["amount", "other", "urgent", "kind"])

    assert not condition.holds(facts)
    assert [(each.fact, each.needs, each.value) for each in condition.unmet(facts)] == unmet
