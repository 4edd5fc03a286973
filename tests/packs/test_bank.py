"""The bank's pack says what the bank does: who decides on which amount, by which points, with which letters."""

from collections.abc import Mapping

import pytest

import templates
from workflows.definitions.load import Company, load_company
from workflows.domain.definition import Approval, Outcome, Rule, Stage
from workflows.domain.ids import OutcomeId, ProcessId, StageId


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company(templates.FOLDER / "companies" / "bank")


@pytest.fixture(scope="module")
def stages(company: Company) -> Mapping[StageId, Stage]:
    return company.definitions[ProcessId("loan")].stages


def outcome(stages: Mapping[StageId, Stage], stage: str, name: str) -> Outcome:
    found = stages[StageId(stage)].outcome(OutcomeId(name))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("stage", "need", "in_turn"),
    [("branch_approval", 1, False), ("committee_approval", 2, False), ("board_approval", None, True)],
)
def test_who_approves_how(stages: Mapping[StageId, Stage], stage: str, need: int | None, in_turn: bool) -> None:
    work = stages[StageId(stage)].work

    assert isinstance(work, Approval)
    assert (work.need, work.in_turn) == (need, in_turn)
    assert (work.veto is not None) == (stage == "committee_approval")


@pytest.mark.parametrize("approver", ["branch", "committee", "board"])
def test_the_underwriter_hands_over_to_whoever_decides_on_the_amount(
    stages: Mapping[StageId, Stage], approver: str
) -> None:
    targets = outcome(stages, "underwriting", "recommended").targets
    facts = {"approved_by": approver}

    assert [target.to for target in targets if target.when is None or target.when.holds(facts)] == [
        f"{approver}_approval"
    ]


@pytest.mark.parametrize("stage", ["branch_approval", "committee_approval", "board_approval", "underwriting"])
def test_nobody_who_took_or_checked_an_application_approves_it(stages: Mapping[StageId, Stage], stage: str) -> None:
    assert {"application", "completeness"} <= set(stages[StageId(stage)].but_not.stages)


def test_the_score_comes_from_a_table_and_no_letter_tells_it(company: Company, stages: Mapping[StageId, Stage]) -> None:
    told = {"score", "burden", "yearly_rate"}

    assert isinstance(stages[StageId("scoring")].work, Rule)
    for (name, _language), text in company.letters.texts.items():
        if name in ("refusal", "approval"):
            assert [word for word in told if word in text] == []
