"""Computed facts follow the others: worked out at every completion, and at once where a condition asks for them."""

from datetime import date
from decimal import Decimal

import pytest

from tests.domain.walk import ANNA, SALES, STEPAN, SUPPORT, a_field, a_process, a_stage, an_outcome, open_walk
from workflows.definitions.expressions.compile import compile_value
from workflows.domain.definition import Closing, Field, FieldType, WorkflowDefinition
from workflows.domain.facts.computed import computed_value
from workflows.domain.facts.conditions import Around, Facts, recomputed
from workflows.domain.ids import FieldName

NAMES = ("goods", "rate", "sum", "vat", "since", "share")
PRICE, NUMBER = a_field("price", FieldType.MONEY), a_field("number", FieldType.NUMBER)
GOODS = a_field("goods", FieldType.ROWS, columns=(PRICE, NUMBER))
RATE = a_field("rate", FieldType.NUMBER)


def computed(name: str, type_: FieldType, source: str) -> Field:
    """Build a computed field."""
    return a_field(name, type_, computed=compile_value(source, NAMES))


SUM = computed("sum", FieldType.MONEY, 'goods|sum("price * number")')
VAT = computed("vat", FieldType.MONEY, "sum * rate / 100")
PROCESS = a_process(
    a_stage("order", SALES, an_outcome("ok", "check"), form=(GOODS, RATE), computed=(SUM, VAT)),
    a_stage("check", SUPPORT, an_outcome("ok", "done"), form=(RATE,)),
    ends={"done": Closing.CASE},
)
ROWS = [{"price": "10.01", "number": "3"}, {"price": "5.00", "number": "1"}]


def now(definition: WorkflowDefinition, **values: object) -> dict[FieldName, object]:
    """Return what is computed of these facts."""
    return recomputed(definition, {FieldName(name): value for name, value in values.items()}, Around())


def test_facts_are_computed_of_rows_and_of_each_other() -> None:
    assert now(PROCESS, goods=ROWS, rate="22") == {"sum": "35.03", "vat": "7.71"}


def test_what_is_as_it_was_is_not_written_again_and_what_has_no_value_any_more_is_taken_back() -> None:
    assert now(PROCESS, goods=ROWS, rate="22", sum="35.03", vat="7.71") == {}
    assert now(PROCESS, goods=ROWS, sum="35.03", vat="7.71") == {"vat": None}


def test_a_completed_task_writes_what_its_answers_give() -> None:
    walk = open_walk("ok", ANNA, PROCESS, goods=ROWS, rate="22")
    assert (walk.case.values[SUM.name], walk.case.values[VAT.name]) == ("35.03", "7.71")

    walk.finish("check", STEPAN, "ok", rate="10")

    assert (walk.case.values[SUM.name], walk.case.values[VAT.name]) == ("35.03", "3.50")


def test_a_condition_sees_what_is_computed_now() -> None:
    facts = Facts(PROCESS, {FieldName("goods"): ROWS, FieldName("sum"): "1.00"}, Around())

    assert facts["sum"] == Decimal("35.03")


@pytest.mark.parametrize(
    ("type_", "value", "kept"),
    [
        (FieldType.MONEY, Decimal("0.125"), "0.13"),
        (FieldType.NUMBER, Decimal(1) / Decimal(3), "0.333333"),
        (FieldType.NUMBER, Decimal("1.125"), "1.1250"),
        (FieldType.NUMBER, Decimal("1e40"), None),
        (FieldType.MONEY, Decimal(-1), None),
        (FieldType.DATE, date(2026, 3, 1), "2026-03-01"),
        (FieldType.YES_NO, True, True),
        (FieldType.TEXT, "так", "так"),
        (FieldType.TEXT, [], None),
    ],
)
def test_a_value_is_kept_as_its_kind_keeps_answers(type_: FieldType, value: object, kept: object) -> None:
    field = a_field("f", type_, computed=compile_value("goods", NAMES))

    assert computed_value(field, {"goods": value}) == kept
