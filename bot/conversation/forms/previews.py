"""What sending a form would lead to: the preview of a decision, or what is still missing."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.forms import form_view
from bot.conversation.forms.draft_keeping import (
    begun_with,
    canonical_values,
    stage_of,
)
from bot.conversation.forms.form_key import Form, NewCaseForm, TaskForm, form_of
from bot.conversation.forms.open_forms import case_id_of
from bot.conversation.forms.record_answers import doubles
from bot.conversation.forms.sent_sentences import next_stages
from bot.conversation.forms.shown_again import STAYS_OPEN, missing_sentence
from bot.conversation.incoming import PreviewRead
from bot.conversation.refusals import refusal_sentence
from bot.conversation.reply import PreviewView, Reply, ReplyKind
from bot.conversation.turn import Turn
from workflows.domain import commands, errors
from workflows.domain.decision import Decision
from workflows.domain.forms.drafts import NO_DRAFT, Draft, Mark
from workflows.domain.forms.one_press import must_be_seen
from workflows.domain.ids import OutcomeId
from workflows.ports.rendering import FilledLetter
from workflows.usecases.form_drafts import new_case_draft, task_draft


async def foresee(turn: Turn, read: PreviewRead) -> Reply:
    """Return what a form would send as it stands in a window, keeping nothing; else what is missing, in words."""
    form = form_of(read.form)
    key = task_draft(form.task_id) if isinstance(form, TaskForm) else new_case_draft(form.process, turn.person.id)
    draft = await turn.queries.draft(key) or NO_DRAFT
    draft = replace(draft, answers={**draft.answers, **await canonical_values(turn, form, read.values)})
    try:
        shown = await preview_of(turn, form, read.outcome, draft)
    except STAYS_OPEN as refusal:
        return Reply(
            toast=await missing_sentence(turn, form, refusal), kind=ReplyKind.REFUSED, case_id=case_id_of(form)
        )
    return Reply(dialog=shown, case_id=case_id_of(form))


def why_shown(turn: Turn, shown: PreviewView, seen: str) -> str:
    """Return why a form is not sent before its preview was read."""
    if shown.doubts:
        return turn.words.gettext("Look at this before it is sent: %(doubts)s.", doubts="; ".join(shown.doubts))
    if seen:
        return refusal_sentence(turn, errors.PreviewOutdated())
    return turn.words.gettext("This goes out of the company. Read it, then send it.")


async def preview_of(turn: Turn, form: Form, chosen: OutcomeId, draft: Draft) -> PreviewView:
    """Return the preview of a decision; for one that the answers close, that of the only open one, and why.

    Raises a Refusal.
    """
    try:
        foreseen = await turn.preview(await sending_command(turn, form, chosen), draft)
        return await _previewed(turn, form, chosen, foreseen)
    except errors.OutcomeClosed as closed:
        if len(closed.open_) != 1:
            raise
        (only,) = closed.open_
        foreseen = await turn.preview(await sending_command(turn, form, only), draft)
        definition, stage = await stage_of(turn, form)
        shown = await _previewed(turn, form, only, foreseen)
        if form_view.answers_decide(stage):
            return shown
        why = refusal_sentence(turn, closed, definition)
        return replace(shown, doubts=(why, *shown.doubts), must_be_seen=True)


async def _previewed(
    turn: Turn, form: Form, chosen: OutcomeId, foreseen: tuple[Decision, Sequence[FilledLetter], Mark]
) -> PreviewView:
    decision, letters, preview_mark = foreseen
    definition = turn.definitions.of(decision.case.process, decision.case.version)
    _, stage = await stage_of(turn, form)
    outcome = stage.outcome(chosen)
    doubts = () if outcome is None else form_view.doubts(turn, decision.case, definition, stage, outcome)
    doubts += await doubles(turn, stage, decision.case)
    return PreviewView(
        form=form.key,
        title=turn.words.gettext("What will be sent"),
        outcome=chosen,
        outcome_title=chosen if outcome is None else outcome.title.in_(turn.language),
        letters=tuple(form_view.letter_view(turn, letter) for letter in letters),
        next_stages=next_stages(turn, definition, decision),
        mark=preview_mark,
        doubts=doubts,
        computed=form_view.computed_facts(turn, stage, decision.case.values),
        must_be_seen=bool(doubts) or (outcome is not None and must_be_seen(outcome)),
    )


async def sending_command(
    turn: Turn, form: Form, outcome: OutcomeId, values: commands.RawValues | None = None
) -> commands.OpenCase | commands.CompleteTask:
    """Return the command that sends *values*, else what the form begins with."""
    if isinstance(form, NewCaseForm):
        return commands.OpenCase(process=form.process, outcome=outcome, values=values or {})
    begun = await begun_with(turn, form) if values is None else values
    return commands.CompleteTask(task_id=form.task_id, outcome=outcome, values=begun)
