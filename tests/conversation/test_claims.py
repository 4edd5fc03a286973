"""Pressing Claim: the winner, those who come a moment later, and whoever would overtake an earlier client."""

from bot.actions import Action, Verb
from tests.conversation.desk import Desk, ask_in, form_in
from tests.onboarding import ANNA, NIKOLAY, ROMAN, STEPAN, TATIANA
from workflows.domain.case import TaskStatus
from workflows.domain.decision import Decision
from workflows.domain.events import TaskClaimed
from workflows.domain.ids import case_of


async def test_the_first_presser_has_the_task(desk: Desk) -> None:
    task = desk.task(await desk.opens_case(), "intake")

    reply = await desk.presses(STEPAN, desk.button(task, Verb.CLAIM))

    assert reply.toast == "ONB-1 is yours: Intake."
    assert not reply.is_refusal
    assert desk.now(task).assignee == STEPAN


async def test_the_press_that_claims_opens_the_form(desk: Desk) -> None:
    task = desk.task(await desk.opens_case(), "intake")

    form = form_in(await desk.presses(STEPAN, desk.button(task, Verb.CLAIM)))

    assert (form.form, form.title) == (f"task:{task.id}", "Intake")


async def test_a_claim_whose_form_cannot_be_read_holds(desk: Desk) -> None:
    task = desk.task(await desk.opens_case(), "intake")
    claim = desk.button(task, Verb.CLAIM)

    def break_off(decision: Decision | None) -> None:
        desk.memory.is_reachable = False

    desk.commits.subscribe(break_off)
    reply = await desk.presses(STEPAN, claim)
    desk.memory.is_reachable = True

    assert (reply.is_refusal, reply.dialog, reply.toast) == (False, None, "ONB-1 is yours: Intake.")
    assert desk.now(task).assignee == STEPAN


async def test_the_second_presser_is_told_who_took_it_and_how_long_ago(desk: Desk) -> None:
    task = desk.task(await desk.opens_case(), "intake")
    card = desk.button(task, Verb.CLAIM)
    await desk.presses(STEPAN, card)
    desk.clock.move(seconds=2)

    reply = await desk.presses(TATIANA, card)

    assert reply.is_refusal
    assert reply.toast is not None
    assert "Stepan Fedorov" in reply.toast
    assert "2 secs ago" in reply.toast
    assert desk.now(task).assignee == STEPAN


async def test_the_second_presser_is_told_in_russian(russian_desk: Desk) -> None:
    desk = russian_desk
    first = desk.task(await desk.opens_case("Ромашка"), "intake")
    await desk.opens_case("Василёк")
    card = desk.button(first, Verb.CLAIM)
    await desk.presses(STEPAN, card)
    desk.clock.move(seconds=2)

    reply = await desk.presses(TATIANA, card)

    assert reply.toast is not None
    assert "Степан Фёдоров" in reply.toast
    assert "2 с назад" in reply.toast
    assert "Следующее в вашей очереди: ONB-2." in reply.toast


async def test_the_loser_hears_of_nothing_more_when_the_queue_is_empty(desk: Desk) -> None:
    task = desk.task(await desk.opens_case(), "intake")
    card = desk.button(task, Verb.CLAIM)
    await desk.presses(STEPAN, card)

    reply = await desk.presses(TATIANA, card)

    assert reply.toast is not None
    assert "Next in your queue" not in reply.toast


async def test_a_double_press_is_told_that_the_task_is_yours_already(desk: Desk) -> None:
    task = desk.task(await desk.opens_case(), "intake")
    card = desk.button(task, Verb.CLAIM)
    await desk.presses(STEPAN, card)

    reply = await desk.presses(STEPAN, card)

    assert reply.toast is not None
    assert reply.toast.startswith("The task is yours already")


async def test_somebody_of_another_department_is_told_whose_it_is(desk: Desk) -> None:
    task = desk.task(await desk.opens_case(), "intake")

    reply = await desk.presses(ROMAN, desk.button(task, Verb.CLAIM))

    assert reply.is_refusal
    assert reply.toast is not None
    assert "Tech support" in reply.toast
    assert "Nikolay Popov" in reply.toast
    assert desk.now(task).status is TaskStatus.READY


async def test_overtaking_an_earlier_client_asks_for_the_reason_and_keeps_it(desk: Desk) -> None:
    await desk.opens_case("Early")
    desk.clock.move(minutes=1)
    later = desk.task(await desk.opens_case("Late"), "intake")

    asked = ask_in(await desk.presses(STEPAN, desk.button(later, Verb.CLAIM)))
    reply = await desk.answers(STEPAN, asked, "their launch is tomorrow")

    assert "ONB-1 (Early)" in asked.prompt
    assert reply.toast == "ONB-2 is yours: Intake."
    assert form_in(reply).form == f"task:{later.id}"
    claimed = [e for e in desk.memory.rows.history[case_of(later.id)] if isinstance(e, TaskClaimed)]
    assert [(e.overtook, e.reason) for e in claimed] == [("ONB-1", "their launch is tomorrow")]


async def test_overtaking_without_a_reason_is_asked_about_again(desk: Desk) -> None:
    await desk.opens_case("Early")
    desk.clock.move(minutes=1)
    later = desk.task(await desk.opens_case("Late"), "intake")
    asked = ask_in(await desk.presses(STEPAN, desk.button(later, Verb.CLAIM)))

    again = await desk.answers(STEPAN, asked, "   ")

    assert ask_in(again) == asked
    assert (again.is_refusal, again.toast) == (
        True,
        "A reason is needed, so nothing was changed. Write it in a few words.",
    )
    assert desk.now(later).status is TaskStatus.READY


async def test_the_earlier_client_can_be_taken_instead(desk: Desk) -> None:
    early = desk.task(await desk.opens_case("Early"), "intake")
    desk.clock.move(minutes=1)
    later = desk.task(await desk.opens_case("Late"), "intake")
    asked = ask_in(await desk.presses(STEPAN, desk.button(later, Verb.CLAIM)))

    reply = await desk.presses(STEPAN, asked.instead[0])

    assert asked.instead[0].label == "Take ONB-1"
    assert reply.toast == "ONB-1 is yours: Intake."
    assert desk.now(early).assignee == STEPAN
    assert desk.now(later).status is TaskStatus.READY


async def test_the_form_takes_the_place_of_the_question_when_the_earlier_client_is_taken_instead(desk: Desk) -> None:
    await desk.opens_case("Early")
    desk.clock.move(minutes=1)
    later = desk.task(await desk.opens_case("Late"), "intake")
    asked = ask_in(await desk.presses(STEPAN, desk.button(later, Verb.CLAIM)))

    first = await desk.presses(STEPAN, asked.instead[0])
    again = await desk.presses(STEPAN, asked.instead[0])

    assert (first.is_refusal, form_in(first).title) == (False, "Intake")
    assert (again.is_refusal, again.closes_dialog) == (True, False)


async def test_an_old_button_still_claims(desk: Desk) -> None:
    task = desk.task(await desk.opens_case(), "intake")
    old = desk.button(task, Verb.CLAIM)
    await desk.presses(STEPAN, old)
    await desk.presses(STEPAN, desk.button(task, Verb.RELEASE))

    reply = await desk.presses(TATIANA, old)

    assert not reply.is_refusal
    assert desk.now(task).assignee == TATIANA


async def test_an_old_button_of_a_task_that_is_done_tells_where_the_case_is_now(desk: Desk) -> None:
    task = desk.task(await desk.opens_case(), "intake")
    old = desk.button(task, Verb.CLAIM)
    await desk.presses(STEPAN, old)
    form = await desk.form_of(task, STEPAN)
    await desk.presses(STEPAN, form.checklist[0].action)
    await desk.sends(STEPAN, form, "accepted", contact="Ivan")

    reply = await desk.presses(TATIANA, old)

    assert reply.is_refusal
    assert reply.toast is not None
    assert reply.toast.startswith("The task is completed already: Stepan Fedorov")
    assert reply.toast.endswith("ONB-1 is now at: Build (Development), Papers (Sales).")


async def test_a_head_may_claim_what_waits_below(desk: Desk) -> None:
    task = desk.task(await desk.opens_case(), "intake")

    await desk.presses(NIKOLAY, desk.button(task, Verb.CLAIM))

    assert desk.now(task).assignee == NIKOLAY


async def test_a_task_that_never_was_cannot_be_claimed(desk: Desk) -> None:
    await desk.opens_case(by=ANNA)

    no_task = await desk.presses(STEPAN, Action(verb=Verb.CLAIM, target="1.99").encode())
    no_case = await desk.presses(STEPAN, Action(verb=Verb.CLAIM, target="99.1").encode())

    assert (no_task.toast or "").startswith("There is no such task any more.")
    assert (no_case.toast or "").startswith("There is no such case.")
