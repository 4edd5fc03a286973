"""CasePress's pack says what CasePress does: who closes an order, how the payment is chased, who hears a complaint."""

from collections.abc import Mapping

import pytest

import templates
from workflows.definitions.load import Company, load_company
from workflows.domain.definition import Rule, Stage, SubCase
from workflows.domain.ids import DepartmentId, FieldName, ItemId, OutcomeId, ProcessId, StageId
from workflows.domain.who import Offer, WhoKind


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company(templates.FOLDER / "companies" / "casepress")


@pytest.fixture(scope="module")
def closing(company: Company) -> Mapping[StageId, Stage]:
    return company.definitions[ProcessId("closing")].stages


def test_an_order_opens_its_closing_and_does_not_wait_for_it(company: Company) -> None:
    work = company.definitions[ProcessId("order")].stages[StageId("closing")].work

    assert isinstance(work, SubCase)
    assert (work.process, work.waits) == ("closing", False)


def test_the_specialist_is_asked_nothing(company: Company) -> None:
    stage = company.definitions[ProcessId("order")].stages[StageId("work")]

    assert (stage.form, stage.checklist) == ((), ())
    assert [outcome.at_once for outcome in stage.outcomes] == [True]


def test_a_closing_goes_to_the_head_and_stays_with_whom_the_head_chose(closing: Mapping[StageId, Stage]) -> None:
    assert closing[StageId("papers")].offer is Offer.HEAD
    for name in ("payment", "chase"):
        assert [(rule.kind, rule.name) for rule in closing[StageId(name)].who] == [(WhoKind.DID, "papers")]


def test_no_stage_of_a_closing_names_a_person_or_is_done_by_the_specialists(closing: Mapping[StageId, Stage]) -> None:
    assert {stage.department for stage in closing.values()} == {DepartmentId("contact_centre"), DepartmentId("legal")}
    assert WhoKind.PERSON not in {rule.kind for stage in closing.values() for rule in stage.who}


def test_the_specialists_head_hears_a_complaint(closing: Mapping[StageId, Stage]) -> None:
    stage = closing[StageId("complaint")]

    assert [(rule.kind, rule.name) for rule in stage.who] == [(WhoKind.HEAD_OF, "opener")]
    assert stage.but_not.opener


@pytest.mark.parametrize(
    ("item", "facts", "asked"),
    [
        ("paper_posted", {"paper_wanted": True}, True),
        ("paper_posted", {"paper_wanted": False}, False),
        ("feedback_asked", {"feedback_wanted": False}, False),
    ],
)
def test_some_of_the_check_list_is_asked_under_a_condition(
    closing: Mapping[StageId, Stage], item: str, facts: Mapping[str, object], asked: bool
) -> None:
    condition = next(each.when for each in closing[StageId("papers")].checklist if each.id == ItemId(item))

    assert condition is not None
    assert condition.holds(facts) is asked


@pytest.mark.parametrize(("visit", "open_"), [(1, "first_letter"), (2, "called"), (3, "second_letter")])
def test_every_visit_to_the_chase_has_its_own_step(closing: Mapping[StageId, Stage], visit: int, open_: str) -> None:
    facts = {"visit": visit, "today": "2026-04-01", "step_on": "2026-04-01"}
    steps = [each for each in closing[StageId("chase")].outcomes if each.when is not None]

    assert [each.id for each in steps if each.when is not None and each.when.holds(facts)] == [OutcomeId(open_)]


def test_after_three_steps_the_head_decides(closing: Mapping[StageId, Stage]) -> None:
    stage = closing[StageId("next_step")]

    assert isinstance(stage.work, Rule)
    assert [field.name for field in stage.form] == [FieldName("step_on")]
    assert stage.at_most is not None
    assert (stage.at_most.visits, stage.at_most.otherwise.to) == (3, "decision")
