"""Forms that depend on their answers: what is asked, what must be answered, and what a hidden question leaves alone."""

import pytest

from bot.actions import Verb
from bot.conversation.incoming import FormSaved
from bot.conversation.reply import FormView, Reply
from tests.conversation.desk import Desk, form_in, labels_in, said_in
from tests.conversation.test_interview import Chat
from tests.small_companies.dependent_questions import ORDER, ORGANISATION
from workflows.definitions.building.process import build_organisation
from workflows.definitions.load import parse_process
from workflows.definitions.read.parse import parse
from workflows.definitions.read.schema import OrganisationKeys
from workflows.domain.case import Case
from workflows.domain.ids import CaseId, FieldName, OutcomeId, PersonId

ANNA = PersonId("anna")


@pytest.fixture
def desk() -> Desk:
    organisation = build_organisation(parse(ORGANISATION, "organisation.yaml", OrganisationKeys).keys)
    return Desk(organisation=organisation, processes=[parse_process(ORDER, "order.yaml")])


def asked(form: FormView) -> dict[str, bool]:
    """Return the questions of a form, and whether each must be answered."""
    shown = form.decided(form.chosen)
    return {str(field.name): shown.must_answer(field, shown.chosen) for field in shown.fields}


async def typed(desk: Desk, form: FormView, **values: object) -> Reply:
    """Type answers into a form, of which nothing else is written."""
    saved = FormSaved(form=form.form, values={FieldName(name): value for name, value in values.items()})
    return await desk.comes(ANNA, saved)


async def again(desk: Desk, form: FormView) -> FormView:
    """Open a form anew."""
    return form_in(await desk.conversation.form(desk.asker(ANNA), form.form))


async def sent_back(desk: Desk, **values: object) -> tuple[Case, FormView]:
    """Open a case with these answers, have it sent back, claim it; returns it with its form."""
    await desk.sends(ANNA, form_in(await desk.says(ANNA, "/new")), "ready", **values)
    task = desk.task(desk.case(CaseId(1)), "check")
    await desk.presses(ANNA, desk.button(task, Verb.CLAIM))
    await desk.sends(ANNA, await desk.form_of(task, ANNA), "wrong")
    task = desk.task(desk.case(CaseId(1)), "ask")
    await desk.presses(ANNA, desk.button(task, Verb.CLAIM))
    return desk.case(CaseId(1)), await desk.form_of(task, ANNA)


async def test_a_question_is_asked_once_the_answers_above_it_ask_for_it(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    assert asked(form) == {"service": True, "price": False, "why": False}

    internet = await typed(desk, form, service="internet")
    static = await typed(desk, form, static="yes", price="2000")

    assert internet.asking is not None
    assert internet.asking.hidden == {"addresses"}
    assert static.asking is not None
    assert static.asking.hidden == frozenset()
    assert static.asking.needed == {"why"}
    assert asked(await again(desk, form)) == {
        "service": True,
        "static": False,
        "addresses": True,
        "price": False,
        "why": True,
    }
    await typed(desk, form, service="phone")
    assert asked(await again(desk, form)) == {"service": True, "price": False, "why": True}


async def test_what_a_condition_requires_is_refused_when_it_is_missing_and_what_it_hides_is_not_asked(
    desk: Desk,
) -> None:
    form = form_in(await desk.says(ANNA, "/new"))

    lacking = await desk.sends(ANNA, form, "ready", service="internet", static="yes", price="1000.01")
    sent = await desk.sends(ANNA, form_in(lacking), "ready", service="phone", price="1000", why="")

    assert {f.name for f in form_in(lacking).fields if f.problem} == {"addresses", "why"}
    assert sent.closes_dialog
    # The draft still has an answer to what the form did not ask: it is not sent.
    assert desk.case(CaseId(1)).values == {"service": "phone", "price": "1000.00"}


async def test_a_question_that_is_not_shown_keeps_its_fact_and_only_an_emptied_answer_takes_one_back(
    desk: Desk,
) -> None:
    before, form = await sent_back(desk, service="internet", static="yes", addresses="4", price="10", why="Надо")
    assert before.values[FieldName("addresses")] == "4"

    await typed(desk, form, service="phone", why="")
    form = await again(desk, form)
    await desk.sends(ANNA, form, "ready")

    assert desk.case(CaseId(1)).values == {"service": "phone", "static": True, "addresses": "4", "price": "10.00"}


async def test_an_item_of_the_check_list_is_asked_where_its_condition_holds(desk: Desk) -> None:
    await desk.sends(ANNA, form_in(await desk.says(ANNA, "/new")), "ready", service="phone")
    await desk.sends(ANNA, form_in(await desk.says(ANNA, "/new")), "ready", service="internet")
    phone, internet = (desk.task(desk.case(CaseId(number)), "check") for number in (1, 2))

    assert "Right" in [button.label for button in desk.buttons(phone)]
    assert "Packed" not in [button.label for button in desk.buttons(internet)]
    for task in (phone, internet):
        await desk.presses(ANNA, desk.button(task, Verb.CLAIM))
    decided = [(phone, OutcomeId("right")), (internet, OutcomeId("packed"))]
    shown = [(await desk.form_of(task, ANNA)).decided(outcome) for task, outcome in decided]
    assert [[item.id for item in form.checklist] for form in shown] == [[], ["router"]]
    open_ = await desk.sends(ANNA, shown[1], "packed")
    assert open_.is_refusal
    await desk.presses(ANNA, shown[1].checklist[0].action)
    assert (await desk.sends(ANNA, shown[1], "packed")).closes_dialog


async def test_one_question_at_a_time_a_question_is_left_out_and_one_that_came_is_asked_after_a_change(
    desk: Desk,
) -> None:
    chat = Chat(desk, ANNA)
    assert "Service" in said_in(await chat.says("/new"))

    after_service = await chat.presses(chat.last, "Phone")
    assert "Price" in said_in(after_service)
    await chat.says("1500")
    assert "Why so much" in said_in(chat.last)
    assert "Skip" not in labels_in(chat.last)
    summary = await chat.says("Надо")
    change = await chat.presses(summary, "Change")
    await chat.presses(change, "Service")
    came = await chat.presses(chat.last, "Internet")

    assert "Own address" in said_in(came)
    assert "How many addresses" in said_in(await chat.presses(came, "Yes"))
    await chat.says("2")
    await chat.presses(chat.last, next(label for label in labels_in(chat.last) if label in ("Send", "Complete")))
    assert desk.case(CaseId(1)).values[FieldName("addresses")] == "2"
