"""The dialog around a form: open it, save the draft, preview what would be sent, send it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.actions import Action, Verb
from bot.conversation.forms import form_view
from bot.conversation.forms.form_key import Form, NewCaseForm, TaskForm, form_of
from bot.conversation.forms.known_before import known_before
from bot.conversation.incoming import FormPreviewed, FormSaved, FormSent
from bot.conversation.refusals import refusal_sentence
from bot.conversation.reply import FormView, PreviewView, Reply, ReplyKind
from bot.conversation.turn import TaskAtHand, Turn
from workflows.domain import commands, errors, permissions
from workflows.domain.case import CaseStatus
from workflows.domain.decision import Decision
from workflows.domain.defaults import suggests_in_rows, without_suggested_rows
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.events import TaskCompleted
from workflows.domain.forms import canonical
from workflows.domain.ids import CaseId, ProcessId, StageId, TaskId, case_of
from workflows.domain.notices import Notice, NoticeKind
from workflows.ports.rendering import came_with
from workflows.usecases.handle_command import new_case_draft, task_draft

_STAYS_OPEN = (
    errors.LetterNotReady,
    errors.ChecklistOpen,
    errors.UnknownOutcome,
    errors.OutcomeClosed,
    errors.FormInvalid,
)
"""What the person can correct in the form itself."""

ANEW = "anew"
"""The argument of the button that drops the draft of a new case."""


async def read(turn: Turn, key: str) -> Reply:
    """Return the form of a key as it is now; raises Unreadable or a Refusal."""
    form = form_of(key)
    if isinstance(form, TaskForm):
        view = await task_form(turn, form.task_id)
    else:
        view = await new_case_form(turn, form.process)
    return Reply(dialog=view, case_id=_case_id(form))


async def task_form(
    turn: Turn, task_id: TaskId, values: commands.RawValues | None = None, problems: form_view.Problems | None = None
) -> FormView:
    """Return the form of a task for its assignee, with *values*, else the draft over the known facts of the case."""
    at_hand = await turn.task(task_id)
    case, task, stage = at_hand.case, at_hand.task, at_hand.stage
    permissions.check_assignee(task, turn.person.id)
    draft = await turn.queries.draft(task_draft(task_id)) if values is None else None
    typed = (draft or {}) if values is None else values
    known = await known_before(turn, at_hand.definition, stage, typed, at_hand)
    shown = {**form_view.initial_values(stage.form, case.values, task.visit), **typed} if values is None else values
    letters = came_with(task, await turn.queries.letters(case.id))
    parts = [case.number, None if case.client is None else case.client.name, turn.department_title(task.department)]
    return FormView(
        form=TaskForm(task_id=task_id).key,
        title=stage.title.in_(turn.language),
        subtitle=" · ".join(filter(None, parts)),
        fields=form_view.field_views(turn, stage.form, shown, problems or {}, known),
        checklist=form_view.item_views(turn, at_hand),
        outcomes=form_view.outcome_views(turn, stage, at_hand.definition, case.values, task.visit),
        letters=tuple(form_view.letter_view(turn, letter) for letter in letters),
        known=form_view.known_facts(turn, at_hand),
        rework_reason=task.rework_reason,
        has_draft=draft is not None,
        case_id=case.id,
    )


async def new_case_form(
    turn: Turn, process: ProcessId, values: commands.RawValues | None = None, problems: form_view.Problems | None = None
) -> FormView:
    """Return the form of a new case, with *values* or the person's draft; raises MayNotOpen or UnknownProcess."""
    definition = turn.definitions.newest(process)
    permissions.check_may_open(definition, turn.organisation, turn.person.id)
    draft = await turn.queries.draft(new_case_draft(process, turn.person.id)) if values is None else None
    stage = definition.stages[definition.start]
    typed = (draft or {}) if values is None else values
    known = await known_before(turn, definition, stage, typed)
    return FormView(
        form=NewCaseForm(process=process).key,
        title=definition.title.in_(turn.language),
        subtitle=f"{turn.words.gettext('New case')} · {stage.title.in_(turn.language)}",
        fields=form_view.field_views(turn, stage.form, typed, problems or {}, known),
        checklist=(),
        outcomes=form_view.outcome_views(turn, stage, definition, {}, visit=1),
        has_draft=is_begun(draft),
        anew=Action(verb=Verb.NEW, target=process, argument=ANEW).encode() if is_begun(draft) else None,
    )


def is_begun(draft: commands.RawValues | None) -> bool:
    """Whether a draft contains anything that was typed or chosen."""
    return any(value not in ("", []) for value in (draft or {}).values())


async def save(turn: Turn, saved: FormSaved) -> Reply:
    """Save what is typed so far as the draft."""
    form = form_of(saved.form)
    await _keep(turn, form, replace(saved, values=await _values_in(turn, form, saved)))
    return Reply(toast=turn.words.gettext("The draft is kept."), case_id=_case_id(form))


async def preview(turn: Turn, previewed: FormPreviewed) -> Reply:
    """Return what would be sent, or the form again with its problems; the draft is saved in both cases."""
    form = form_of(previewed.form)
    previewed = replace(previewed, values=await _values_in(turn, form, previewed))
    try:
        decision, letters = await turn.handler.preview(_command(form, previewed), actor=turn.person.id)
    except _STAYS_OPEN as refusal:
        return await _show_again(turn, form, previewed, refusal)
    await _keep(turn, form, previewed)
    definition = turn.definitions.of(decision.case.process, decision.case.version)
    completed = _completion_of(decision)
    stage = definition.stages[decision.case.tasks[completed.task_id].stage]
    outcome = stage.outcome(previewed.outcome)
    view = PreviewView(
        form=form.key,
        title=turn.words.gettext("What will be sent"),
        outcome=previewed.outcome,
        outcome_title=previewed.outcome if outcome is None else outcome.title.in_(turn.language),
        letters=tuple(form_view.letter_view(turn, letter) for letter in letters),
        next_stages=_next_stages(turn, definition, decision),
        values=previewed.values,
    )
    return Reply(dialog=view, case_id=_case_id(form))


async def send(turn: Turn, sent: FormSent) -> Reply:
    """Complete the task or open the case; return where it went, or the form again with its problems."""
    form = form_of(sent.form)
    sent = replace(sent, values=await _values_in(turn, form, sent))
    try:
        decision = await turn.do(_command(form, sent))
    except _STAYS_OPEN as refusal:
        return await _show_again(turn, form, sent, refusal)
    return Reply(toast=sent_sentence(turn, form, decision), kind=ReplyKind.DONE, case_id=decision.case.id)


async def _values_in(turn: Turn, form: Form, filled: FormSaved | FormPreviewed | FormSent) -> commands.RawValues:
    """Return the answers in their canonical form where they can be read, for every chat to show in its own control.

    A row to which nothing was added but what every new row suggests is left out.
    """
    at_hand: TaskAtHand | None = None
    if isinstance(form, TaskForm):
        at_hand = await turn.task(form.task_id)
        definition, stage = at_hand.definition, at_hand.stage
    else:
        definition = turn.definitions.newest(form.process)
        stage = definition.stages[definition.start]
    fields = {field.name: field for field in stage.form}
    today = turn.now.astimezone(turn.zone).date()
    values = {
        name: canonical(fields[name], answer, today) if name in fields else answer
        for name, answer in filled.values.items()
    }
    lists = [field for field in stage.form if field.name in values and suggests_in_rows(field)]
    if lists:
        known = await known_before(turn, definition, stage, values, at_hand)
        values |= {field.name: without_suggested_rows(field, values[field.name], known.names) for field in lists}
    return values


def _command(form: Form, filled: FormPreviewed | FormSent) -> commands.OpenCase | commands.CompleteTask:
    if isinstance(form, TaskForm):
        return commands.CompleteTask(
            task_id=form.task_id, outcome=filled.outcome, values=filled.values, ticks=filled.ticks
        )
    return commands.OpenCase(process=form.process, outcome=filled.outcome, values=filled.values)


async def _keep(turn: Turn, form: Form, filled: FormSaved | FormPreviewed | FormSent) -> None:
    # A draft is overwritten, so a redelivered update does no harm and need not be recorded.
    if isinstance(form, TaskForm):
        command = commands.SaveDraft(task_id=form.task_id, values=filled.values, ticks=filled.ticks)
        await turn.handler.handle(command, actor=turn.person.id)
    else:
        await turn.handler.save_new_case_draft(form.process, filled.values, actor=turn.person.id)


async def _show_again(turn: Turn, form: Form, filled: FormPreviewed | FormSent, refusal: errors.Refusal) -> Reply:
    """Save the draft and return the form as typed, with each problem beside its answer."""
    await _keep(turn, form, filled)
    problems = refusal.problems if isinstance(refusal, errors.FormInvalid) else {}
    if isinstance(form, TaskForm):
        view = await task_form(turn, form.task_id, filled.values, problems)
        definition = (await turn.task(form.task_id)).definition
    else:
        view = await new_case_form(turn, form.process, filled.values, problems)
        definition = turn.definitions.newest(form.process)
    sentence = refusal_sentence(turn, refusal, definition)
    view = replace(view, chosen=filled.outcome, problem=sentence, has_draft=True)
    return Reply(toast=sentence, kind=ReplyKind.REFUSED, dialog=view, case_id=_case_id(form))


def _completion_of(decision: Decision) -> TaskCompleted:
    return next(event for event in decision.events if isinstance(event, TaskCompleted))


def _next_stages(turn: Turn, definition: WorkflowDefinition, decision: Decision) -> tuple[str, ...]:
    """Return the titles of what comes next: stages with their departments, or the end of the case.

    What still has to be done elsewhere is said beside it. The end of a branch is left out: nothing follows it.
    """
    waits = {notice.values["stage"]: notice.values["missing"] for notice in decision.notices if _says_it_waits(notice)}
    titles = []
    for to in _completion_of(decision).went_to:
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
    if not went:
        return words.gettext("%(number)s: the stage is completed, nothing has to be handed over.", number=case.number)
    if not any(to in definition.stages for to in _completion_of(decision).went_to):
        return words.gettext("%(number)s: the stage is completed. Next: %(stages)s.", number=case.number, stages=went)
    return words.gettext("%(number)s is handed over. Next: %(stages)s.", number=case.number, stages=went)


def _case_id(form: Form) -> CaseId | None:
    return case_of(form.task_id) if isinstance(form, TaskForm) else None
