"""Rubbish, repeats and faults: each gets a clear sentence, and nothing is lost or half done."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from structlog.testing import capture_logs

from bot.actions import Action, Unreadable, Verb, decode
from bot.conversation.incoming import Answered, Commented, FormPreviewed, FormSaved, FormSent, Intent, Press, Said
from tests.conversation.desk import Desk, filled_in, form_in, said_in
from tests.onboarding import ANNA, STEPAN, TATIANA
from workflows.domain.events import CommentAdded
from workflows.domain.ids import CaseId, OutcomeId
from workflows.ports.unit_of_work import UnitOfWork

T = TypeVar("T")
UNKNOWN_BUTTON = "This button is not known any more. Nothing was changed; use the latest card or /my."
RUBBISH = [
    "",
    "claim",
    "claim:1.1",
    "explode:1.1:0:",
    "claim:abc:0:",
    "claim:1:0:",
    "claim:1.1:x:",
    "claim:99999999999999999999.1:0:",
    "case:one:0:",
    "case:-1:0:",
    "case:99999999999999999999:0:",
    "\x00:::",
    "tick:1.2:0:",
]


@pytest.mark.parametrize("text", RUBBISH[:-1])
def test_rubbish_is_no_action(text: str) -> None:
    with pytest.raises(Unreadable):
        decode(text)


@pytest.mark.parametrize("verb", list(Verb))
def test_an_action_survives_the_way_through_a_button(verb: Verb) -> None:
    action = Action(
        verb=verb,
        target="42.3" if verb not in (Verb.CASE, Verb.RECORD, Verb.SWITCH, Verb.CANCEL) else "42",
        revision=7,
        argument="a:b",
    )

    assert decode(action.encode()) == action


def test_an_action_too_long_for_a_button_is_our_fault() -> None:
    with pytest.raises(ValueError, match="longer than 64 bytes"):
        Action(verb=Verb.TICK, target="42.3", argument="ж" * 30).encode()


@pytest.mark.parametrize("text", RUBBISH)
async def test_a_rubbish_button_gets_a_sentence(desk: Desk, text: str) -> None:
    await desk.opens_claimed_case()

    reply = await desk.presses(STEPAN, text)

    assert (reply.toast, reply.is_refusal, reply.message, reply.dialog) == (UNKNOWN_BUTTON, True, None, None)


@pytest.mark.parametrize("key", ["", "task:", "task:abc", "new:", "other:1", "task:99999999999999999999.1"])
async def test_a_rubbish_form_gets_a_sentence(desk: Desk, key: str) -> None:
    intents: list[Intent] = [
        FormSaved(form=key, values={}),
        FormPreviewed(form=key, outcome=OutcomeId("x"), values={}),
        FormSent(form=key, outcome=OutcomeId("x"), values={}),
    ]
    for intent in intents:
        assert (await desk.comes(STEPAN, intent)).toast == UNKNOWN_BUTTON


async def test_a_form_of_a_process_that_is_no_more_gets_a_sentence(desk: Desk) -> None:
    reply = await desk.comes(ANNA, FormSent(form="new:nothing", outcome=OutcomeId("x"), values={}))

    assert reply.is_refusal
    assert (reply.toast or "").startswith("This process does not exist any more.")


async def test_an_answer_to_nothing_asked_gets_a_sentence(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    action = Action(verb=Verb.RELEASE, target=task.id).encode()

    reply = await desk.comes(STEPAN, Answered(action=action, text="because"))

    assert reply.toast == UNKNOWN_BUTTON
    assert desk.now(task).assignee == STEPAN


async def test_an_update_that_comes_twice_takes_effect_once_and_quietly(desk: Desk) -> None:
    case = await desk.opens_case()
    comment = Commented(case_id=case.id, text="Call them after lunch")

    first = await desk.comes(STEPAN, comment, update_id="telegram:17")
    second = await desk.comes(STEPAN, comment, update_id="telegram:17")

    assert (first.case_id, first.is_silent, first.is_repeated) == (case.id, True, False)
    assert second.is_repeated
    said = [event for event in desk.memory.rows.history[case.id] if isinstance(event, CommentAdded)]
    assert [event.text for event in said] == ["Call them after lunch"]


async def test_a_new_case_that_comes_twice_is_opened_once(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    values = filled_in(form, {"client": "Romashka", "services": ["cards"]})
    sent = FormSent(form=form.form, outcome=OutcomeId("begin"), values=values)

    await desk.comes(ANNA, sent, update_id="web:5")
    again = await desk.comes(ANNA, sent, update_id="web:5")

    assert again.is_repeated
    assert [case.number for case in desk.memory.rows.cases.values()] == ["ONB-1"]


async def test_an_empty_comment_is_refused(desk: Desk) -> None:
    case = await desk.opens_case()

    reply = await desk.comments(STEPAN, case.id, "  \n ")

    assert reply.is_refusal
    assert said_in(reply).startswith("The comment is empty")


async def test_a_comment_on_no_case_is_refused(desk: Desk) -> None:
    reply = await desk.comments(STEPAN, CaseId(99), "hello")

    assert said_in(reply).startswith("There is no such case.")


async def test_an_unreachable_database_is_told_to_everybody_and_loses_nothing(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)
    desk.memory.is_reachable = False
    sentence = "The database does not answer. Nothing was changed; please try again in a minute."

    replies = [
        await desk.presses(STEPAN, Action(verb=Verb.RELEASE, target=task.id).encode()),
        await desk.sends(STEPAN, form, "refused", refusal_reason="no"),
        await desk.saves(STEPAN, form, contact="Ivan"),
    ]
    typed = await desk.says(TATIANA, "/status")
    desk.memory.is_reachable = True

    assert [(reply.toast, reply.is_refusal, reply.closes_dialog) for reply in replies] == [(sentence, True, False)] * 3
    assert said_in(typed) == sentence
    assert desk.now(task).assignee == STEPAN


async def test_the_language_chosen_is_found_again_once_the_database_is_back(desk: Desk) -> None:
    await desk.says(ANNA, "/lang ru")
    desk.conversation = desk.new_conversation()
    desk.memory.is_reachable = False
    broken = said_in(await desk.says(ANNA, "/queue"))
    desk.memory.is_reachable = True

    mended = said_in(await desk.says(ANNA, "/queue"))

    assert broken.startswith("The database does not answer.")
    assert mended == "В вашем отделе сейчас ничего не ждёт."


async def test_a_fault_of_ours_is_logged_with_ids_only_and_answered(desk: Desk) -> None:
    case = await desk.opens_case("Romashka")

    async def broken(work: Callable[[UnitOfWork], T]) -> T:
        raise RuntimeError("a fault")

    desk.memory.transact = broken  # type: ignore[method-assign]  # a broken storage, for this test alone
    with capture_logs() as logs:
        reply = await desk.comes(STEPAN, Commented(case_id=case.id, text="a secret"), update_id="web:9")

    assert reply.is_refusal
    assert said_in(reply).startswith("Something went wrong on our side and was logged.")
    (line,) = logs
    assert line["action"] == "conversation_failed"
    assert (line["update_id"], line["person_id"], line["case_id"]) == ("web:9", "stepan", case.id)
    assert "a secret" not in str(line)


async def test_every_intent_is_answered_even_from_nobody(desk: Desk) -> None:
    intents: list[Intent] = [
        Press(action="x"),
        Said(text=""),
        Answered(action="x", text=""),
        FormSaved(form="x", values={}),
        FormPreviewed(form="x", outcome=OutcomeId("x"), values={}),
        FormSent(form="x", outcome=OutcomeId("x"), values={}),
        Commented(case_id=CaseId(1), text="x"),
    ]
    for intent in intents:
        assert (await desk.comes(None, intent)).is_refusal
