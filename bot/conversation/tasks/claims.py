"""Claiming: whoever presses first has the task; overtaking an earlier client, and the reply to who came too late."""

from contextlib import suppress

from bot.actions import Action, Verb
from bot.conversation.forms.open_forms import form_at_hand
from bot.conversation.incoming import Answered
from bot.conversation.refusals import refusal_sentence
from bot.conversation.reply import Ask, FormView, Reply, ReplyKind
from bot.conversation.turn import Turn
from workflows.domain import commands, errors
from workflows.domain.candidates import queue_reader
from workflows.domain.ids import TaskId, case_of
from workflows.ports.chat import Button, ButtonStyle
from workflows.ports.unit_of_work import StorageUnavailable

_INSTEAD = "instead"
"""The argument of a claim that is offered within the question why a later client goes first."""


async def claim(turn: Turn, action: Action, answered: Answered | None = None) -> Reply:
    """Take the task of a card, or the earlier client's instead of the one that was asked about, and open its form.

    When an earlier client waits, a reason is asked for; *answered* is the answer to that question.
    """
    task_id, reason = action.task_id, None if answered is None else answered.text
    try:
        decision = await turn.do(commands.ClaimTask(task_id=task_id, reason=reason))
    except errors.EarlierClientWaits as waits:
        return await ask_why_first(turn, action, waits, reason)
    except errors.TakenBy as taken:
        sentence = refusal_sentence(turn, taken, next_number=await next_in_queue(turn, task_id))
        return Reply(toast=sentence, kind=ReplyKind.REFUSED, case_id=case_of(task_id))
    case = decision.case
    stage = turn.case_words(case).stage_of(task_id)
    toast = turn.words.gettext("%(number)s is yours: %(stage)s.", number=case.number, stage=stage)
    form = await _form_of(turn, task_id)
    is_answer = answered is not None or action.argument == _INSTEAD
    # The form takes the place of the question; only without it the question has to be closed.
    kind = ReplyKind.DONE if is_answer and form is None else ReplyKind.ANSWER
    return Reply(kind=kind, toast=toast, dialog=form, case_id=case.id)


async def _form_of(turn: Turn, task_id: TaskId) -> FormView | None:
    """Return the form of a task just claimed; None when it cannot be read now, since the claim holds all the same."""
    with suppress(errors.Refusal, StorageUnavailable):
        return await form_at_hand(turn, await turn.task(task_id))
    return None


async def ask_why_first(turn: Turn, action: Action, waits: errors.EarlierClientWaits, given: str | None) -> Reply:
    """Ask why a later client goes first, again when the reason *given* is empty; the answer goes to *action*."""
    at_hand = await turn.task(action.task_id)
    words = turn.words
    earlier = waits.number if waits.client is None else f"{waits.number} ({waits.client})"
    prompt = words.gettext(
        "%(earlier)s applied earlier and waits for the same stage. "
        "Why does %(number)s go first? The reason is kept in the history.",
        earlier=earlier,
        number=at_hand.case.number,
    )
    instead = Button(
        label=words.gettext("Take %(number)s", number=waits.number),
        action=Action(verb=Verb.CLAIM, target=waits.task_id, argument=_INSTEAD).encode(),
        style=ButtonStyle.PRIMARY,
    )
    dialog = Ask(
        title=words.gettext("An earlier client waits"),
        prompt=prompt,
        action=action.encode(),
        confirm=words.gettext("Take %(number)s", number=at_hand.case.number),
        instead=(instead,),
    )
    if given is None:
        return Reply(dialog=dialog, case_id=at_hand.case.id)
    toast = refusal_sentence(turn, errors.ReasonRequired())
    return Reply(toast=toast, kind=ReplyKind.MENDABLE, dialog=dialog, case_id=at_hand.case.id)


async def next_in_queue(turn: Turn, missed: TaskId) -> str | None:
    """Return the number of the case that waits first for the person, besides the task that was missed."""
    waiting = await turn.queries.queue(queue_reader(turn.organisation, turn.person.id), limit=2)
    return next((line.number for line in waiting.lines if line.task_id != missed), None)
