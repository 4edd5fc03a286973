"""The dialog around a form: open it, keep what is typed, show what would be sent, send it."""

from dataclasses import replace

from bot.actions import Action, Verb
from bot.conversation.forms import form_view
from bot.conversation.forms.form_key import Form, NewCaseForm, TaskForm, form_of
from bot.conversation.incoming import FormPreviewed, FormSaved, FormSent
from bot.conversation.refusals import refusal_sentence
from bot.conversation.reply import FormView, PreviewView, Reply, ReplyKind
from bot.conversation.turn import Talk
from workflows.domain import commands, errors, permissions
from workflows.domain.case import CaseStatus
from workflows.domain.decision import Decision
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.events import TaskCompleted
from workflows.domain.ids import CaseId, ProcessId, StageId, TaskId, case_of
from workflows.ports.rendering import came_with
from workflows.usecases.handle_command import new_case_draft, task_draft

_STAYS_OPEN = (errors.LetterNotReady, errors.ChecklistOpen, errors.UnknownOutcome, errors.FormInvalid)
"""What the person can mend in the form itself."""

ANEW = "anew"
"""What the button carries that drops the draft of a new case."""


async def read(talk: Talk, key: str) -> Reply:
    """Return the form of a key as it is now; raises Unreadable or a Refusal."""
    form = form_of(key)
    if isinstance(form, TaskForm):
        view = await task_form(talk, form.task_id)
    else:
        view = await new_case_form(talk, form.process)
    return Reply(dialog=view, case_id=_case_id(form))


async def task_form(talk: Talk, task_id: TaskId, values: commands.RawValues | None = None) -> FormView:
    """Return the form of a task for its assignee, with *values*, or the draft, or what is known of the case."""
    at_hand = await talk.task(task_id)
    case, task, stage = at_hand.case, at_hand.task, at_hand.stage
    permissions.check_assignee(task, talk.person.id)
    draft = await talk.queries.draft(task_draft(task_id)) if values is None else None
    typed = {**form_view.prefilled(stage.form, case.values), **(draft or {})} if values is None else values
    letters = came_with(task, await talk.queries.letters(case.id))
    parts = [case.number, None if case.client is None else case.client.name, talk.department_title(task.department)]
    return FormView(
        form=TaskForm(task_id=task_id).key,
        title=stage.title.in_(talk.language),
        subtitle=" · ".join(filter(None, parts)),
        fields=form_view.field_views(talk, stage.form, typed, {}),
        checklist=form_view.item_views(talk, at_hand),
        outcomes=form_view.outcome_views(talk, stage, at_hand.definition, case.values, task.visit),
        letters=tuple(form_view.letter_view(talk, letter) for letter in letters),
        known=form_view.known_facts(talk, at_hand),
        rework_reason=task.rework_reason,
        has_draft=draft is not None,
        case_id=case.id,
    )


async def new_case_form(talk: Talk, process: ProcessId, values: commands.RawValues | None = None) -> FormView:
    """Return the form of a new case, with *values* or the person's draft; raises MayNotOpen or UnknownProcess."""
    definition = talk.definitions.newest(process)
    permissions.check_may_open(definition, talk.organisation, talk.person.id)
    draft = await talk.queries.draft(new_case_draft(process, talk.person.id)) if values is None else None
    stage = definition.stages[definition.start]
    typed = (draft or {}) if values is None else values
    return FormView(
        form=NewCaseForm(process=process).key,
        title=definition.title.in_(talk.language),
        subtitle=f"{talk.words.gettext('New case')} · {stage.title.in_(talk.language)}",
        fields=form_view.field_views(talk, stage.form, typed, {}),
        checklist=(),
        outcomes=form_view.outcome_views(talk, stage, definition, {}, visit=1),
        has_draft=is_begun(draft),
        anew=Action(verb=Verb.NEW, target=process, argument=ANEW).encode() if is_begun(draft) else None,
    )


def is_begun(draft: commands.RawValues | None) -> bool:
    """Whether a draft holds anything that was typed or chosen."""
    return any(value not in ("", []) for value in (draft or {}).values())


async def save(talk: Talk, saved: FormSaved) -> Reply:
    """Keep what is typed so far."""
    form = form_of(saved.form)
    await _keep(talk, form, saved)
    return Reply(toast=talk.words.gettext("The draft is kept."), case_id=_case_id(form))


async def preview(talk: Talk, previewed: FormPreviewed) -> Reply:
    """Show what would be sent, or the form again with what is wrong; what was typed is kept as a draft in any case."""
    form = form_of(previewed.form)
    try:
        decision, letters = await talk.handler.preview(_command(form, previewed), actor=talk.person.id)
    except _STAYS_OPEN as refusal:
        return await _again(talk, form, previewed, refusal)
    await _keep(talk, form, previewed)
    definition = talk.definitions.of(decision.case.process, decision.case.version)
    completed = _completed(decision)
    stage = definition.stages[decision.case.tasks[completed.task_id].stage]
    outcome = stage.outcome(previewed.outcome)
    view = PreviewView(
        form=form.key,
        title=talk.words.gettext("What will be sent"),
        outcome=previewed.outcome,
        outcome_title=previewed.outcome if outcome is None else outcome.title.in_(talk.language),
        letters=tuple(form_view.letter_view(talk, letter) for letter in letters),
        next_stages=_next_stages(talk, definition, completed),
        values=previewed.values,
    )
    return Reply(dialog=view, case_id=_case_id(form))


async def send(talk: Talk, sent: FormSent) -> Reply:
    """Complete the task or open the case, and tell where it went."""
    form = form_of(sent.form)
    try:
        decision = await talk.do(_command(form, sent))
    except _STAYS_OPEN as refusal:
        return await _again(talk, form, sent, refusal)
    return Reply(toast=_told(talk, form, decision), kind=ReplyKind.DONE, case_id=decision.case.id)


def _command(form: Form, filled: FormPreviewed | FormSent) -> commands.OpenCase | commands.CompleteTask:
    if isinstance(form, TaskForm):
        return commands.CompleteTask(
            task_id=form.task_id, outcome=filled.outcome, values=filled.values, ticks=filled.ticks
        )
    return commands.OpenCase(process=form.process, outcome=filled.outcome, values=filled.values)


async def _keep(talk: Talk, form: Form, filled: FormSaved | FormPreviewed | FormSent) -> None:
    # A draft is overwritten, so a redelivered update does no harm and need not be remembered.
    if isinstance(form, TaskForm):
        command = commands.SaveDraft(task_id=form.task_id, values=filled.values, ticks=filled.ticks)
        await talk.handler.handle(command, actor=talk.person.id)
    else:
        await talk.handler.save_new_case_draft(form.process, filled.values, actor=talk.person.id)


async def _again(talk: Talk, form: Form, filled: FormPreviewed | FormSent, refusal: errors.Refusal) -> Reply:
    """Show the form as it was typed, with the problems beside the answers they belong to."""
    await _keep(talk, form, filled)
    if isinstance(form, TaskForm):
        view = await task_form(talk, form.task_id, filled.values)
        at_hand = await talk.task(form.task_id)
        definition, stage = at_hand.definition, at_hand.stage
    else:
        view = await new_case_form(talk, form.process, filled.values)
        definition = talk.definitions.newest(form.process)
        stage = definition.stages[definition.start]
    sentence = refusal_sentence(talk, refusal, definition)
    problems = refusal.problems if isinstance(refusal, errors.FormInvalid) else {}
    fields = form_view.field_views(talk, stage.form, filled.values, problems)
    view = replace(view, fields=fields, chosen=filled.outcome, problem=sentence, has_draft=True)
    return Reply(toast=sentence, kind=ReplyKind.REFUSED, dialog=view, case_id=_case_id(form))


def _completed(decision: Decision) -> TaskCompleted:
    return next(event for event in decision.events if isinstance(event, TaskCompleted))


def _next_stages(talk: Talk, definition: WorkflowDefinition, completed: TaskCompleted) -> tuple[str, ...]:
    """Return the titles of what comes next: stages with their departments, or the end of the case.

    The end of a branch is not told: nothing follows it.
    """
    titles = []
    for to in completed.went_to:
        stage = definition.stages.get(StageId(to))
        if stage is not None:
            titles.append(f"{stage.title.in_(talk.language)} ({talk.department_title(stage.department)})")
        elif not definition.ends_branch(to):
            end = definition.title_of(to).in_(talk.language)
            titles.append(talk.words.gettext("the end of the case: %(end)s", end=end))
    return tuple(titles)


def _told(talk: Talk, form: Form, decision: Decision) -> str:
    case, words = decision.case, talk.words
    definition = talk.definitions.of(case.process, case.version)
    if case.status is CaseStatus.COMPLETED and case.end is not None:
        end = definition.title_of(case.end).in_(talk.language)
        return words.gettext("%(number)s is completed: %(end)s.", number=case.number, end=end)
    went = ", ".join(_next_stages(talk, definition, _completed(decision)))
    if isinstance(form, NewCaseForm):
        return words.gettext("%(number)s is opened. Next: %(stages)s.", number=case.number, stages=went)
    if not went:
        return words.gettext("%(number)s: the stage is completed, nothing has to be handed over.", number=case.number)
    return words.gettext("%(number)s is handed over. Next: %(stages)s.", number=case.number, stages=went)


def _case_id(form: Form) -> CaseId | None:
    return case_of(form.task_id) if isinstance(form, TaskForm) else None
