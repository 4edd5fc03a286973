"""What conditions see of a case: its facts, the day, who acts, who did a stage and with which outcome."""

from datetime import date, timedelta

import pytest

from tests.domain.walk import ANNA, NOON, SALES, SUPPORT, TATIANA, a_field, a_process, a_stage, an_outcome, open_walk
from workflows.definitions.expressions.compile import compile_condition
from workflows.definitions.load import parse_process
from workflows.domain.case import Case, CaseStatus, Task, TaskStatus, Values
from workflows.domain.definition import Closing, FieldType, LetterRule, Recipient, WorkflowDefinition
from workflows.domain.facts.conditions import Around, Facts, around, holds
from workflows.domain.ids import CaseId, FieldName, OutcomeId, ProcessId, StageId, TaskId, TemplateName

WORDS = "{ru: а, en: a}"
TODAY = date(2024, 3, 4)


def purchase(when: str) -> WorkflowDefinition:
    """Return a process with documents, an approval and a payment that has a condition."""
    return parse_process(
        f"""
process: purchase
title: {WORDS}
number: P
start: documents
stages:
  documents:
    title: {WORDS}
    department: support
    form:
      pay_by: {{type: date, label: {WORDS}}}
      supplier: {{type: client, label: {WORDS}}}
      goods:
        type: rows
        label: {WORDS}
        columns:
          name: {{type: text, label: {WORDS}}}
          price: {{type: money, label: {WORDS}}}
          urgent: {{type: yes_no, label: {WORDS}}}
    outcomes: {{ready: {{title: {WORDS}, to: [approval]}}}}
  approval:
    title: {WORDS}
    department: support
    outcomes:
      approved: {{title: {WORDS}, to: [payment]}}
      refused: {{title: {WORDS}, to: [done]}}
  payment:
    title: {WORDS}
    department: support
    outcomes:
      paid: {{title: {WORDS}, to: [done], when: '{when}'}}
      put_off: {{title: {WORDS}, to: [done]}}
ends: {{done: {{title: {WORDS}, closes: case}}}}
""",
        "purchase.yaml",
    )


def a_case(**values: object) -> Case:
    """Return a case that Anna opened, whose approval Tatiana refused and later approved."""

    def done(number: int, stage: str, outcome: str, visit: int = 1) -> Task:
        return Task(
            id=TaskId(f"1.{number}"),
            stage=StageId(stage),
            department=SUPPORT,
            status=TaskStatus.COMPLETED,
            visit=visit,
            offered_at=NOON,
            assignee=ANNA if stage == "documents" else TATIANA,
            outcome=OutcomeId(outcome),
        )

    tasks = (
        done(1, "documents", "ready"),
        done(2, "approval", "refused"),
        done(3, "approval", "approved", 2),
        Task(
            id=TaskId("1.4"),
            stage=StageId("payment"),
            department=SUPPORT,
            status=TaskStatus.READY,
            visit=1,
            offered_at=NOON,
        ),
    )
    return Case(
        id=CaseId(1),
        number="P-1",
        process=ProcessId("purchase"),
        version="v",
        status=CaseStatus.ACTIVE,
        opened_by=ANNA,
        opened_at=NOON,
        client=None,
        values={FieldName(name): value for name, value in values.items()},
        tasks={task.id: task for task in tasks},
    )


GOODS = [{"name": "Стол", "price": "900.50", "urgent": True}, {"name": "Стул", "price": "99.50"}, {"name": "Лампа"}]


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("visit == 1", True),
        ('goods|sum("price") == 1000', True),
        ('goods|any("urgent") and not goods|all("urgent")', True),
        ('goods|count("price > 500") == 1', True),
        ("goods|length == 3", True),
        ("(pay_by - today)|days == 3", True),
        ("pay_by - today > 3", False),
        ("pay_by < today", False),
        ("did.documents == opener", True),
        ("did.documents == me", False),
        ("did.approval == me", True),
        ('did.approval == "tatiana"', True),
        ('outcome.approval == "approved"', True),
        ('outcome.payment == "paid"', False),
        ("did.payment is filled", False),
        ('supplier.phone == "+7"', True),
        ('supplier.phone != "+8" and supplier.inn == "1"', False),
        ("supplier.inn is not filled", True),
        ('supplier == "Romashka"', True),
    ],
)
def test_a_condition_sees_the_facts_the_day_the_people_and_the_earlier_outcomes(when: str, is_open: bool) -> None:
    definition = purchase(when)
    case = a_case(goods=GOODS, pay_by=(TODAY + timedelta(days=3)).isoformat(), supplier={"id": 1, "name": "Romashka"})
    seen = around(case, 1, today=TODAY, me=TATIANA, records={FieldName("supplier"): {"phone": "+7"}})

    outcome = definition.stages[StageId("payment")].outcomes[0]

    assert holds(outcome.when, definition, case.values, seen) is is_open


@pytest.mark.parametrize(
    "when",
    [
        "pay_by > today",
        "not pay_by > today",
        'goods|sum("price") < 1000',
        "goods|length < 1000",
        "did.approval != opener",
        'outcome.approval != "refused"',
        'supplier.phone != "+7"',
        "me != opener",
    ],
)
def test_a_condition_that_meets_a_missing_value_does_not_hold(when: str) -> None:
    definition = purchase(when)

    assert not holds(definition.stages[StageId("payment")].outcomes[0].when, definition, {}, Around())


@pytest.mark.parametrize("broken", ["2026-99-99", {"id": 1}, ["2026-01-01"]])
def test_a_stored_value_that_no_longer_fits_its_field_counts_as_missing(broken: object) -> None:
    definition = purchase("pay_by > today")
    values: Values = {FieldName("pay_by"): broken}

    outcome = definition.stages[StageId("payment")].outcomes[0]

    assert not holds(outcome.when, definition, values, Around(today=TODAY))


def test_facts_are_worked_out_once_and_listed_without_parts() -> None:
    case = a_case(goods=GOODS)

    facts = Facts(purchase("visit == 1"), case.values, around(case, 2, today=TODAY, me=ANNA))

    assert dict(facts).keys() == {"goods", "visit", "today", "me", "opener"}
    assert len(facts) == 5
    assert facts["goods"] is facts["goods"]
    assert "pay_by" not in facts


@pytest.mark.parametrize(("amount", "sent"), [("10", []), ("2000", ["sorry"])])
def test_a_letter_with_a_condition_is_sent_where_it_holds(amount: str, sent: list[str]) -> None:
    when = compile_condition("amount > 1000", ["amount"])
    rule = LetterRule(template=TemplateName("sorry"), to=Recipient.CLIENT, when=when)
    amount_asked = (a_field("amount", FieldType.MONEY),)
    process = a_process(
        a_stage("apply", SALES, an_outcome("ready", "done", letters=(rule,)), form=amount_asked),
        ends={"done": Closing.CASE},
    )

    walk = open_walk("ready", definition=process, amount=amount)

    assert [letter.template for letter in walk.last.letters if letter.recipient is not None] == sent
