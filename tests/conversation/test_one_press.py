"""Outcomes as buttons of a card: one press completes the task, and claims it first where the process says so."""

from dataclasses import replace

from bot.actions import Action, Verb
from bot.conversation.incoming import FormFinished, FormPreviewed, FormSaved, PreviewRead
from bot.conversation.reply import FormView
from tests.conversation.desk import Desk, ask_in, filled_in, form_in, preview_in
from tests.onboarding import ANNA, IVAN, ROMAN, STARTS_ON, STEPAN, onboarding
from workflows.domain.case import Task, TaskStatus
from workflows.domain.ids import FieldName, OutcomeId, StageId


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


async def test_a_form_is_sent_in_one_step_and_once(desk: Desk) -> None:
    case = await desk.hands_over_intake()
    build = desk.task(case, "build")
    await desk.presses(ROMAN, desk.button(build, Verb.CLAIM))
    values = {FieldName("version"): "1.0"}
    filled = FormPreviewed(form=f"task:{build.id}", outcome=OutcomeId("done"), values=values)

    reply = await desk.comes(ROMAN, FormFinished(filled=filled), update_id="web:1")
    again = await desk.comes(ROMAN, FormFinished(filled=filled), update_id="web:1")

    assert reply.closes_dialog
    assert desk.now(build).outcome == "done"
    assert again.is_repeated


async def test_what_goes_outside_is_sent_in_one_step_only_as_it_was_seen(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    values = {FieldName("refusal_reason"): "no licence"}
    filled = FormPreviewed(form=f"task:{task.id}", outcome=OutcomeId("refused"), values=values)

    shown = preview_in(await desk.comes(STEPAN, FormFinished(filled=filled)))
    assert shown.must_be_seen
    assert desk.now(task).status is TaskStatus.CLAIMED
    other = replace(filled, values={FieldName("refusal_reason"): "another"})
    newer = preview_in(await desk.comes(STEPAN, FormFinished(filled=other, seen=shown.seal)))
    reply = await desk.comes(STEPAN, FormFinished(filled=other, seen=newer.seal))

    assert reply.closes_dialog
    assert desk.now(task).outcome == "refused"


async def test_what_a_form_would_send_can_be_looked_at_and_nothing_is_kept(desk: Desk) -> None:
    case = await desk.hands_over_intake()
    build = desk.task(case, "build")
    await desk.presses(ROMAN, desk.button(build, Verb.CLAIM))
    read = PreviewRead(form=f"task:{build.id}", outcome=OutcomeId("done"))

    missing = await desk.conversation.foresee(desk.asker(ROMAN), read)
    values = {FieldName("version"): "1.0"}
    shown = preview_in(await desk.conversation.foresee(desk.asker(ROMAN), replace(read, values=values)))

    assert missing.toast == "Not filled in yet: Version."
    assert shown.letters
    assert not (await desk.form_of(build, ROMAN)).has_draft


async def test_what_was_seen_otherwise_is_shown_again_before_it_is_sent(desk: Desk) -> None:
    case = await desk.hands_over_intake()
    build = desk.task(case, "build")
    await desk.presses(ROMAN, desk.button(build, Verb.CLAIM))
    done = PreviewRead(form=f"task:{build.id}", outcome=OutcomeId("done"), values={FieldName("version"): "1.0"})
    seen = preview_in(await desk.conversation.foresee(desk.asker(ROMAN), done)).seal
    filled = FormPreviewed(form=done.form, outcome=done.outcome, values={FieldName("version"): "2.0"})

    asked = await desk.comes(ROMAN, FormFinished(filled=filled, seen=seen))
    shown = preview_in(asked)
    assert desk.now(build).status is TaskStatus.CLAIMED
    sent = await desk.comes(ROMAN, FormFinished(filled=filled, seen=shown.seal))

    assert asked.toast is not None
    assert asked.toast.startswith("The form was changed meanwhile")
    assert sent.closes_dialog


async def test_what_a_form_lacks_and_what_is_wrong_in_it_are_told_apart(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    values = {FieldName("client"): "Romashka", FieldName("starts_on"): "soon"}

    read = PreviewRead(form=form.form, outcome=OutcomeId("begin"), values=values)
    reply = await desk.conversation.foresee(desk.asker(ANNA), read)

    assert reply.toast == "Not filled in yet: Services. To be corrected: Start date."


def begun_on(form: FormView, day: str) -> FormFinished:
    values = filled_in(form, {"client": "Romashka", "services": ["cards"], "starts_on": day})
    return FormFinished(filled=FormPreviewed(form=form.form, outcome=OutcomeId("begin"), values=values))


async def test_an_unusual_answer_is_asked_about_before_it_is_sent(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))

    asked = await desk.comes(ANNA, begun_on(form, "01.01.2020"))
    shown = preview_in(asked)
    sent = await desk.confirms(ANNA, shown)

    assert shown.doubts == ("Start date: 1 January 2020",)
    assert asked.toast == "Look at this before it is sent: Start date: 1 January 2020."
    assert sent.closes_dialog


async def test_an_unusual_answer_kept_in_the_draft_is_asked_about_when_the_card_is_pressed() -> None:
    process = onboarding()
    stage = replace(process.stages[StageId("papers")], form=(STARTS_ON,))
    desk = Desk(processes=[replace(process, stages={**process.stages, stage.id: stage})])
    papers = await at_the_papers(desk)
    await desk.presses(ANNA, desk.button(papers, Verb.CLAIM))
    await desk.comes(ANNA, FormSaved(form=f"task:{papers.id}", values={FieldName("starts_on"): "01.01.2020"}))

    asked = await desk.presses(ANNA, Action(verb=Verb.COMPLETE, target=papers.id, argument="signed").encode())

    assert preview_in(asked).doubts == ("Start date: 1 January 2020",)
    assert desk.now(papers).status is TaskStatus.CLAIMED
    await desk.confirms(ANNA, preview_in(asked))
    assert desk.now(papers).status is TaskStatus.COMPLETED


async def test_a_usual_answer_is_sent_without_a_question(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))

    assert (await desk.comes(ANNA, begun_on(form, "01.01.2030"))).closes_dialog
