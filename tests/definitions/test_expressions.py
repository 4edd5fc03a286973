"""Conditions: what they can say, when they hold, and what they must not do."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from workflows.definitions.expressions.compile import BadExpression, compile_condition
from workflows.domain.compiled import Needs

FACTS: dict[str, object] = {
    "amount": Decimal("1000000.50"),
    "reason": "late",
    "services": ["cards", "sbp"],
    "urgent": False,
    "day": date(2026, 3, 1),
    "other_day": date(2026, 3, 2),
    "goods": [
        {"name": "a", "price": Decimal("10.10"), "paid": True, "due": date(2026, 3, 5)},
        {"name": "b", "price": Decimal("0.20"), "paid": False},
        {"name": "c"},
    ],
    "empty": [],
    "note": None,
    "result": Decimal(3),
    "visit": 2,
    "moment": datetime(2026, 3, 1, tzinfo=UTC),
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
        ("goods|length == 3", True),
        ("goods|count == 3", True),
        ('goods|sum("price") == 10.3', True),
        ('goods|sum("price * 2") == 20.6', True),
        ('goods|max("price") > 10 and goods|min("price") < 1', True),
        ('goods|max("due") == other_day + 3', True),
        ('goods|any("paid")', True),
        ('goods|all("paid")', False),
        ('goods|all("price is filled")', False),
        ("goods|all(\"name in ['a', 'b', 'c']\")", True),
        ('goods|count("price < 5")  == 1', True),
        ('goods|count("not paid") == 1', True),
        ('goods|max("missing") > 0', False),
        ('missing|sum("price") == 0', False),
        ('empty|all("paid") and empty|sum("price") == 0', True),
        ('empty|max("price") < 1', False),
        ('note|any("x")', False),
        ("other_day - day == 1", True),
        ("(other_day - day)|days < 2", True),
        ("day - other_day < 0", True),
        ("day + 1 == other_day", True),
        ("day - 1000000000 < day", False),
        ("day - moment < 5", False),
        ("day + other_day < day", False),
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
        "goods|sum",
        "goods|sum(price)",
        "goods|sum('price', 2)",
        "goods|any('goods|any(\"x\")')",
        "goods|any('visit(')",
        "goods|map('price')",
        "goods|first",
        "day|days(1)",
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
