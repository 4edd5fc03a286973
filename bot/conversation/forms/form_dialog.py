"""The dialog around a form: open it, save the draft, preview what would be sent, send it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.actions import Action, Verb
from bot.conversation import client_letters
from bot.conversation.forms import form_view, offers
from bot.conversation.forms.draft_keeping import (
    Kept,
    canonical_values,
    keep,
    stage_of,
    unseen_in,
    with_conflicts,
)
from bot.conversation.forms.form_key import Form, NewCaseForm, TaskForm, form_of
from bot.conversation.forms.known_before import known_before
from bot.conversation.forms.record_answers import doubles
from bot.conversation.incoming import FormFinished, FormPreviewed, FormSaved, FormSent, PreviewRead
from bot.conversation.refusals import refusal_sentence
from bot.conversation.reply import FormView, PreviewView, Reply, ReplyKind
from bot.conversation.turn import Turn
from bot.rendering.words.left_out import first_stage_in_words
from bot.rendering.words.visits import visit_words
from workflows.domain import commands, errors, permissions
from workflows.domain.case import CaseStatus
from workflows.domain.decision import Decision
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.events import TaskCompleted, VisitCompleted
from workflows.domain.forms.asking import asking, deciding, has_conditions
from workflows.domain.forms.drafts import NO_DRAFT, Draft, Mark, mark
from workflows.domain.forms.one_press import must_be_seen
from workflows.domain.ids import CaseId, OutcomeId, ProcessId, StageId, TaskId, case_of
from workflows.domain.notices import Notice, NoticeKind
from workflows.domain.routes import ways
from workflows.ports.rendering import FilledLetter, came_with
from workflows.ports.unit_of_work import AlreadyReceived
from workflows.usecases.handle_command import new_case_draft, task_draft

_STAYS_OPEN = (
    errors.LetterNotReady,
    errors.ChecklistOpen,
    errors.UnknownOutcome,
    errors.OutcomeClosed,
    errors.NoWayOpen,
    errors.FormInvalid,
)
"""What the person can correct in the form itself."""

ANEW = "anew"
"""The argument of the button that drops the draft of a new case."""


async def read(turn: Turn, key: str) -> Reply:
    """Return the form of a key as it is now; raises Unreadable or a Refusal."""
    form = form_of(key)
    return Reply(dialog=await _view(turn, form), case_id=_case_id(form))


async def task_form(turn: Turn, task_id: TaskId, problems: form_view.Problems | None = None) -> FormView:
    """Return the form of a task for its assignee, the draft over the known facts of the case."""
    at_hand = await turn.task(task_id)
    case, task, stage = at_hand.case, at_hand.task, at_hand.stage
    permissions.check_assignee(case, task, turn.person.id)
    kept = await turn.queries.draft(task_draft(task_id))
    draft = kept or NO_DRAFT
    known = await known_before(turn, at_hand.definition, stage, draft.answers, at_hand)
    shown = {**form_view.initial_values(stage.form, case.values, task.visit), **draft.answers}
    letters = came_with(task, await turn.queries.letters(case.id))
    parts = [case.number, None if case.client is None else case.client.name, turn.department_title(task.department)]
    fields = form_view.field_views(turn, stage.form, shown, problems or {}, known)
    seen = replace(turn.around(case, task.visit), records=known.parts)
    return FormView(
        form=TaskForm(task_id=task_id).key,
        title=turn.case_words(case).stage_with_row(task),
        subtitle=" · ".join(filter(None, parts)),
        fields=fields,
        asking=asking(stage, at_hand.definition, case.values, form_view.standing(fields), seen),
        deciding=deciding(stage),
        checklist=form_view.item_views(turn, at_hand),
        outcomes=form_view.outcome_views(turn, stage, at_hand.definition, case.values, seen),
        chosen=draft.outcome,
        letters=tuple(form_view.letter_view(turn, letter) for letter in letters),
        known=form_view.known_facts(turn, at_hand),
        rework_reason=form_view.rework_reason(turn, at_hand),
        came_back=form_view.came_back_in_words(turn, at_hand),
        has_draft=kept is not None,
        revision=draft.revision,
        decision_mark=mark(draft.outcome),
        case_id=case.id,
    )


async def new_case_form(turn: Turn, process: ProcessId, problems: form_view.Problems | None = None) -> FormView:
    """Return the form of a new case with the person's draft; raises MayNotOpen or UnknownProcess."""
    definition = turn.definitions.newest(process)
    permissions.check_may_open(definition, turn.organisation, turn.person.id)
    draft = await turn.queries.draft(new_case_draft(process, turn.person.id)) or NO_DRAFT
    stage = first_stage_in_words(definition, turn.language)
    known = await known_before(turn, definition, stage, draft.answers)
    fields = form_view.field_views(turn, stage.form, draft.answers, problems or {}, known)
    seen = replace(turn.around_new_case(), records=known.parts)
    return FormView(
        form=NewCaseForm(process=process).key,
        title=definition.title.in_(turn.language),
        subtitle=f"{turn.words.gettext('New case')} · {stage.title.in_(turn.language)}",
        fields=fields,
        asking=asking(stage, definition, {}, form_view.standing(fields), seen),
        deciding=deciding(stage),
        checklist=(),
        outcomes=form_view.outcome_views(turn, stage, definition, {}, seen),
        chosen=draft.outcome,
        has_draft=is_begun(draft),
        revision=draft.revision,
        decision_mark=mark(draft.outcome),
        anew=Action(verb=Verb.NEW, target=process, argument=ANEW).encode() if is_begun(draft) else None,
    )


def is_begun(draft: Draft | None) -> bool:
    """Whether a draft contains anything that was typed or chosen."""
    return draft is not None and any(value not in ("", [], None) for value in draft.answers.values())


async def save(turn: Turn, saved: FormSaved) -> Reply:
    """Save what was changed in a window; what was changed elsewhere meanwhile is shown, and not overwritten."""
    form = form_of(saved.form)
    kept = await keep(turn, form, saved)
    if kept.conflicts:
        return await _show_conflicts(turn, form, kept)
    _, stage = await stage_of(turn, form)
    asks = (await _view(turn, form)).asking if has_conditions(stage) else None
    toast = turn.words.gettext("The draft is kept.")
    return Reply(toast=toast, case_id=_case_id(form), kept=kept.summary, asking=asks)


async def preview(turn: Turn, previewed: FormPreviewed) -> Reply:
    """Return what would be sent, or the form again with its problems; what was changed is saved in both cases."""
    form = form_of(previewed.form)
    kept = await keep(turn, form, previewed)
    if kept.conflicts:
        return await _show_conflicts(turn, form, kept)
    view = await _view(turn, form)
    if unseen := unseen_in(view, previewed, kept):
        return _show_newer(turn, form, view, unseen)
    try:
        shown = await _foreseen(turn, form, previewed.outcome, kept.draft)
    except _STAYS_OPEN as refusal:
        return await _show_again(turn, form, previewed.outcome, refusal)
    return Reply(dialog=shown, case_id=_case_id(form), kept=kept.summary)


async def foresee(turn: Turn, read: PreviewRead) -> Reply:
    """Return what a form would send as it stands in a window, keeping nothing; else what is missing, in words."""
    form = form_of(read.form)
    key = task_draft(form.task_id) if isinstance(form, TaskForm) else new_case_draft(form.process, turn.person.id)
    draft = await turn.queries.draft(key) or NO_DRAFT
    draft = replace(draft, answers={**draft.answers, **await canonical_values(turn, form, read.values)})
    try:
        shown = await _foreseen(turn, form, read.outcome, draft)
    except _STAYS_OPEN as refusal:
        return Reply(toast=await _missing(turn, form, refusal), kind=ReplyKind.REFUSED, case_id=_case_id(form))
    return Reply(dialog=shown, case_id=_case_id(form))


async def finish(turn: Turn, finished: FormFinished) -> Reply:
    """Keep what was changed and send it; what was seen otherwise, or has to be seen before, is shown first."""
    if turn.update_id is not None and await turn.handler.was_received(turn.update_id):
        raise AlreadyReceived
    previewed = await preview(turn, finished.filled)
    if not isinstance(previewed.dialog, PreviewView):
        return previewed
    if previewed.dialog.seal != finished.seen and (previewed.dialog.must_be_seen or finished.seen):
        return replace(previewed, toast=_why_shown(turn, previewed.dialog, finished.seen))
    previewed_mark = previewed.dialog.mark
    return await send(turn, FormSent(form=finished.form, outcome=previewed.dialog.outcome, previewed=previewed_mark))


def _why_shown(turn: Turn, shown: PreviewView, seen: str) -> str:
    if shown.doubts:
        return turn.words.gettext("Look at this before it is sent: %(doubts)s.", doubts="; ".join(shown.doubts))
    if seen:
        return refusal_sentence(turn, errors.PreviewOutdated())
    return turn.words.gettext("This goes out of the company. Read it, then send it.")


async def send(turn: Turn, sent: FormSent) -> Reply:
    """Complete the task or open the case; return where it went, else the form or the preview as it is now."""
    form = form_of(sent.form)
    if sent.previewed is None:
        command = await _command(turn, form, sent.outcome, await canonical_values(turn, form, sent.values))
    else:
        command = replace(await _command(turn, form, sent.outcome), previewed=sent.previewed)
    try:
        decision = await _done(turn, command)
    except errors.PreviewOutdated as refusal:
        now = await preview(turn, FormPreviewed(form=sent.form, outcome=sent.outcome, values={}))
        if isinstance(now.dialog, PreviewView):
            return replace(now, kind=ReplyKind.REFUSED, toast=refusal_sentence(turn, refusal))
        return now
    except _STAYS_OPEN as refusal:
        if sent.previewed is None:
            await keep(turn, form, FormSaved(form=sent.form, values=sent.values, outcome=sent.outcome))
        return await _show_again(turn, form, sent.outcome, refusal)
    letters = await client_letters.written(turn, decision)
    toast = sent_sentence(turn, form, decision)
    return Reply(toast=toast, message=letters, kind=ReplyKind.DONE, case_id=decision.case.id)


async def _done(turn: Turn, command: commands.OpenCase | commands.CompleteTask) -> Decision:
    """Complete the task or open the case with the decision that was previewed: the only open one for a closed one."""
    try:
        return await turn.do(command)
    except errors.OutcomeClosed as closed:
        if command.previewed is None or len(closed.open_) != 1:
            raise
        return await turn.do(replace(command, outcome=closed.open_[0]))


async def _foreseen(turn: Turn, form: Form, chosen: OutcomeId, draft: Draft) -> PreviewView:
    """Return the preview of a decision; for one that the answers close, that of the only open one, and why.

    Raises a Refusal.
    """
    try:
        foreseen = await turn.handler.preview(await _command(turn, form, chosen), draft, actor=turn.person.id)
        return await _previewed(turn, form, chosen, foreseen)
    except errors.OutcomeClosed as closed:
        if len(closed.open_) != 1:
            raise
        (only,) = closed.open_
        foreseen = await turn.handler.preview(await _command(turn, form, only), draft, actor=turn.person.id)
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
        next_stages=_next_stages(turn, definition, decision),
        mark=preview_mark,
        doubts=doubts,
        computed=form_view.computed_facts(turn, stage, decision.case.values),
        must_be_seen=bool(doubts) or (outcome is not None and must_be_seen(outcome)),
    )


async def _missing(turn: Turn, form: Form, refusal: errors.Refusal) -> str:
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


async def _view(turn: Turn, form: Form, problems: form_view.Problems | None = None) -> FormView:
    if isinstance(form, TaskForm):
        return await task_form(turn, form.task_id, problems)
    return await new_case_form(turn, form.process, problems)


async def _command(
    turn: Turn, form: Form, outcome: OutcomeId, values: commands.RawValues | None = None
) -> commands.OpenCase | commands.CompleteTask:
    """Return the command that sends *values*, else what the form begins with."""
    if isinstance(form, NewCaseForm):
        return commands.OpenCase(process=form.process, outcome=outcome, values=values or {})
    if values is None:
        at_hand = await turn.task(form.task_id)
        values = form_view.initial_values(at_hand.stage.form, at_hand.case.values, at_hand.task.visit)
    return commands.CompleteTask(task_id=form.task_id, outcome=outcome, values=values)


async def _show_conflicts(turn: Turn, form: Form, kept: Kept) -> Reply:
    """Return the form as its window has it; what was changed elsewhere says so beside each answer."""
    _, stage = await stage_of(turn, form)
    view = with_conflicts(turn, stage, await _view(turn, form), kept)
    return Reply(toast=view.problem, kind=ReplyKind.REFUSED, dialog=view, case_id=_case_id(form), kept=kept.summary)


def _show_newer(turn: Turn, form: Form, view: FormView, labels: Sequence[str]) -> Reply:
    """Return the form as it is now, since its window showed something older."""
    problem = turn.words.gettext(
        "Changed in another window since this one was opened: %(fields)s. Here is how it is now; look at it and go on.",
        fields=", ".join(labels),
    )
    view = replace(view, problem=problem, is_newer=True)
    return Reply(toast=problem, kind=ReplyKind.REFUSED, dialog=view, case_id=_case_id(form))


async def _show_again(turn: Turn, form: Form, outcome: OutcomeId, refusal: errors.Refusal) -> Reply:
    """Return the form with its draft, with each problem beside its answer."""
    definition, _ = await stage_of(turn, form)
    sentence = refusal_sentence(turn, refusal, definition)
    view = await _view(turn, form, refusal.problems if isinstance(refusal, errors.FormInvalid) else None)
    view = replace(view, chosen=outcome, problem=sentence, has_draft=True)
    return Reply(
        toast=sentence,
        kind=ReplyKind.REFUSED,
        dialog=await _with_offers(turn, form, view, refusal),
        case_id=_case_id(form),
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


def _completion_of(decision: Decision) -> TaskCompleted | VisitCompleted:
    """Return what led on: the completion of the task, or that of the visit which it has decided."""
    completed = next(event for event in decision.events if isinstance(event, TaskCompleted))
    visits = (event for event in decision.events if isinstance(event, VisitCompleted))
    return next((visit for visit in visits if visit.task_id == completed.task_id), completed)


def _next_stages(turn: Turn, definition: WorkflowDefinition, decision: Decision) -> tuple[str, ...]:
    """Return the titles of what comes next: stages with their departments, or the end of the case.

    What still has to be done elsewhere is said beside it. The end of a branch is left out: nothing follows it.
    """
    waits = {notice.values["stage"]: notice.values["missing"] for notice in decision.notices if _says_it_waits(notice)}
    titles = []
    for to in ways.led_to(_completion_of(decision), decision.events):
        stage = definition.stages.get(StageId(to))
        if stage is not None:
            title = f"{stage.title.in_(turn.language)} ({turn.department_title(stage.department)})"
            missing = [turn.stage_title(definition, StageId(name)) for name in waits.get(to, ())]
            titles.append(_after_others(turn, title, missing))
        elif not definition.ends_branch(to):
            end = definition.title_of(to).in_(turn.language)
            title = turn.words.gettext("the end of the case: %(end)s", end=end)
            still_open = [turn.stage_title(definition, task.stage) for task in decision.case.open_tasks()]
            titles.append(_after_others(turn, title, still_open))
    return tuple(titles)


def _says_it_waits(notice: Notice) -> bool:
    return notice.kind is NoticeKind.HANDOVER_WAITS


def _after_others(turn: Turn, title: str, stages: Sequence[str]) -> str:
    if not stages:
        return title
    return turn.words.gettext(
        "%(title)s, when these are completed too: %(stages)s", title=title, stages=", ".join(stages)
    )


def sent_sentence(turn: Turn, form: Form, decision: Decision) -> str:
    """Return what became of a form that was sent: where the case is now."""
    case, words = decision.case, turn.words
    definition = turn.definitions.of(case.process, case.version)
    if case.status is CaseStatus.COMPLETED and case.end is not None:
        end = definition.title_of(case.end).in_(turn.language)
        return words.gettext("%(number)s is completed: %(end)s.", number=case.number, end=end)
    went = ", ".join(_next_stages(turn, definition, decision))
    if isinstance(form, NewCaseForm):
        return words.gettext("%(number)s is opened. Next: %(stages)s.", number=case.number, stages=went)
    led_on = _completion_of(decision)
    if isinstance(led_on, TaskCompleted) and (
        progress := visit_words(turn.case_words(case), case.tasks[led_on.task_id]).progress
    ):
        return words.gettext("%(number)s: noted; %(progress)s.", number=case.number, progress=progress)
    if not went:
        return words.gettext("%(number)s: the stage is completed, nothing has to be handed over.", number=case.number)
    if not any(to in definition.stages for to in ways.led_to(_completion_of(decision), decision.events)):
        return words.gettext("%(number)s: the stage is completed. Next: %(stages)s.", number=case.number, stages=went)
    return words.gettext("%(number)s is handed over. Next: %(stages)s.", number=case.number, stages=went)


def _case_id(form: Form) -> CaseId | None:
    return case_of(form.task_id) if isinstance(form, TaskForm) else None
