"""Whom a task is for: the rules of its stage, four eyes, and the heads."""

from dataclasses import replace

import pytest

from tests.domain.offices import (
    ANNA,
    BOARD,
    FAINA,
    GENERAL,
    IVAN,
    KIRA,
    LEGAL,
    LEV,
    MARK,
    OFFICES,
    OLGA,
    PAVEL,
    SALES,
    Office,
    approval,
    at_approval,
    but_not,
    rule,
)
from tests.domain.walk import a_stage, an_outcome, when
from workflows.domain import errors
from workflows.domain.ids import FieldName, PersonId
from workflows.domain.permissions import may_open
from workflows.domain.who import WhoRule

NEVER = when("false", lambda _facts: False)

NAMED: list[tuple[WhoRule, list[PersonId]]] = [
    (rule("head", "legal"), [OLGA]),
    (rule("head_of", "opener"), [PAVEL]),
    (rule("head_of", "check"), [OLGA]),
    (rule("post", "lawyer"), [OLGA, LEV, KIRA]),
    (rule("post", "lawyer", department=LEGAL), [OLGA, LEV, KIRA]),
    (rule("post", "lawyer", department=SALES), []),
    (rule("person", "mark"), [MARK]),
    (rule("did", "check"), [LEV]),
    (rule("opener"), [ANNA]),
    (rule("role", "committee"), [PAVEL, OLGA, FAINA]),
    (rule("role", "manager"), [GENERAL]),
    (rule("skill", "fibre"), [ANNA, LEV]),
    (rule("skill", "fibre", department=SALES), [ANNA]),
    (rule("owner", "client"), [IVAN]),
    (rule("owner", "deal"), [MARK]),
    (rule("owner", "contract"), []),
    (
        rule("of", of=(rule("post", "financial_director"), rule("person", "kira", when=NEVER), rule("head", "legal"))),
        [FAINA, OLGA],
    ),
]


@pytest.mark.parametrize(("named", "people"), NAMED, ids=lambda each: getattr(each, "kind", None))
def test_each_kind_of_rule_names_people_in_order(named: WhoRule, people: list[PersonId]) -> None:
    office = Office(
        definition=approval(who=(named,)),
        records={FieldName("company"): {"owner": IVAN}, FieldName("deal"): {"owner": MARK}},
    )
    office.open()

    office.pass_check()

    assert office.task("approve").candidates == tuple(people)
    assert list(office.candidates.listed(office.definition.stages[office.task("approve").stage])) == people


def test_the_first_rule_that_holds_counts() -> None:
    office = at_approval(who=(rule("person", "kira", when=NEVER), rule("department", "legal"), rule("person", "mark")))

    assert (office.task("approve").department, office.task("approve").candidates) == (LEGAL, None)


def test_whom_the_rules_do_not_name_is_refused_and_told_whom_they_do() -> None:
    office = at_approval(who=(rule("post", "lawyer", department=LEGAL),))

    with pytest.raises(errors.NotACandidate) as refusal:
        office.claim("approve", MARK)

    assert refusal.value.candidates == (OLGA, LEV, KIRA)
    office.claim("approve", KIRA)
    assert office.task("approve").assignee == KIRA


def test_a_head_over_a_candidate_may_do_it_and_no_other_head() -> None:
    office = at_approval(who=(rule("person", "mark"),))

    with pytest.raises(errors.NotACandidate):
        office.claim("approve", FAINA)
    office.claim("approve", OLGA)

    assert office.task("approve").assignee == OLGA


def test_a_head_gives_it_only_to_those_whom_the_rules_name() -> None:
    office = at_approval(who=(rule("role", "committee"),))

    with pytest.raises(errors.ChosenNotACandidate):
        office.give("approve", KIRA, by=FAINA)
    office.give("approve", OLGA, by=FAINA)

    assert office.task("approve").assignee == OLGA
    assert [p.id for p in office.candidates.givable(office.task("approve"))] == [PAVEL, OLGA, FAINA]


def test_four_eyes_hold_against_claiming_and_reassigning() -> None:
    office = at_approval(department=LEGAL, but_not=but_not("check", opener=True))

    with pytest.raises(errors.Barred) as refusal:
        office.claim("approve", LEV)
    with pytest.raises(errors.ChosenBarred):
        office.give("approve", LEV, by=OLGA)

    assert (refusal.value.stages, refusal.value.opened) == (("check",), False)
    assert office.task("approve").barred == (ANNA, LEV)
    office.give("approve", MARK, by=OLGA)
    assert office.task("approve").assignee == MARK


def test_four_eyes_hold_whichever_of_the_two_is_claimed_first() -> None:
    office = at_approval(department=LEGAL, but_not=but_not("check"))
    office.claim("approve", MARK)
    office.complete("approve", MARK, "again")

    office.claim("check", MARK)
    office.complete("check", MARK)

    with pytest.raises(errors.Barred):
        office.claim("approve", MARK)


def test_a_case_is_opened_by_whom_the_start_stage_names() -> None:
    everybody = approval(start=a_stage("ask", SALES, an_outcome("asked", "check"), who=(rule("everybody"),)))
    lawyers = approval(start=a_stage("ask", SALES, an_outcome("asked", "check"), who=(rule("post", "lawyer"),)))

    office = Office(definition=everybody)
    office.open(by=MARK)

    assert may_open(lawyers, OFFICES, KIRA)
    assert not may_open(lawyers, OFFICES, ANNA)
    with pytest.raises(errors.MayNotOpen) as refusal:
        Office(definition=lawyers).open(by=ANNA)
    assert refusal.value.is_by_rules
    assert office.task("ask").candidates == (MARK,)


def test_a_candidate_who_has_left_leaves_the_task_to_the_head() -> None:
    office = at_approval(who=(rule("person", "mark"),), department=BOARD)
    office.company = replace(OFFICES, people={p: who for p, who in OFFICES.people.items() if p != MARK})

    with pytest.raises(errors.NotACandidate):
        office.claim("approve", OLGA)
    office.claim("approve", GENERAL)

    assert office.task("approve").assignee == GENERAL
