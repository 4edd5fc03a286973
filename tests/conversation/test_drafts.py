"""Forms that are open in several windows, and what is sent of them: exactly what was previewed."""

from bot.conversation.incoming import FormPreviewed, FormSaved, FormSent
from bot.conversation.reply import FormView, PreviewView
from tests.conversation.desk import Desk, form_in
from tests.conversation.test_interview import Chat
from tests.onboarding import ANNA, STEPAN
from workflows.domain.forms.drafts import OUTCOME
from workflows.domain.ids import FieldName, OutcomeId, ProcessId
from workflows.usecases.form_drafts import new_case_draft

CLIENT, SERVICES, BEGIN = FieldName("client"), FieldName("services"), OutcomeId("begin")
KEY = new_case_draft(ProcessId("onboarding"), ANNA)


def shown_in(form: FormView) -> dict[str, str]:
    """Return what a window of the form was shown."""
    return {field.name: field.mark for field in form.fields} | {OUTCOME: form.decision_mark}


async def preview_of(desk: Desk) -> PreviewView:
    """Fill in the form of a new case and preview it."""
    form = form_in(await desk.says(ANNA, "/new"))
    reply = await desk.previews(ANNA, form, BEGIN, client="Romashka", services=["cards"])
    assert isinstance(reply.dialog, PreviewView)
    return reply.dialog


async def test_what_was_changed_since_the_preview_is_shown_again_and_nothing_is_sent(desk: Desk) -> None:
    preview = await preview_of(desk)
    await desk.comes(ANNA, FormSaved(form=preview.form, values={CLIENT: "Vasilyok"}))

    refused = await desk.confirms(ANNA, preview)
    assert refused.is_refusal
    assert (refused.toast or "").startswith("The form was changed meanwhile, so nothing was sent.")
    assert isinstance(refused.dialog, PreviewView)
    assert not desk.memory.rows.cases

    assert (await desk.confirms(ANNA, refused.dialog)).closes_dialog
    (case,) = desk.memory.rows.cases.values()
    assert case.values[CLIENT] != "Romashka"
    assert case.client is not None
    assert case.client.name == "Vasilyok"


async def test_a_preview_sent_twice_takes_effect_once(desk: Desk) -> None:
    preview = await preview_of(desk)
    sent = FormSent(form=preview.form, outcome=preview.outcome, previewed=preview.mark)

    first = await desk.comes(ANNA, sent, update_id="test:sent")
    again = await desk.comes(ANNA, sent, update_id="test:sent")

    assert first.closes_dialog
    assert again.is_repeated
    assert len(desk.memory.rows.cases) == 1


async def test_a_preview_of_what_its_window_does_not_show_shows_the_form_first(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    await desk.comes(ANNA, FormSaved(form=form.form, values={CLIENT: "Romashka", SERVICES: ["cards"]}))
    older = FormPreviewed(form=form.form, outcome=BEGIN, values={}, shown=shown_in(form), window="w")

    reply = await desk.comes(ANNA, older)

    assert isinstance(reply.dialog, FormView)
    assert reply.dialog.is_newer
    assert "Client" in (reply.toast or "")
    newer = FormPreviewed(form=form.form, outcome=BEGIN, values={}, shown=shown_in(reply.dialog), window="v")
    assert isinstance((await desk.comes(ANNA, newer)).dialog, PreviewView)


async def test_an_answer_changed_in_two_windows_is_shown_with_both(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    await desk.comes(ANNA, FormSaved(form=form.form, values={CLIENT: "Romashka"}))
    mine = FormSaved(form=form.form, values={CLIENT: "Vasilyok"}, shown=shown_in(form), window="w")

    reply = await desk.comes(ANNA, mine)

    assert reply.is_refusal
    assert "Romashka" in (reply.toast or "")
    assert "Vasilyok" in (reply.toast or "")
    assert isinstance(reply.dialog, FormView)
    client = next(field for field in reply.dialog.fields if field.name == CLIENT)
    assert (client.value, client.is_unsaved) == ("Vasilyok", True)
    assert desk.memory.rows.drafts[KEY].answers[CLIENT] == "Romashka"


async def test_the_decision_is_kept_with_the_draft(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)

    await desk.comes(STEPAN, FormSaved(form=form.form, values={}, outcome=OutcomeId("refused")))

    assert (await desk.form_of(task, STEPAN)).chosen == "refused"


async def test_an_answer_to_a_question_that_was_answered_elsewhere_is_asked_again() -> None:
    chat = Chat(Desk(), ANNA)
    await chat.says("/new")
    await chat.desk.comes(ANNA, FormSaved(form="new:onboarding", values={CLIENT: "Romashka"}))

    asked = await chat.says("Vasilyok")
    assert asked.message is not None
    assert "Question 1 of" in asked.message.text
    assert "Romashka" in asked.message.text
    assert chat.desk.memory.rows.drafts[KEY].answers[CLIENT] == "Romashka"

    await chat.says("Vasilyok")
    assert chat.desk.memory.rows.drafts[KEY].answers[CLIENT] == "Vasilyok"


async def test_an_answer_in_one_chat_leaves_those_of_another_alone() -> None:
    chat = Chat(Desk(), ANNA)
    await chat.says("/new")
    await chat.desk.comes(ANNA, FormSaved(form="new:onboarding", values={FieldName("inn"): "7707083893"}))

    await chat.says("Romashka")

    assert chat.desk.memory.rows.drafts[KEY].answers == {CLIENT: "Romashka", FieldName("inn"): "7707083893"}
