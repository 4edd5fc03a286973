"""The other buttons of a card: release, reassign, return for rework, tick, case, cancel."""

from bot.actions import Action, Verb
from bot.conversation.incoming import Press
from bot.conversation.reply import CaseView, FormView
from tests.conversation.desk import Desk, ask_in, form_in, labels_in, menu_in, said_in
from tests.conversation.test_interview import Chat
from tests.onboarding import ANNA, IVAN, NIKOLAY, PAVEL, ROMAN, STEPAN, TATIANA, VERA
from workflows.domain.case import CaseStatus, Task, TaskStatus
from workflows.domain.ids import case_of
from workflows.domain.text import Language


async def test_a_released_task_is_back_in_the_queue(desk: Desk) -> None:
    task = await desk.opens_claimed_case()

    reply = await desk.presses(STEPAN, desk.button(task, Verb.RELEASE))

    assert reply.toast == "ONB-1 is back in the queue: Tech support."
    assert desk.now(task).status is TaskStatus.READY


async def test_somebody_elses_task_cannot_be_released(desk: Desk) -> None:
    task = await desk.opens_claimed_case()

    reply = await desk.presses(TATIANA, desk.button(task, Verb.RELEASE))

    assert reply.is_refusal
    assert desk.now(task).assignee == STEPAN


async def test_releasing_twice_changes_nothing(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    button = desk.button(task, Verb.RELEASE)
    await desk.presses(STEPAN, button)

    reply = await desk.presses(STEPAN, button)

    assert reply.is_refusal
    assert (reply.toast or "").startswith("It is so already; nothing was changed.")


async def test_the_head_chooses_among_the_others_and_sees_their_load(desk: Desk) -> None:
    await desk.opens_claimed_case("Alpha", by=TATIANA)
    task = await desk.opens_claimed_case("Beta", by=STEPAN)

    menu = menu_in(await desk.presses(NIKOLAY, desk.button(task, Verb.REASSIGN)))
    reply = await desk.presses(NIKOLAY, menu.buttons[1])

    assert [button.label for button in menu.buttons] == ["Nikolay Popov: 0 tasks", "Tatiana Belova: 1 task"]
    assert reply.toast == "ONB-2: now with Tatiana Belova."
    assert reply.closes_dialog
    assert desk.now(task).assignee == TATIANA


async def test_the_loads_are_told_in_russian_plurals(russian_desk: Desk) -> None:
    desk = russian_desk
    for client in ("Альфа", "Бета"):
        await desk.opens_claimed_case(client, by=TATIANA)
    task = await desk.opens_claimed_case("Гамма", by=STEPAN)

    menu = menu_in(await desk.presses(NIKOLAY, desk.button(task, Verb.REASSIGN)))

    assert [button.label for button in menu.buttons] == ["Николай Попов: 0 задач", "Татьяна Белова: 2 задачи"]


async def test_only_a_head_is_offered_the_menu(desk: Desk) -> None:
    task = await desk.opens_claimed_case()

    reply = await desk.presses(STEPAN, desk.button(task, Verb.REASSIGN))

    assert reply.is_refusal
    assert reply.dialog is None
    assert "Nikolay Popov" in (reply.toast or "")


async def test_a_forged_choice_of_an_outsider_is_refused(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    forged = Action(verb=Verb.REASSIGN_TO, target=task.id, revision=task.revision, argument=ROMAN)

    reply = await desk.presses(NIKOLAY, forged.encode())

    assert reply.is_refusal
    assert "Roman Kozlov" in (reply.toast or "")
    assert desk.now(task).assignee == STEPAN


async def test_a_head_alone_in_the_department_is_told_so(desk: Desk) -> None:
    task = desk.task(await desk.hands_over_intake(), "build")
    await desk.presses(ROMAN, desk.button(task, Verb.CLAIM))

    reply = await desk.presses(ROMAN, desk.button(task, Verb.REASSIGN))

    assert reply.is_refusal
    assert reply.toast == "Nobody else works in this department; release the task instead."


async def test_work_is_returned_with_a_reason_that_the_other_side_sees(desk: Desk) -> None:
    task = desk.task(await desk.hands_over_intake(), "papers")
    await desk.presses(ANNA, desk.button(task, Verb.CLAIM))

    asked = ask_in(await desk.presses(ANNA, desk.button(task, Verb.RETURN)))
    reply = await desk.answers(ANNA, asked, "The contact is wrong")

    assert "Intake" in asked.prompt
    assert asked.options == ()
    assert reply.toast == "ONB-1 is returned to: Intake."
    assert reply.closes_dialog
    again = desk.task(desk.case(case_of(task.id)), "intake")
    form = await desk.form_of(again, STEPAN)
    assert form.known[0] == ("Returned for rework", "The contact is wrong")
    assert form.rework_reason == "The contact is wrong"


async def test_corrected_work_is_handed_back_with_a_remark_question_by_question() -> None:
    desk = Desk(Language.EN)
    papers = desk.task(await desk.hands_over_intake(), "papers")
    await desk.presses(ANNA, desk.button(papers, Verb.CLAIM))
    asked = ask_in(await desk.presses(ANNA, desk.button(papers, Verb.RETURN)))
    await desk.answers(ANNA, asked, "The contact is wrong")
    rework = desk.task(desk.case(case_of(papers.id)), "intake")
    chat = Chat(desk, STEPAN)

    opened = await chat.does(Press(action=Action(verb=Verb.WORK, target=rework.id).encode()))
    assert "Corrected, hand back" in labels_in(opened)
    await chat.presses(opened, "Corrected, hand back")
    asked_last = await chat.presses(chat.last, "Answer too: What was corrected")
    assert "What was corrected" in said_in(asked_last)
    await chat.says("Another name")
    for label in ("▫️ The client was called", "▫️ The site was seen", "Send"):
        await chat.presses(chat.last, label)

    back = desk.now(papers)
    assert (back.status, back.assignee) == (TaskStatus.CLAIMED, ANNA)
    form = await desk.form_of(back, ANNA)
    assert form.came_back is not None
    assert form.came_back[1] == "No answers were changed, “Another name”"
    assert form.known[0] == form.came_back


async def launched(desk: Desk) -> Task:
    """Bring a case to its last stage, claimed by Stepan."""
    case = await desk.hands_over_intake()
    build, papers = desk.task(case, "build"), desk.task(case, "papers")
    await desk.presses(ROMAN, desk.button(build, Verb.CLAIM))
    await desk.sends(ROMAN, await desk.form_of(build, ROMAN), "done", version="1.0")
    await desk.presses(ANNA, desk.button(papers, Verb.CLAIM))
    await desk.sends(ANNA, await desk.form_of(papers, ANNA), "signed")
    launch = desk.task(case, "launch")
    await desk.presses(STEPAN, desk.button(launch, Verb.CLAIM))
    return desk.now(launch)


async def test_work_that_came_from_two_stages_goes_back_to_the_one_chosen(desk: Desk) -> None:
    launch = await launched(desk)

    asked = ask_in(await desk.presses(STEPAN, desk.button(launch, Verb.RETURN)))
    papers = next(option for option in asked.options if option.label == "Papers")
    reply = await desk.answers(STEPAN, asked, "unsigned", option=papers)

    assert sorted(option.label for option in asked.options) == ["Build", "Papers"]
    assert reply.toast == "ONB-1 is returned to: Papers."


async def test_the_stage_may_also_be_pressed_first_and_the_reason_asked_then(desk: Desk) -> None:
    launch = await launched(desk)
    asked = ask_in(await desk.presses(STEPAN, desk.button(launch, Verb.RETURN)))

    then = ask_in(await desk.presses(STEPAN, asked.options[0]))
    reply = await desk.answers(STEPAN, then, "")

    assert then.options == ()
    assert reply.is_refusal
    assert desk.now(launch).status is TaskStatus.CLAIMED


async def test_a_case_that_has_run_to_its_end_says_so(desk: Desk) -> None:
    launch = await launched(desk)

    reply = await desk.sends(STEPAN, await desk.form_of(launch, STEPAN), "live")

    assert reply.toast == "ONB-1 is completed: Connected."
    assert desk.case(case_of(launch.id)).status is CaseStatus.COMPLETED


async def test_a_tick_is_kept_and_a_double_press_does_not_undo_it(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)

    once = form_in(await desk.presses(STEPAN, form.checklist[0].action))
    twice = form_in(await desk.presses(STEPAN, form.checklist[0].action))
    back = form_in(await desk.presses(STEPAN, twice.checklist[0].action))

    assert [form.checklist[0].done, once.checklist[0].done, twice.checklist[0].done] == [False, True, True]
    assert back.checklist[0].done is False
    assert isinstance(once, FormView)


async def test_only_the_assignee_ticks(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)

    reply = await desk.presses(TATIANA, form.checklist[0].action)

    assert reply.is_refusal
    assert "Stepan Fedorov" in (reply.toast or "")
    assert desk.now(task).ticks == frozenset()


async def test_the_case_button_opens_the_case_and_carries_its_status(desk: Desk) -> None:
    task = await desk.opens_claimed_case()

    reply = await desk.presses(TATIANA, desk.button(task, Verb.CASE))

    assert isinstance(reply.dialog, CaseView)
    assert reply.dialog.case_id == case_of(task.id)
    assert "Stepan Fedorov" in reply.dialog.status.text


async def test_a_case_is_cancelled_from_its_status_with_a_reason(desk: Desk) -> None:
    case = await desk.opens_case()
    status = await desk.says(ANNA, "/status ONB-1")
    assert status.message is not None
    button = status.message.buttons[0][0]

    asked = ask_in(await desk.presses(ANNA, button))
    silent = await desk.answers(ANNA, asked, " ")
    reply = await desk.answers(ANNA, asked, "The client changed their mind")

    assert button.label == "Cancel the case"
    assert silent.is_refusal
    assert reply.toast == "ONB-1 is cancelled."
    assert desk.case(case.id).status is CaseStatus.CANCELLED
    assert "Cancelled, today at 09:00" in said_in(await desk.says(ANNA, "/status ONB-1"))


async def test_who_may_not_cancel_is_neither_offered_nor_allowed_it(desk: Desk) -> None:
    case = await desk.opens_case()
    forged = Action(verb=Verb.CANCEL, target=str(case.id)).encode()

    status = await desk.says(IVAN, "/status ONB-1")
    reply = await desk.presses(IVAN, forged)

    assert status.message is not None
    assert status.message.buttons == ()
    assert reply.is_refusal
    assert reply.dialog is None


async def test_heads_and_managers_may_cancel(desk: Desk) -> None:
    case = await desk.opens_case()
    action = Action(verb=Verb.CANCEL, target=str(case.id)).encode()

    for person in (PAVEL, NIKOLAY, VERA):
        assert ask_in(await desk.presses(person, action)).title == "Cancel ONB-1"
