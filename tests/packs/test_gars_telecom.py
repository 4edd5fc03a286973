"""The operator's pack says what the operator does: who approves which amount, how fast a fault is taken."""

import pytest

import templates
from workflows.definitions.load import Company, load_company
from workflows.domain.definition import Approval
from workflows.domain.ids import ProcessId, StageId


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company(templates.FOLDER / "companies" / "gars_telecom")


def test_payments_are_approved_by_all_in_turn_and_never_by_the_asker(company: Company) -> None:
    stages = company.definitions[ProcessId("finance_request")].stages
    work = stages[StageId("approval")].work

    assert isinstance(work, Approval)
    assert (work.need, work.in_turn) == (None, True)
    assert stages[StageId("approval")].but_not.opener
    assert stages[StageId("payment")].but_not.opener


@pytest.mark.parametrize(("severity", "minutes", "hours"), [("critical", 15, 4), ("high", 60, 8), ("normal", 240, 72)])
def test_a_fault_has_the_reaction_time_and_the_due_date_of_its_severity(
    company: Company, severity: str, minutes: int, hours: int
) -> None:
    stage = company.definitions[ProcessId("trouble_ticket")].stages[StageId(f"first_line_{severity}")]

    assert stage.reaction is not None
    assert stage.due_after is not None
    assert stage.reaction.escalate_after.total_seconds() == minutes * 60
    assert stage.due_after.total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("service", "parameter"),
    [
        ("survey", "points"),
        ("internet", "sender"),
        ("telephony", "ported"),
        ("video", "cameras"),
        ("wifi", "portal"),
        ("channel", "protocol"),
    ],
)
def test_a_request_asks_for_the_parameters_of_its_service(company: Company, service: str, parameter: str) -> None:
    survey = company.definitions[ProcessId("survey")]

    assert f"{service}_{parameter}" in {field.name for field in survey.fields()}


def test_no_letter_tells_the_price_or_the_margin_of_a_tender(company: Company) -> None:
    told = [
        name for (name, _language), text in company.letters.texts.items() if "margin" in text or "our_price" in text
    ]

    assert told == []
