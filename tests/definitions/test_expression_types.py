"""The types of expressions: what fits together is accepted, what does not is told with a cure, in both languages."""

import pytest

from workflows.definitions.expressions.check_types import check_condition, type_of_expression
from workflows.definitions.expressions.compile import BadExpression, compile_condition
from workflows.definitions.expressions.value_types import DAY, LIST, NUMBER, PERSON, TEXT, YES_NO, Gives, Names, Type

KIND = Type(gives=Gives.TEXT, options=frozenset({"small", "large"}))
NAMES = Names(
    {
        "visit": NUMBER,
        "today": DAY,
        "me": PERSON,
        "opener": PERSON,
        "did": Type(gives=Gives.PARTS, parts={"documents": PERSON, "approval": PERSON}),
        "outcome": Type(
            gives=Gives.PARTS, parts={"approval": Type(gives=Gives.TEXT, options=frozenset({"approved", "refused"}))}
        ),
        "client": Type(
            gives=Gives.TEXT,
            parts={"card_type": Type(gives=Gives.TEXT, options=frozenset({"gold", "standard"})), "since": DAY},
        ),
        "anything": Type(gives=Gives.TEXT, parts=None),
        "amount": NUMBER,
        "pay_by": DAY,
        "moment": Type(gives=Gives.MOMENT),
        "note": TEXT,
        "urgent": YES_NO,
        "kind": KIND,
        "tags": Type(gives=Gives.LIST, options=frozenset({"small", "large"})),
        "goods": Type(gives=Gives.ROWS, columns={"price": NUMBER, "paid": YES_NO, "kind": KIND, "due": DAY}),
        "other_tags": LIST,
    }
)


@pytest.mark.parametrize(
    "source",
    [
        'client.card_type == "gold"',
        'client == "Romashka" and client.since < today - 365',
        'outcome.approval == "approved" or did.documents == opener',
        'did.documents != "anna"',
        "me == opener",
        "(pay_by - today)|days < 3 and pay_by - today > 0",
        "moment - moment < 1",
        'goods|sum("price") * 2 > amount',
        'goods|any("price > 10 and not paid")',
        'goods|all("paid")',
        "goods|count(\"kind == 'small'\") == goods|length - 1",
        'goods|max("due") <= today',
        '"small" in tags and kind in ["small", "large"]',
        'note is filled or "x" in note',
        "client.since is filled",
        "not urgent and amount > -1",
    ],
)
def test_what_fits_together_is_accepted(source: str) -> None:
    check_condition(source, NAMES)
    compile_condition(source, NAMES)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("amount", 'the condition "amount" gives a number where yes or no is needed'),
        ("today", "gives a date where yes or no is needed"),
        ("urgent and note", "gives a text (note) where yes or no is needed"),
        ("not amount", "gives a number (amount) where yes or no is needed"),
        ("pay_by > 3", "compares a date with a number"),
        ("pay_by - 1 == note", "compares a date with a text"),
        ("pay_by == moment", "compares a date with a moment"),
        ("amount > note", "compares a number with a text"),
        ("me == 1", "compares a person with a number"),
        ("me > opener", "orders a person by size"),
        ("goods > goods", "orders a list of rows by size"),
        ('kind == "smal"', 'there is no option of "kind" "smal"; did you mean "small"'),
        ('"smal" == kind', 'there is no option of "kind" "smal"'),
        ('"smal" in tags', 'there is no option of "tags" "smal"'),
        ('kind in ["small", "huge"]', 'there is no option of "kind" "huge"'),
        (
            'outcome.approval == "aproved"',
            'there is no option of "outcome.approval" "aproved"; did you mean "approved"',
        ),
        ('client.card_tipe == "gold"', 'there is no "card_tipe" after "client."; did you mean "card_type"'),
        ('outcome.signing == "approved"', 'there is no "signing" after "outcome."; there is approval'),
        ('did == "anna"', 'a dot and a name belong after "did": did.documents'),
        ('anything.card == "gold"', 'there is no "card" after "anything."'),
        ('goods|sum("prise") > 1', 'the unknown name "prise"; did you mean "price"'),
        ('goods|any("amount > 1")', 'the unknown name "amount"; there is price, paid, kind, due'),
        ('goods|sum("paid") > 1', '"|sum" is used of yes or no'),
        ('goods|max("kind") > 1', '"|max" is used of a text'),
        ('goods|all("price")', 'the condition "price" gives a number'),
        ("goods|any(\"kind == 'smal'\")", 'there is no option of "kind" "smal"'),
        ('tags|any("x == 1")', '"|any" is used of a list'),
        ("amount|length > 1", '"|length" is used of a number'),
        ("note|days > 1", '"|days" is used of a text'),
        ("note + 1 > 2", "a text cannot be calculated with like this"),
        ("today + pay_by > today", "a date cannot be calculated with like this"),
        ("amount - today > 1", "a date cannot be calculated with like this"),
        ("-note > 2", "a text cannot be calculated with like this"),
        ("[1, 2] == amount", "compares a list with a number"),
    ],
)
def test_what_does_not_fit_together_is_told_with_a_cure(source: str, words: str) -> None:
    with pytest.raises(BadExpression) as refused:
        check_condition(source, NAMES)

    assert words in refused.value.words.en
    assert "; " in refused.value.words.en
    assert "; " in refused.value.words.ru


def test_a_part_is_refused_where_nothing_follows_a_name_and_allowed_where_a_version_does_not_know_it() -> None:
    for source in ("amount.real == 1", "client.card_tipe == 'gold'"):
        with pytest.raises(BadExpression):
            compile_condition(source, NAMES)

    later = compile_condition('anything.card == "gold"', NAMES)

    assert later.holds({"anything.card": "gold"})
    assert not later.holds({"anything": "Romashka"})
    assert later.names == {"anything.card"}


def test_the_largest_and_the_smallest_are_of_the_kind_of_their_column() -> None:
    assert type_of_expression('goods|max("due")', NAMES) is DAY
    assert type_of_expression('goods|min("price")', NAMES) is NUMBER
