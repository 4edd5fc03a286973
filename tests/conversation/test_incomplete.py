"""Forms that lack answers: refused, asked of others, and sent by themselves once nothing is missing."""

import pytest

from bot.actions import Verb
from bot.conversation.incoming import FormFinished, FormPreviewed
from bot.conversation.reply import FormView, Reply, ReplyKind
from tests.conversation.desk import Desk, ask_in, form_in, menu_in
from tests.conversation.test_form_conditions import typed
from tests.small_companies.missing_answers import ORDER, ORGANISATION
from workflows.definitions.building.process import build_organisation
from workflows.definitions.load import parse_process
from workflows.definitions.read.parse import parse
from workflows.definitions.read.schema import OrganisationKeys
from workflows.domain.case import Task, TaskStatus
from workflows.domain.decision import Decision
from workflows.domain.ids import CaseId, FieldName, OutcomeId, PersonId, TaskId
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.ports.chat import Button

ANNA, BORIS, CLARA = (PersonId(name) for name in ("anna", "boris", "clara"))
FULL = {"speed": "100", "address": "Лесная, 5", "kind": "fibre"}


@pytest.fixture
def desk() -> Desk:
    organisation = build_organisation(parse(ORGANISATION, "organisation.yaml", OrganisationKeys).keys)
    return Desk(organisation=organisation, processes=[parse_process(ORDER, "order.yaml")])


async def finishes(desk: Desk, form: FormView, outcome: str, **values: object) -> Reply:
    """Press the button that sends a form with these answers."""
    answers = {FieldName(name): value for name, value in values.items()}
    filled = FormPreviewed(form=form.form, outcome=OutcomeId(outcome), values=answers)
    return await desk.comes(ANNA, FormFinished(filled=filled))


def offered(view: FormView, label: str) -> Button:
    """Return the button of that label beside the problem of a form."""
    return next(button for button in view.offers if button.label == label)


async def launched(desk: Desk, **values: object) -> Task:
    """Open a case whose form lacks answers; returns its first task."""
    refused = await finishes(desk, form_in(await desk.says(ANNA, "/new")), "ready", **values)
    assert refused.is_refusal
    waits = await desk.presses(ANNA, offered(form_in(refused), "Send it once it is complete"))
    assert waits.closes_dialog, waits
    return desk.task(desk.case(CaseId(1)), "ask")


async def asks(desk: Desk, task: Task, field: str, whom: str) -> Reply:
    """Ask somebody for an answer from the card of a task."""
    fields = menu_in(await desk.presses(ANNA, desk.button(desk.now(task), Verb.ASK)))
    chosen = next(button for button in fields.buttons if button.label == field)
    people = menu_in(await desk.presses(ANNA, chosen))
    return await desk.presses(ANNA, next(button for button in people.buttons if button.label == whom))


def answering(task: Task) -> str:
    """Return what the button of the notice carries with which one answers what was asked first."""
    return f"tell:{task.id}:0:"


async def answers(desk: Desk, person: PersonId, task: Task, words: str) -> Reply:
    """Answer what one was asked."""
    return await desk.answers(person, ask_in(await desk.presses(person, answering(task))), words)


def told(decision: Decision | None) -> list[tuple[NoticeKind, PersonId]]:
    """Return whom a decision notifies in person, and of what."""
    notices = () if decision is None else decision.notices
    return [(notice.kind, notice.person) for notice in notices if isinstance(notice, PersonalNotice)]


async def test_a_case_is_launched_incomplete_and_goes_on_by_itself_when_the_last_answer_is_there(desk: Desk) -> None:
    task = await launched(desk, speed="100")
    assert (task.status, task.assignee) == (TaskStatus.CLAIMED, ANNA)
    assert task.held is not None
    assert (task.held.missing, task.held.needed) == (("address", "kind"), 3)
    assert desk.case(CaseId(1)).values == {}

    await asks(desk, task, "Address", "Boris")
    await asks(desk, task, "Kind", "Building")
    thanks = await answers(desk, BORIS, task, "Лесная, 5")
    held = desk.now(task).held
    options = menu_in(await desk.presses(CLARA, answering(task)))
    await desk.presses(CLARA, options.buttons[0])

    assert thanks.toast == "Thank you: Anna has the answer."
    assert held is not None
    assert held.missing == ("kind",)
    assert desk.now(task).status is TaskStatus.COMPLETED
    assert desk.case(CaseId(1)).values == {"speed": "100", "address": "Лесная, 5", "kind": "fibre"}
    assert [open_task.stage for open_task in desk.case(CaseId(1)).open_tasks()] == ["survey"]


async def test_what_was_asked_is_told_to_whom_it_was_asked_of_and_the_answer_to_whoever_asked(desk: Desk) -> None:
    task = await launched(desk, speed="100", kind="radio")

    await asks(desk, task, "Address", "Boris")
    asked = desk.woken[-1]
    await answers(desk, BORIS, task, "Лесная, 5")
    answered = desk.woken[-1]

    assert told(asked) == [(NoticeKind.FIELD_ASKED, BORIS)]
    assert (NoticeKind.FIELD_ANSWERED, ANNA) in told(answered)


async def test_an_answer_that_cannot_be_read_may_be_given_again_and_only_who_was_asked_gives_it(desk: Desk) -> None:
    task = await launched(desk, address="Лесная, 5", kind="fibre")
    await asks(desk, task, "Speed", "Boris")

    wrong = await answers(desk, BORIS, task, "быстро")
    stranger = await desk.presses(CLARA, answering(task))
    await answers(desk, BORIS, task, "100")
    late = await desk.presses(BORIS, answering(task))

    assert wrong.kind is ReplyKind.MENDABLE
    assert stranger.is_refusal
    assert late.is_refusal
    assert desk.now(task).status is TaskStatus.COMPLETED


async def test_what_one_fills_in_oneself_is_sent_as_always_and_the_meter_follows(desk: Desk) -> None:
    task = await launched(desk, speed="100")
    form = await desk.form_of(task, ANNA)

    await typed(desk, form, address="Лесная, 5", kind="fibre")

    held = desk.now(task).held
    assert held is not None
    assert held.missing == ()
    assert desk.now(task).status is TaskStatus.CLAIMED
    sent = await finishes(desk, await desk.form_of(task, ANNA), "ready")
    assert sent.closes_dialog
    assert desk.now(task).held is None


async def test_who_gave_an_answer_at_another_stage_is_named_and_asked_at_once(desk: Desk) -> None:
    await desk.sends(ANNA, form_in(await desk.says(ANNA, "/new")), "ready", **FULL)
    survey = desk.task(desk.case(CaseId(1)), "survey")
    await desk.presses(BORIS, desk.button(survey, Verb.CLAIM))
    await desk.presses(BORIS, (await desk.form_of(survey, BORIS)).checklist[0].action)
    await desk.sends(BORIS, await desk.form_of(survey, BORIS), "done", route="Лесная — Садовая")
    estimate = desk.task(desk.case(CaseId(1)), "estimate")
    await desk.presses(ANNA, desk.button(estimate, Verb.CLAIM))

    refused = form_in(await finishes(desk, await desk.form_of(estimate, ANNA), "sent", route="", price="10"))
    assert "May know it: Route — Boris." in (refused.problem or "")
    assert [button.label for button in refused.offers] == ["Send it once it is complete", "Ask: Route"]
    await desk.presses(ANNA, offered(refused, "Send it once it is complete"))

    assert [(asked.field, asked.person) for asked in desk.now(estimate).asked] == [("route", BORIS)]
    await answers(desk, BORIS, estimate, "Лесная — Полевая")
    assert desk.case(CaseId(1)).values[FieldName("route")] == "Лесная — Полевая"
    assert desk.now(estimate).status is TaskStatus.COMPLETED


async def test_a_form_with_a_wrong_answer_is_mended_and_does_not_wait(desk: Desk) -> None:
    refused = await finishes(desk, form_in(await desk.says(ANNA, "/new")), "ready", speed="быстро")

    assert form_in(refused).offers == ()


async def test_a_task_that_is_released_waits_for_nothing(desk: Desk) -> None:
    task = await launched(desk, speed="100")

    await desk.presses(ANNA, desk.button(task, Verb.RELEASE))

    assert desk.now(task).held is None
    assert desk.case(CaseId(1)).tasks[TaskId("1.1")].status is TaskStatus.READY
