"""A form that was not sent, shown again: with what is wrong, what was changed elsewhere, and what may be done."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.forms import offers
from bot.conversation.forms.draft_keeping import (
    Kept,
    stage_of,
    with_conflicts,
)
from bot.conversation.forms.form_key import Form, NewCaseForm
from bot.conversation.forms.open_forms import case_id_of, view_of
from bot.conversation.refusals import refusal_sentence
from bot.conversation.reply import FormView, Reply, ReplyKind
from bot.conversation.turn import Turn
from workflows.domain import errors
from workflows.domain.ids import OutcomeId

STAYS_OPEN = (
    errors.LetterNotReady,
    errors.ChecklistOpen,
    errors.UnknownOutcome,
    errors.OutcomeClosed,
    errors.NoWayOpen,
    errors.FormInvalid,
)
"""What the person can correct in the form itself."""


async def missing_sentence(turn: Turn, form: Form, refusal: errors.Refusal) -> str:
    """Return what a form still needs, in words."""
    definition, stage = await stage_of(turn, form)
    if not isinstance(refusal, errors.FormInvalid):
        return refusal_sentence(turn, refusal, definition)
    wrong = [field for field in stage.form if field.name in refusal.problems]
    missing = [field for field in wrong if refusal.problems[field.name].code == "required"]
    unreadable = [field for field in wrong if field not in missing]
    sentences = []
    if missing:
        labels = ", ".join(field.label.in_(turn.language) for field in missing)
        sentences.append(turn.words.gettext("Not filled in yet: %(fields)s.", fields=labels))
    if unreadable:
        labels = ", ".join(field.label.in_(turn.language) for field in unreadable)
        sentences.append(turn.words.gettext("To be corrected: %(fields)s.", fields=labels))
    return " ".join(sentences)


async def show_conflicts(turn: Turn, form: Form, kept: Kept) -> Reply:
    """Return the form as its window has it; what was changed elsewhere says so beside each answer."""
    _, stage = await stage_of(turn, form)
    view = with_conflicts(turn, stage, await view_of(turn, form), kept)
    return Reply(toast=view.problem, kind=ReplyKind.REFUSED, dialog=view, case_id=case_id_of(form), kept=kept.summary)


def show_newer(turn: Turn, form: Form, view: FormView, labels: Sequence[str]) -> Reply:
    """Return the form as it is now, since its window showed something older."""
    problem = turn.words.gettext(
        "Changed in another window since this one was opened: %(fields)s. Here is how it is now; look at it and go on.",
        fields=", ".join(labels),
    )
    view = replace(view, problem=problem, is_newer=True)
    return Reply(toast=problem, kind=ReplyKind.REFUSED, dialog=view, case_id=case_id_of(form))


async def show_again(turn: Turn, form: Form, outcome: OutcomeId, refusal: errors.Refusal) -> Reply:
    """Return the form with its draft, with each problem beside its answer."""
    definition, _ = await stage_of(turn, form)
    sentence = refusal_sentence(turn, refusal, definition)
    view = await view_of(turn, form, refusal.problems if isinstance(refusal, errors.FormInvalid) else None)
    view = replace(view, chosen=outcome, problem=sentence, has_draft=True)
    return Reply(
        toast=sentence,
        kind=ReplyKind.REFUSED,
        dialog=await _with_offers(turn, form, view, refusal),
        case_id=case_id_of(form),
    )


async def _with_offers(turn: Turn, form: Form, view: FormView, refusal: errors.Refusal) -> FormView:
    """Return a form that lacks answers with what may be done about it, and who may know them."""
    _, stage = await stage_of(turn, form)
    if not isinstance(refusal, errors.FormInvalid) or not offers.lacks_only_answers(stage, refusal):
        return view
    outcome = view.chosen or OutcomeId("")
    if isinstance(form, NewCaseForm):
        return replace(view, offers=tuple(offers.of_new_case(turn, form.process, outcome)))
    at_hand = await turn.task(form.task_id)
    may_know = offers.who_may_know(turn, at_hand, refusal.problems)
    buttons = tuple(offers.of_task(turn, at_hand, outcome, refusal.problems))
    return replace(view, problem=" ".join(filter(None, (view.problem, may_know))), offers=buttons)
