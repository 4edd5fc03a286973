"""Outcomes as buttons of a card: one press completes the task, and claims it first where the process says so."""

from bot.actions import Action, Verb
from tests.conversation.desk import Desk, ask_in, form_in
from tests.onboarding import ANNA, IVAN, ROMAN, STEPAN
from workflows.domain.case import Task, TaskStatus


async def at_the_papers(desk: Desk, client: str = "Romashka") -> Task:
    """Bring a case to two stages at once, of which one needs nothing but a decision."""
    return desk.task(await desk.hands_over_intake(client), "papers")


async def test_one_press_on_an_unclaimed_card_claims_and_completes(desk: Desk) -> None:
    papers = await at_the_papers(desk)

    reply = await desk.presses(ANNA, desk.labelled(papers, "Signed"))

    done = desk.now(papers)
    assert (done.status, done.assignee) == (TaskStatus.COMPLETED, ANNA)
    assert reply.closes_dialog
    assert reply.toast == ("ONB-1 is handed over. Next: Launch (Tech support), when these are completed too: Build.")


async def test_a_second_press_and_one_of_another_department_change_nothing(desk: Desk) -> None:
    papers = await at_the_papers(desk)
    card = desk.labelled(papers, "Signed")

    elsewhere = await desk.presses(ROMAN, card)
    await desk.presses(ANNA, card)
    again = await desk.presses(IVAN, card)

    assert elsewhere.is_refusal
    assert again.is_refusal
    assert (again.toast or "").startswith("The task is completed already: Anna")


async def test_a_later_client_is_completed_at_once_only_for_a_reason(desk: Desk) -> None:
    await at_the_papers(desk, "Early")
    desk.clock.move(minutes=1)
    later = await at_the_papers(desk, "Late")

    asked = ask_in(await desk.presses(ANNA, desk.labelled(later, "Signed")))
    reply = await desk.answers(ANNA, asked, "their launch is tomorrow")

    assert "ONB-1 (Early)" in asked.prompt
    assert not reply.is_refusal
    assert desk.now(later).status is TaskStatus.COMPLETED


async def test_who_has_the_task_completes_it_from_the_card(desk: Desk) -> None:
    papers = await at_the_papers(desk)
    await desk.presses(ANNA, desk.button(papers, Verb.CLAIM))

    await desk.presses(ANNA, desk.labelled(papers, "Signed"))

    assert desk.now(papers).status is TaskStatus.COMPLETED


async def test_what_is_missing_by_now_is_asked_in_the_form(desk: Desk) -> None:
    case = await desk.opens_case()
    intake = desk.task(case, "intake")
    await desk.presses(STEPAN, desk.button(intake, Verb.CLAIM))
    forged = Action(verb=Verb.COMPLETE, target=intake.id, argument="accepted").encode()

    reply = await desk.presses(STEPAN, forged)

    assert form_in(reply).problem
    assert desk.now(intake).status is TaskStatus.CLAIMED


async def test_a_letter_outside_is_not_sent_unseen(desk: Desk) -> None:
    case = await desk.opens_case()
    intake = desk.task(case, "intake")
    await desk.presses(STEPAN, desk.button(intake, Verb.CLAIM))
    forged = Action(verb=Verb.COMPLETE, target=intake.id, argument="refused").encode()

    reply = await desk.presses(STEPAN, forged)

    assert form_in(reply).form == f"task:{intake.id}"
    assert not reply.is_refusal
    assert desk.now(intake).status is TaskStatus.CLAIMED


async def test_an_outcome_that_does_not_exist_is_refused(desk: Desk) -> None:
    papers = await at_the_papers(desk)

    reply = await desk.presses(ANNA, Action(verb=Verb.COMPLETE, target=papers.id, argument="nothing").encode())

    assert reply.is_refusal
