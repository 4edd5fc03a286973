"""The dialog around a form: save the draft, preview what would be sent, send it."""

from dataclasses import replace

from bot.conversation import client_letters, going_on
from bot.conversation.forms.draft_keeping import (
    canonical_values,
    keep,
    stage_of,
    unseen_in,
)
from bot.conversation.forms.form_key import form_of
from bot.conversation.forms.open_forms import case_id_of, view_of
from bot.conversation.forms.previews import preview_of, sending_command, why_shown
from bot.conversation.forms.sent_sentences import sent_sentence
from bot.conversation.forms.shown_again import STAYS_OPEN, show_again, show_conflicts, show_newer
from bot.conversation.incoming import FormFinished, FormPreviewed, FormSaved, FormSent
from bot.conversation.refusals import refusal_sentence
from bot.conversation.reply import PreviewView, Reply, ReplyKind
from bot.conversation.turn import Turn
from workflows.domain import commands, errors
from workflows.domain.decision import Decision
from workflows.domain.forms.asking import has_conditions
from workflows.ports.unit_of_work import AlreadyReceived


async def save(turn: Turn, saved: FormSaved) -> Reply:
    """Save what was changed in a window; what was changed elsewhere meanwhile is shown, and not overwritten."""
    form = form_of(saved.form)
    kept = await keep(turn, form, saved)
    if kept.conflicts:
        return await show_conflicts(turn, form, kept)
    _, stage = await stage_of(turn, form)
    asks = (await view_of(turn, form)).asking if has_conditions(stage) else None
    toast = turn.words.gettext("The draft is kept.")
    return Reply(toast=toast, case_id=case_id_of(form), kept=kept.summary, asking=asks)


async def preview(turn: Turn, previewed: FormPreviewed) -> Reply:
    """Return what would be sent, or the form again with its problems; what was changed is saved in both cases."""
    form = form_of(previewed.form)
    kept = await keep(turn, form, previewed)
    if kept.conflicts:
        return await show_conflicts(turn, form, kept)
    if unseen := await unseen_in(turn, form, previewed, kept):
        return show_newer(turn, form, await view_of(turn, form), unseen)
    try:
        shown = await preview_of(turn, form, previewed.outcome, kept.draft)
    except STAYS_OPEN as refusal:
        return await show_again(turn, form, previewed.outcome, refusal)
    return Reply(dialog=shown, case_id=case_id_of(form), kept=kept.summary)


async def finish(turn: Turn, finished: FormFinished) -> Reply:
    """Keep what was changed and send it; what was seen otherwise, or has to be seen before, is shown first."""
    if turn.update_id is not None and await turn.handler.was_received(turn.update_id):
        raise AlreadyReceived
    previewed = await preview(turn, finished.filled)
    if not isinstance(previewed.dialog, PreviewView):
        return previewed
    if previewed.dialog.seal != finished.seen and (previewed.dialog.must_be_seen or finished.seen):
        return replace(previewed, toast=why_shown(turn, previewed.dialog, finished.seen))
    previewed_mark = previewed.dialog.mark
    return await send(turn, FormSent(form=finished.form, outcome=previewed.dialog.outcome, previewed=previewed_mark))


async def send(turn: Turn, sent: FormSent) -> Reply:
    """Complete the task or open the case; return where it went, else the form or the preview as it is now."""
    form = form_of(sent.form)
    if sent.previewed is None:
        command = await sending_command(turn, form, sent.outcome, await canonical_values(turn, form, sent.values))
    else:
        command = replace(await sending_command(turn, form, sent.outcome), previewed=sent.previewed)
    try:
        decision = await _done(turn, command)
    except errors.PreviewOutdated as refusal:
        now = await preview(turn, FormPreviewed(form=sent.form, outcome=sent.outcome, values={}))
        if isinstance(now.dialog, PreviewView):
            return replace(now, kind=ReplyKind.REFUSED, toast=refusal_sentence(turn, refusal))
        return now
    except STAYS_OPEN as refusal:
        if sent.previewed is None:
            await keep(turn, form, FormSaved(form=sent.form, values=sent.values, outcome=sent.outcome))
        return await show_again(turn, form, sent.outcome, refusal)
    message = going_on.offered(turn, decision, await client_letters.written(turn, decision))
    toast = sent_sentence(turn, form, decision)
    return Reply(toast=toast, message=message, kind=ReplyKind.DONE, case_id=decision.case.id)


async def _done(turn: Turn, command: commands.OpenCase | commands.CompleteTask) -> Decision:
    """Complete the task or open the case with the decision that was previewed: the only open one for a closed one."""
    try:
        return await turn.do(command)
    except errors.OutcomeClosed as closed:
        if command.previewed is None or len(closed.open_) != 1:
            raise
        return await turn.do(replace(command, outcome=closed.open_[0]))
