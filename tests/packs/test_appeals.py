"""The pack of the centre of appeals says what it does: terms by topic, one visa, approvals that can be switched off."""

from collections.abc import Mapping

import pytest

import templates
from workflows.definitions.load import Company, load_company
from workflows.domain.definition import EachRow, FieldType, Outcome, Rule, Stage
from workflows.domain.ids import FieldName, OutcomeId, ProcessId, StageId
from workflows.domain.who import Offer


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company(templates.FOLDER / "companies" / "appeals")


@pytest.fixture(scope="module")
def appeal(company: Company) -> Mapping[StageId, Stage]:
    return company.definitions[ProcessId("appeal")].stages


@pytest.fixture(scope="module")
def support(company: Company) -> Mapping[StageId, Stage]:
    return company.definitions[ProcessId("tech_support")].stages


def ways(stages: Mapping[StageId, Stage], stage: str, outcome: str, facts: Mapping[str, object]) -> list[str]:
    """Return where an outcome leads with these facts."""
    found: Outcome | None = stages[StageId(stage)].outcome(OutcomeId(outcome))
    assert found is not None
    return [str(target.to) for target in found.targets if target.when is None or target.when.holds(facts)]


def test_only_the_approval_of_the_answer_can_be_switched_off(appeal: Mapping[StageId, Stage]) -> None:
    assert [name for name, stage in appeal.items() if stage.optional] == ["agreement"]
    assert ways(appeal, "agreement", "approved", {}) == ["visa"]


def test_the_dispatcher_names_the_responsible_person_and_a_helper_for_each_part(
    appeal: Mapping[StageId, Stage],
) -> None:
    asked = {field.name: field for field in appeal[StageId("dispatching")].form}
    study, helping = appeal[StageId("study")], appeal[StageId("help")]

    assert asked[FieldName("responsible")].type is FieldType.PERSON
    assert {column.name for column in asked[FieldName("helpers")].columns} == {"part", "helper"}
    assert (study.offer, helping.offer) == (Offer.PERSON, Offer.PERSON)
    assert isinstance(helping.work, EachRow)


def test_the_term_comes_from_a_table(appeal: Mapping[StageId, Stage]) -> None:
    assert isinstance(appeal[StageId("terms")].work, Rule)


@pytest.mark.parametrize(("hours", "stage"), [(2, "work"), (3, "estimate_approval")])
def test_more_than_two_hours_are_approved(support: Mapping[StageId, Stage], hours: int, stage: str) -> None:
    assert ways(support, "estimate", "estimated", {"hours_estimated": hours}) == [stage]


@pytest.mark.parametrize(("priority", "stage"), [("urgent", "urgent_repair"), ("normal", "estimate")])
def test_nothing_is_estimated_while_a_site_is_down(support: Mapping[StageId, Stage], priority: str, stage: str) -> None:
    assert ways(support, "request", "sent", {"priority": priority}) == [stage]


def test_whoever_did_a_work_does_not_test_it(support: Mapping[StageId, Stage]) -> None:
    assert set(support[StageId("testing")].but_not.stages) == {"work", "urgent_repair"}


def test_the_personal_file_is_found_by_phone_and_by_mail(company: Company) -> None:
    kind = next(kind for kind in company.kinds if kind.id == "client")

    assert kind.duplicates == {"phone", "email"}
    assert {"phone", "email", "address"} <= kind.searched
