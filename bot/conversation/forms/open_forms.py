"""Forms as their reader finds them: that of a task and that of a new case, with the draft."""

from dataclasses import replace

from bot.actions import Action, Verb
from bot.conversation.forms import form_view
from bot.conversation.forms.form_key import Form, NewCaseForm, TaskForm, form_of
from bot.conversation.forms.known_before import known_before
from bot.conversation.reply import FormView, Reply
from bot.conversation.turn import TaskAtHand, Turn
from bot.rendering.words.left_out import first_stage_in_words
from workflows.domain import permissions
from workflows.domain.forms.asking import asking, deciding
from workflows.domain.forms.drafts import NO_DRAFT, Draft, mark
from workflows.domain.ids import CaseId, ProcessId, TaskId, case_of
from workflows.ports.rendering import came_with
from workflows.usecases.form_drafts import new_case_draft, task_draft

ANEW = "anew"
"""The argument of the button that drops the draft of a new case."""


async def read(turn: Turn, key: str) -> Reply:
    """Return the form of a key as it is now; raises Unreadable or a Refusal."""
    form = form_of(key)
    return Reply(dialog=await view_of(turn, form), case_id=case_id_of(form))


async def task_form(turn: Turn, task_id: TaskId, problems: form_view.Problems | None = None) -> FormView:
    """Return the form of a task for its assignee; raises a Refusal."""
    at_hand = await turn.task(task_id)
    permissions.check_assignee(at_hand.case, at_hand.task, turn.person.id)
    return await form_at_hand(turn, at_hand, problems)


async def form_at_hand(turn: Turn, at_hand: TaskAtHand, problems: form_view.Problems | None = None) -> FormView:
    """Return the form of a task that this person has, the draft over the known facts of the case."""
    case, task, stage = at_hand.case, at_hand.task, at_hand.stage
    kept = await turn.queries.draft(task_draft(task.id))
    draft = kept or NO_DRAFT
    known = await known_before(turn, at_hand.definition, stage, draft.answers, at_hand)
    shown = {**form_view.initial_values(stage.form, case.values, task.visit), **draft.answers}
    letters = came_with(task, await turn.queries.letters(case.id))
    parts = [case.number, None if case.client is None else case.client.name, turn.department_title(task.department)]
    fields = form_view.field_views(turn, stage.form, shown, problems or {}, known)
    seen = replace(turn.around(case, task.visit), records=known.parts)
    return FormView(
        form=TaskForm(task_id=task.id).key,
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


async def view_of(turn: Turn, form: Form, problems: form_view.Problems | None = None) -> FormView:
    """Return a form as it is now, with what is wrong in it; raises a Refusal."""
    if isinstance(form, TaskForm):
        return await task_form(turn, form.task_id, problems)
    return await new_case_form(turn, form.process, problems)


def case_id_of(form: Form) -> CaseId | None:
    """Return the case of a form; none yet for a new case."""
    return case_of(form.task_id) if isinstance(form, TaskForm) else None
