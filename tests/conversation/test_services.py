"""The service catalogue: a case is opened with a service, whose parameters follow the choice."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation.forms.form_view import standing
from bot.conversation.reply import FormView
from tests.conversation.desk import Desk, form_in, menu_in, said_in
from tests.conversation.test_interview import Chat
from tests.small_companies.records_and_services import ENTRIES, company
from workflows.definitions.load import Company, parse_process
from workflows.domain.ids import CaseId, FieldName, PersonId, ProcessId
from workflows.usecases.running_processes import Definitions

ANNA = PersonId("anna")
ORDER = ProcessId("order")
WHOLE = {"client": "Romashka", "object": "Lenina 1", "object_floors": "5"}


def desk_of(works: Company) -> Desk:
    return Desk(processes=list(works.definitions.values()), organisation=works.organisation, kinds=list(works.kinds))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_of(company(tmp_path))


def asked(form: FormView) -> list[str]:
    """Return the names of the questions that a person is asked now."""
    shown = form.decided()
    return [field.name for field in shown.fields]


async def begins(desk: Desk, service: str) -> FormView:
    menu = menu_in(await desk.says(ANNA, "/new"))
    return form_in(await desk.presses(ANNA, next(b for b in menu.buttons if b.label == service)))


async def test_new_offers_the_services_and_the_chosen_one_is_in_the_form(desk: Desk) -> None:
    menu = menu_in(await desk.says(ANNA, "/new"))
    assert [button.label for button in menu.buttons] == ["Internet", "Survey"]

    form = await begins(desk, "Survey")

    assert next(field.value for field in form.fields if field.name == "service") == "survey"
    assert "survey_points" in asked(form)
    assert not [name for name in asked(form) if name.startswith("internet_")]
    assert standing(form.fields)[FieldName("service")] == "survey"


async def test_a_service_that_is_not_offered_opens_nothing(desk: Desk) -> None:
    reply = await desk.presses(ANNA, "new:order:0:s9")

    assert reply.is_refusal
    assert await desk.memory.draft("new:order:anna") is None


async def test_a_request_lacks_the_parameters_that_its_service_requires(desk: Desk) -> None:
    form = await begins(desk, "Survey")

    refused = form_in(await desk.sends(ANNA, form, "send", **WHOLE))
    sent = await desk.sends(ANNA, form, "send", **WHOLE, survey_points="3")

    assert [field.name for field in refused.fields if field.problem] == ["survey_points"]
    assert desk.case(sent.case_id or CaseId(0)).values[FieldName("survey_points")] == "3"


@pytest.mark.parametrize(("users", "is_sent"), [("50", True), ("51", False)])
async def test_a_parameter_is_required_under_a_condition(desk: Desk, users: str, is_sent: bool) -> None:
    form = await begins(desk, "Internet")

    reply = await desk.sends(ANNA, form, "send", **WHOLE, internet_speed="200", internet_users=users)

    assert (not reply.is_refusal) is is_sent
    if not is_sent:
        assert [field.name for field in form_in(reply).fields if field.problem] == ["internet_sender"]


async def test_parameters_of_another_service_are_not_kept(desk: Desk) -> None:
    form = await begins(desk, "Internet")

    reply = await desk.sends(ANNA, form, "send", **{**WHOLE, "service": "survey", "survey_points": "1"})

    values = desk.case(reply.case_id or CaseId(0)).values
    assert values[FieldName("service")] == "survey"
    assert not [name for name in values if name.startswith("internet_")]


async def test_questions_one_by_one_follow_the_choice_and_cards_show_the_answers(desk: Desk) -> None:
    chat = Chat(desk, ANNA)
    await chat.presses(await chat.says("/new"), "Survey")
    for answer in ("Romashka", "Lenina 1", "5"):
        await chat.says(answer)

    assert "Points" in said_in(chat.last)
    summary = desk.handler.definitions.newest(ORDER).summary
    assert summary == ("object", "service", "internet_speed", "internet_users", "internet_sender", "survey_points")


async def test_a_case_keeps_the_parameters_it_was_opened_with(tmp_path: Path) -> None:
    before = company(tmp_path / "before")
    after = company(
        tmp_path / "after", service_entries=ENTRIES.replace("points: {type: number", "rooms: {type: number")
    )
    desk = desk_of(before)
    form = await begins(desk, "Survey")
    await desk.sends(ANNA, form, "send", **WHOLE, survey_points="3")
    old = parse_process(before.sources[ORDER].text, "order")

    desk.handler = replace(desk.handler, definitions=Definitions(after.definitions.values(), [old], kinds=after.kinds))
    desk.conversation = desk.new_conversation()

    assert before.definitions[ORDER].version == old.version != after.definitions[ORDER].version
    case = desk.case(CaseId(1))
    words = desk.handler.definitions.of(case.process, case.version)
    assert [field.name for field in words.fields() if field.name in case.values][-1] == "survey_points"
    assert "survey_rooms" in asked(await begins(desk, "Survey"))
