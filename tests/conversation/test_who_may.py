"""A task that is for some people only: what its card, its buttons and refusals say, and how a head hands it on."""

from dataclasses import replace

from bot.actions import Action, Verb
from tests.conversation.desk import Desk, menu_in, said_in
from tests.onboarding import ANNA, NIKOLAY, PAVEL, STEPAN, TATIANA, onboarding
from workflows.domain.ids import StageId
from workflows.domain.text import Language
from workflows.domain.who import ButNot, Offer, WhoKind, WhoRule

INTAKE = StageId("intake")


def a_desk(language: Language = Language.EN, stage: StageId = INTAKE, **said: object) -> Desk:
    """Return a desk where a stage says whom it is for."""
    definition = onboarding()
    stages = {**definition.stages, stage: replace(definition.stages[stage], **said)}  # type: ignore[arg-type]  # tests name what they change
    return Desk(language, processes=[replace(definition, stages=stages)])


FOR_TATIANA = (WhoRule(kind=WhoKind.PERSON, name=TATIANA),)


async def test_a_press_by_somebody_else_is_refused_with_who_may() -> None:
    desk = a_desk(who=FOR_TATIANA)
    task = desk.task(await desk.opens_case(), "intake")

    reply = await desk.presses(STEPAN, desk.button(task, Verb.CLAIM))

    assert reply.is_refusal
    assert "This task is for: Tatiana Belova." in (reply.toast or "")
    assert not (await desk.presses(TATIANA, desk.button(task, Verb.CLAIM))).is_refusal


async def test_whoever_opened_the_case_is_told_why_somebody_else_has_to_do_it() -> None:
    desk = a_desk(Language.RU, StageId("papers"), but_not=ButNot(stages=(INTAKE,), opener=True))
    task = desk.task(await desk.hands_over_intake(), "papers")

    claimed = await desk.presses(ANNA, desk.button(task, Verb.CLAIM))
    forged = Action(verb=Verb.REASSIGN_TO, target=task.id, revision=task.revision, argument=ANNA)
    given = await desk.presses(PAVEL, forged.encode())

    assert (claimed.toast or "").startswith("Вы открыли это дело, поэтому эту задачу делает кто-то другой.")
    assert (given.toast or "").startswith("Анна Соколова: этот человек открыл дело")
    assert desk.now(task).assignee is None


async def test_the_queue_shows_a_task_only_to_whom_it_is_for() -> None:
    desk = a_desk(who=FOR_TATIANA)
    await desk.opens_case("Alpha")

    assert "Alpha" in said_in(await desk.says(TATIANA, "/queue"))
    assert "Alpha" in said_in(await desk.says(NIKOLAY, "/queue"))
    assert "Alpha" not in said_in(await desk.says(STEPAN, "/queue"))


async def test_a_head_does_what_is_to_be_handed_out_or_hands_it_on_in_one_press() -> None:
    desk = a_desk(Language.RU, offer=Offer.HEAD)
    task = desk.task(await desk.opens_case(), "intake")
    assert task.assignee == NIKOLAY

    assert [button.label for button in desk.buttons(task)][:2] == ["Взять себе", "Передать…"]

    menu = menu_in(await desk.presses(NIKOLAY, desk.button(task, Verb.REASSIGN)))
    reply = await desk.presses(NIKOLAY, menu.buttons[0])

    assert [button.label for button in menu.buttons] == ["Степан Фёдоров: 0 задач", "Татьяна Белова: 0 задач"]
    assert (reply.toast, desk.now(task).assignee) == ("ONB-1: новый исполнитель — Степан Фёдоров.", STEPAN)


async def test_what_is_released_goes_back_to_the_head_who_hands_out() -> None:
    desk = a_desk(offer=Offer.HEAD)
    task = desk.task(await desk.opens_case(), "intake")
    menu = menu_in(await desk.presses(NIKOLAY, desk.button(task, Verb.REASSIGN)))
    await desk.presses(NIKOLAY, menu.buttons[0])

    reply = await desk.presses(STEPAN, desk.button(desk.now(task), Verb.RELEASE))

    assert reply.toast == "ONB-1: now with Nikolay Popov."
