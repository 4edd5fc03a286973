"""Letters to the client: what whoever wrote one can do with it, where it is listed, and who may mark it."""

import pytest

from bot.conversation.incoming import FormSent, Press
from bot.conversation.reply import CaseView, Reply
from tests.conversation.desk import Desk, buttons_in, labels_in, said_in
from tests.onboarding import ANNA, ROMAN, STEPAN, TATIANA
from workflows.domain.case import Case
from workflows.domain.ids import FieldName, OutcomeId, PersonId, case_of
from workflows.ports.chat import Button, Dialect, Message

HTML, INLINE, MRKDWN = Dialect.HTML, Dialect.INLINE_HTML, Dialect.MRKDWN
SUBJECT = "refusal [en]"
LONG = "We are sorry. " * 40


async def refuses(
    desk: Desk, client: str = "Romashka", dialect: Dialect = HTML, reason: str = "No"
) -> tuple[Case, Reply]:
    """Refuse a client, which writes a letter; return the case and what the person is told."""
    task = await desk.opens_claimed_case(client)
    values = {FieldName("services"): ["cards"], FieldName("refusal_reason"): reason}
    sent = FormSent(form=f"task:{task.id}", outcome=OutcomeId("refused"), values=values)
    reply = await desk.comes(STEPAN, sent, dialect=dialect)
    return desk.case(case_of(task.id)), reply


def called(reply: Reply, label: str) -> Button:
    return next(button for button in buttons_in(reply) if button.label == label)


async def presses(desk: Desk, person: PersonId, button: Button, dialect: Dialect = HTML) -> Reply:
    return await desk.comes(person, Press(action=button.action or ""), dialect=dialect)


async def status(desk: Desk, case: Case, person: PersonId = TATIANA) -> Message:
    reply = await desk.comes(person, Press(action=f"case:{case.id}:0:"))
    assert isinstance(reply.dialog, CaseView)
    return reply.dialog.status


async def test_whoever_completes_the_stage_gets_the_letter_with_everything_to_send_it(desk: Desk) -> None:
    case, reply = await refuses(desk)
    (kept,) = await desk.memory.client_letters(case.id)
    text = kept.written.texts[desk.language]

    assert reply.toast == "ONB-1 is completed: Refused."
    assert "Letter to the client: not sent yet" in said_in(reply)
    assert labels_in(reply) == ["Copy", "Open in the mail program", "Mark as sent"]
    assert called(reply, "Copy").copies == f"{text.subject}\n\n{text.body}"
    assert (called(reply, "Open in the mail program").url or "").startswith("mailto:?subject=refusal%20%5Ben%5D&body=")


async def test_each_chat_copies_as_it_can(desk: Desk) -> None:
    _, short = await refuses(desk, "Romashka", INLINE)
    _, long = await refuses(desk, "Astra", INLINE, LONG)
    _, marked = await refuses(desk, "Vega", MRKDWN)

    assert labels_in(short) == ["Copy", "Mark as sent"]
    assert labels_in(long) == ["Mark as sent"]
    assert long.message is not None
    assert f"<pre>{SUBJECT}</pre>\n\n<pre>client:" in long.message.text
    assert labels_in(marked) == ["Mark as sent"]
    assert marked.message is not None
    assert "<mailto:?subject=refusal%20%5Ben%5D&amp;body=" in marked.message.text


async def test_a_long_letter_is_left_to_the_clipboard_and_says_so(desk: Desk) -> None:
    case, reply = await refuses(desk, reason=LONG * 4)
    (kept,) = await desk.memory.client_letters(case.id)

    mail = called(reply, "Open in the mail program")
    assert mail.url == "mailto:?subject=refusal%20%5Ben%5D"
    assert mail.copies == kept.written.texts[desk.language].body
    assert "The text is copied when the mail program opens: paste it into the letter." in said_in(reply)


async def test_a_stage_without_a_letter_says_nothing_about_letters(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    form = await desk.form_of(task, STEPAN)
    await desk.presses(STEPAN, form.checklist[0].action)

    reply = await desk.sends(STEPAN, form, "accepted", contact="Ivan")

    assert reply.message is None
    assert "not sent" not in (await status(desk, desk.case(case_of(task.id)))).text


async def test_an_unsent_letter_stands_in_the_status_and_in_the_list_of_its_author_until_it_is_marked(
    desk: Desk,
) -> None:
    case, reply = await refuses(desk)
    lists = {person: said_in(await desk.says(person, "/my")) for person in (STEPAN, TATIANA)}
    assert f"Letters to clients that are not sent yet\nONB-1 · Romashka — “{SUBJECT}”" in lists[STEPAN]
    assert "not sent" not in lists[TATIANA]
    assert f"The letter to the client is not sent: “{SUBJECT}”" in (await status(desk, case)).text

    marked = await presses(desk, STEPAN, called(reply, "Mark as sent"))

    assert marked.toast == f"The letter “{SUBJECT}” is marked as sent."
    assert marked.closes_dialog
    assert "Letter to the client: sent — Stepan Fedorov, today at" in said_in(marked)
    assert labels_in(marked) == ["It was not sent"]
    assert "not sent" not in (await status(desk, case)).text
    assert "not sent" not in said_in(await desk.says(STEPAN, "/my"))

    back = await presses(desk, TATIANA, called(marked, "It was not sent"))

    assert "Mark as sent" in labels_in(back)
    assert "not sent" in (await status(desk, case)).text


async def test_a_colleague_finds_the_letter_by_the_status_and_a_second_press_is_no_refusal(desk: Desk) -> None:
    case, _ = await refuses(desk)
    opener = next(
        each for row in (await status(desk, case)).buttons for each in row if each.label == "Letter to the client"
    )
    shown = await presses(desk, ANNA, opener)
    mark = called(shown, "Mark as sent")

    first, second = await presses(desk, ANNA, mark), await presses(desk, STEPAN, mark)

    assert not first.is_refusal
    assert not second.is_refusal
    assert "sent — Anna Sokolova" in said_in(second)


async def test_somebody_who_does_not_work_on_the_case_cannot_mark_its_letters(desk: Desk) -> None:
    case, reply = await refuses(desk)
    mark = called(reply, "Mark as sent")

    refused = await presses(desk, ROMAN, mark)

    assert refused.is_refusal
    assert "Letters are marked by those who work on the case. Nothing was changed." in (refused.toast or "")
    assert (await desk.memory.client_letters(case.id))[0].state.sent is None
    (opener,) = [each for each in buttons_in(await desk.says(STEPAN, "/my")) if "Letter" in each.label]
    assert "Mark as sent" not in labels_in(await presses(desk, ROMAN, opener))


async def test_the_history_and_the_letters_of_the_case_tell_who_sent_it(desk: Desk) -> None:
    case, reply = await refuses(desk)
    letters = Press(action=f"record:{case.id}:0:letters")
    assert "→ To the client · not sent yet" in said_in(await desk.comes(ANNA, letters, dialect=INLINE))

    await presses(desk, STEPAN, called(reply, "Mark as sent"))

    assert "→ To the client · Sent: Stepan Fedorov" in said_in(await desk.comes(ANNA, letters, dialect=INLINE))
    history = await desk.comes(ANNA, Press(action=f"record:{case.id}:0:history"), dialect=INLINE)
    assert "Marked the letter to the client as sent (stage “Intake”)" in said_in(history)


@pytest.mark.parametrize("number", ["", "2", "0", "x", "9" * 30])
@pytest.mark.parametrize("verb", ["letter", "sent", "unsent"])
async def test_a_forged_button_of_a_letter_changes_nothing(desk: Desk, verb: str, number: str) -> None:
    case, _ = await refuses(desk)

    reply = await desk.comes(STEPAN, Press(action=f"{verb}:{case.id}.2:0:{number}"))

    assert reply.is_refusal
    assert (await desk.memory.client_letters(case.id))[0].state.sent is None
