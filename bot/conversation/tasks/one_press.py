"""One press: an outcome that needs nothing more completes the task from its card, and claims it first where it may."""

from dataclasses import replace

from bot.actions import Action
from bot.conversation import client_letters, going_on
from bot.conversation.forms import form_dialog, form_view, open_forms, sent_sentences
from bot.conversation.forms.form_key import TaskForm
from bot.conversation.incoming import Answered, FormFinished, FormPreviewed
from bot.conversation.refusals import refusal_sentence
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.tasks.claims import ask_why_first, next_in_queue
from bot.conversation.turn import TaskAtHand, Turn
from workflows.domain import commands, errors
from workflows.domain.case import TaskStatus
from workflows.domain.forms.one_press import must_be_seen
from workflows.domain.ids import OutcomeId


async def complete(turn: Turn, action: Action, answered: Answered | None = None) -> Reply:
    """Complete the task of a card with the outcome of its button; *answered* is why a later client goes first.

    When what it sends has to be seen before, or the task is the person's and something is missing now, the form opens;
    answers that are unusual are asked about.
    """
    at_hand = await turn.task(action.task_id)
    outcome = at_hand.stage.outcome(OutcomeId(action.argument))
    if outcome is None:
        raise errors.UnknownOutcome(outcome=OutcomeId(action.argument))
    is_mine = at_hand.task.status is TaskStatus.CLAIMED and at_hand.task.assignee == turn.person.id
    if not is_mine and outcome.at_once and not must_be_seen(outcome):
        return await _claim_and_complete(turn, action, at_hand, answered)
    form = await open_forms.task_form(turn, at_hand.task.id)
    if must_be_seen(outcome):
        return Reply(dialog=form, case_id=at_hand.case.id)
    filled = FormPreviewed(form=form.form, outcome=outcome.id, values={})
    return _for_presser(turn, await form_dialog.finish(turn, FormFinished(filled=filled)))


async def _claim_and_complete(turn: Turn, action: Action, at_hand: TaskAtHand, answered: Answered | None) -> Reply:
    task, reason = at_hand.task, None if answered is None else answered.text
    command = commands.CompleteTask(
        task_id=task.id,
        outcome=OutcomeId(action.argument),
        values=form_view.initial_values(at_hand.stage.form, at_hand.case.values, task.visit),
        claims=True,
        reason=reason,
    )
    try:
        decision = await turn.do(command)
    except errors.EarlierClientWaits as waits:
        return await ask_why_first(turn, action, waits, reason)
    except errors.TakenBy as taken:
        sentence = refusal_sentence(turn, taken, next_number=await next_in_queue(turn, task.id))
        return Reply(toast=sentence, kind=ReplyKind.REFUSED, case_id=at_hand.case.id)
    toast = sent_sentences.sent_sentence(turn, TaskForm(task_id=task.id), decision)
    message = going_on.offered(turn, decision, await client_letters.written(turn, decision))
    return _for_presser(turn, Reply(toast=toast, message=message, kind=ReplyKind.DONE, case_id=decision.case.id))


def _for_presser(turn: Turn, reply: Reply) -> Reply:
    """Return the reply without letters where they would take the place of the card, which everybody reads."""
    return reply if reply.dialog is not None or turn.port.has_panel else replace(reply, message=None)
