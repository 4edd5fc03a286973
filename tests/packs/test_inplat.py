"""InPlat's pack describes what InPlat does: who hands over to whom, with which message and which facts."""

from collections.abc import Iterator

import pytest
from jinja2 import meta

import templates
from workflows.definitions.letters.read_letter import read_letter
from workflows.definitions.load import Company, load_company
from workflows.domain.definition import Closing, FieldType, Outcome, Stage, WorkflowDefinition
from workflows.domain.ids import DepartmentId, EndId, ItemId, OutcomeId, ProcessId, StageId, TemplateName
from workflows.domain.people import Role
from workflows.domain.text import Language

HANDOVERS = {
    "h1_work_begun": ("sales", "tech_support", {"client", "contact", "services", "expected_start"}),
    "h2_documents_approved": (
        "accounts",
        "sales",
        {"documents_approved", "documents_approved_by", "documents_approved_on"},
    ),
    "h3_goods_for_catalogue": (
        "accounts",
        "funding_sources",
        {"goods", "tariffs", "bank_decision_date", "bank_comment"},
    ),
    "h4_goods_to_prepare": ("accounts", "tech_support", {"goods", "setup_deadline"}),
    "h5_start_payment_module": ("sales", "development", {"site_platform", "integration_type", "test_access"}),
    "h6_module_ready": ("development", "sales", {"module_version", "module_access", "module_limits"}),
    "h7_testing_may_begin": ("development", "tech_support", {"test_plan", "environments"}),
    "h8_goods_entered": ("funding_sources", "tech_support", {"goods_entered"}),
    "h9_integration_complete": ("tech_support", "accounts", {"test_results", "go_live_date"}),
}


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company(templates.FOLDER / "companies" / "inplat")


@pytest.fixture(scope="module")
def process(company: Company) -> WorkflowDefinition:
    return company.definitions[ProcessId("client_onboarding")]


def outcome(process: WorkflowDefinition, stage: str, name: str) -> Outcome:
    found = process.stages[StageId(stage)].outcome(OutcomeId(name))
    assert found is not None
    return found


def leads_to(process: WorkflowDefinition, stage: str, name: str) -> set[str]:
    return {target.to for target in outcome(process, stage, name).targets}


def senders(process: WorkflowDefinition, template: str) -> Iterator[tuple[Stage, Stage]]:
    """Iterate over the stages that send the message, each with the stage it goes to."""
    for stage in process.stages.values():
        for decision in stage.outcomes:
            for target in decision.targets:
                if target.handover == template:
                    yield stage, process.stages[StageId(target.to)]


@pytest.mark.parametrize("template", HANDOVERS)
def test_each_of_the_nine_handovers_goes_from_one_department_to_the_other(
    process: WorkflowDefinition, template: str
) -> None:
    giver, taker, _ = HANDOVERS[template]

    assert [(a.department, b.department) for a, b in senders(process, template)] == [(giver, taker)]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("template", HANDOVERS)
def test_each_handover_message_carries_what_it_must(company: Company, template: str, language: Language) -> None:
    text = company.letters.source(TemplateName(template), language)

    assert meta.find_undeclared_variables(read_letter(text)) >= HANDOVERS[template][2]


def test_goods_are_listed_with_price_and_vat_and_entered_with_their_ids(process: WorkflowDefinition) -> None:
    columns = {str(field.name): {c.name for c in field.columns} for field in process.fields() if field.columns}

    assert columns["goods"] == {"name", "article", "price", "vat"}
    assert columns["goods_entered"] == {"name", "system_id", "funding_source"}


def test_goods_and_the_module_are_prepared_at_once_and_testing_waits_for_both(process: WorkflowDefinition) -> None:
    assert leads_to(process, "signature_and_bank", "bank_approved") == {"goods_list", "payment_module"}
    assert process.stages[StageId("goods_setup_and_testing")].joins == ("catalogue", "payment_module")


def test_the_bank_may_refuse_with_a_reason_and_the_client_gets_a_letter(process: WorkflowDefinition) -> None:
    refused = outcome(process, "signature_and_bank", "bank_refused")

    assert leads_to(process, "signature_and_bank", "bank_refused") == {"refused"}
    assert refused.requires == ("bank_refusal_reason",)
    assert not refused.needs_checklist
    assert [letter.template for letter in refused.letters] == ["bank_refusal"]
    assert process.ends[EndId("refused")].closes is Closing.CASE_AT_ONCE


def test_what_has_to_be_mended_goes_back_with_the_reason(process: WorkflowDefinition) -> None:
    back = {
        ("documents", "incomplete"): ("acquisition", "documents_missing"),
        ("signature_and_bank", "bank_corrections"): ("acquisition", "bank_corrections"),
        ("goods_setup_and_testing", "failed"): ("payment_module", "findings"),
    }

    for (stage, name), (to, reason) in back.items():
        assert leads_to(process, stage, name) == {to}
        assert outcome(process, stage, name).requires == (reason,)


def test_work_with_a_client_begins_once_and_later_visits_are_corrections(process: WorkflowDefinition) -> None:
    begun = outcome(process, "acquisition", "work_begun").when
    corrected = outcome(process, "acquisition", "corrected").when
    assert begun is not None
    assert corrected is not None

    assert [begun.holds({"visit": visit}) for visit in (1, 2, 3)] == [True, False, False]
    assert [corrected.holds({"visit": visit}) for visit in (1, 2, 3)] == [False, True, True]


def test_a_connected_client_gets_a_welcome_letter(process: WorkflowDefinition) -> None:
    assert [letter.template for letter in outcome(process, "launch", "launched").letters] == ["welcome"]
    assert process.ends[EndId("connected")].closes is Closing.CASE


def test_every_kind_of_field_of_the_first_version_is_in_use(process: WorkflowDefinition) -> None:
    used = {field.type for field in process.fields()} | {c.type for f in process.fields() for c in f.columns}

    first = "text long_text number money date choice choices yes_no phone email inn rows file client"
    assert used >= set(map(FieldType, first.split()))


def test_the_documents_are_checked_by_a_list(process: WorkflowDefinition) -> None:
    documents = process.stages[StageId("documents")]

    for item in ("charter_checked", "authority_checked", "bank_details_checked"):
        found = documents.item(ItemId(item))
        assert found is not None
        assert found.required


def test_every_stage_is_watched_over(process: WorkflowDefinition) -> None:
    assert [stage.id for stage in process.stages.values() if stage.reaction is None or stage.due_after is None] == []


def test_every_department_that_works_has_two_people_and_a_head_among_them(
    company: Company, process: WorkflowDefinition
) -> None:
    organisation = company.organisation

    for department in {stage.department for stage in process.stages.values()}:
        people = [p.id for p in organisation.people.values() if department in p.departments]
        assert len(people) >= 2, department
        assert organisation.department(department).head in people


def test_the_heads_of_both_departments_above_are_managers_and_there_is_one_administrator(company: Company) -> None:
    organisation = company.organisation

    for department in ("commercial", "it"):
        head = organisation.department(DepartmentId(department)).head
        assert Role.MANAGER in organisation.person(head).roles
    assert sum(Role.ADMINISTRATOR in p.roles for p in organisation.people.values()) == 1
