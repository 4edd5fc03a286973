"""Stages that a rule does: facts computed from expressions and tables, the first outcome that holds, nobody waits."""

import pytest

from tests.definitions.loans import loan
from tests.domain.walk import ROMASHKA, Walk, a_department, a_person, open_walk, organisation
from workflows.domain import errors, events
from workflows.domain.case import CaseStatus
from workflows.domain.ids import DepartmentId, FieldName, PersonId, StageId
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.domain.routes.ways import led_to

BRANCH, RISK = DepartmentId("branch"), DepartmentId("risk")
OLEG, RITA, SAVVA = PersonId("oleg"), PersonId("rita"), PersonId("savva")
BANK = organisation(
    (a_department(BRANCH, OLEG), a_department(RISK, RITA)),
    (a_person(OLEG, BRANCH), a_person(RITA, RISK), a_person(SAVVA, RISK)),
)


def applied(outcome: str = "taken", **answers: object) -> Walk:
    """Apply for a loan of a million for ten months, with a good income, unless the answers say otherwise."""
    said = {"client": ROMASHKA, "amount": "1000000", "term": "10", "income": "250000", "card": "gold"}
    return open_walk(outcome, OLEG, loan(), BANK, **{**said, **answers})


def test_a_rule_computes_facts_and_takes_the_first_outcome_that_holds() -> None:
    walk = applied()

    values = {name: walk.case.values[FieldName(name)] for name in ("payment", "burden", "score", "approver")}
    assert values == {"payment": "100000.00", "burden": "0.4", "score": "50", "approver": "committee"}
    assert walk.open_stages() == ["underwriting"]
    assert walk.task("scoring").is_done_by_nobody


@pytest.mark.parametrize(
    ("answers", "stage"),
    [
        ({"amount": "500000"}, "issue"),
        ({"amount": "500001"}, "underwriting"),
        ({"amount": "500000", "card": "standard"}, "underwriting"),
    ],
)
def test_the_lines_of_a_table_decide(answers: dict[str, object], stage: str) -> None:
    assert applied("taken", **answers).open_stages() == [stage]


def test_a_rule_can_end_the_case() -> None:
    walk = applied(income="90000", card="standard")

    assert (walk.case.status, walk.case.end) == (CaseStatus.COMPLETED, "refused")


def test_the_history_tells_what_the_rule_decided() -> None:
    walk = applied()

    (decided,) = [event for event in walk.last.events if isinstance(event, events.RuleApplied)]
    assert (decided.by, decided.outcome, decided.went_to) == (None, "looked_at", ("underwriting",))
    (opened,) = [event for event in walk.last.events if isinstance(event, events.TaskCompleted)]
    assert led_to(opened, walk.last.events) == ("underwriting",)


def test_a_rule_that_misses_a_value_waits_for_a_person_and_the_head_is_told() -> None:
    walk = applied("quick", income="")

    assert walk.open_stages() == ["scoring"]
    assert FieldName("payment") not in walk.case.values
    told = [n for n in walk.last.notices if n.kind is NoticeKind.DECISION_NEEDED]
    assert told == [
        PersonalNotice(
            kind=NoticeKind.DECISION_NEEDED,
            person=RITA,
            task_id=walk.task("scoring").id,
            values={"because": "rule", "missing": ["income"]},
        )
    ]
    walk.finish("scoring", SAVVA, "looked_at", payment="100000", burden="0.9", score="5", approver="board")
    assert walk.open_stages() == ["underwriting"]


def test_a_person_in_place_of_the_rule_is_held_to_its_conditions() -> None:
    walk = applied("quick", income="")
    walk.claim("scoring", SAVVA)

    with pytest.raises(errors.OutcomeClosed):
        walk.complete("scoring", SAVVA, "straight", payment="1", burden="0.1", score="5", approver="branch")


def test_division_by_nothing_is_a_missing_value() -> None:
    assert applied(term="0").open_stages() == ["scoring"]


def test_corrected_facts_are_looked_at_anew() -> None:
    walk = applied()
    walk.claim("underwriting", SAVVA)
    walk.return_to("underwriting", SAVVA, "application", "Не тот доход")

    walk.hand_back("application", OLEG, "", **{**_answers(walk), "income": "1000000"})

    assert walk.case.values[FieldName("burden")] == "0.1"
    assert walk.case.visits(StageId("scoring")) == 2
    assert walk.open_stages() == ["underwriting"]
    assert walk.task("underwriting").assignee == SAVVA


def test_corrected_facts_can_lead_elsewhere_and_the_returner_has_nothing_to_do_any_more() -> None:
    walk = applied()
    walk.claim("underwriting", SAVVA)
    walk.return_to("underwriting", SAVVA, "application", "Не тот доход")

    walk.hand_back("application", OLEG, "", **{**_answers(walk), "income": "40000", "card": "standard"})

    assert (walk.case.status, walk.case.end) == (CaseStatus.COMPLETED, "refused")
    assert not list(walk.case.unfinished_tasks())


def _answers(walk: Walk) -> dict[str, object]:
    return {name: walk.case.values[FieldName(name)] for name in ("client", "amount", "term", "income", "card")}
