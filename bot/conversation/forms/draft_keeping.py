"""Drafts of forms: what a window changed is written into them, and what it did not know is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.conversation.forms import form_view
from bot.conversation.forms.form_key import Form, TaskForm
from bot.conversation.forms.known_before import known_before
from bot.conversation.forms.record_answers import looked_up
from bot.conversation.incoming import FormPreviewed, FormSaved
from bot.conversation.reply import FormView, KeptDraft
from bot.conversation.turn import Turn
from bot.rendering.words.left_out import first_stage_in_words
from workflows.domain import commands
from workflows.domain.definition import Stage, WorkflowDefinition
from workflows.domain.facts.values import canonical
from workflows.domain.filling import Filling
from workflows.domain.forms.defaults import suggests_in_rows, without_suggested_rows
from workflows.domain.forms.drafts import OUTCOME, Draft, Mark, mark
from workflows.domain.ids import OutcomeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A draft that a window wrote into.

    `held` is what the window reported, by key; `conflicts` are the keys of what was not taken of it.
    """

    draft: Draft
    held: Mapping[str, object]
    conflicts: tuple[str, ...]

    @property
    def summary(self) -> KeptDraft:
        """Return what a window has to know of the draft."""
        now: dict[str, object] = {OUTCOME: self.draft.outcome, **{str(n): a for n, a in self.draft.answers.items()}}
        marks = {key: mark(now.get(key)) for key in self.held}
        newer = (key for key, answer in self.held.items() if key in now and mark(answer) != marks[key])
        return KeptDraft(revision=self.draft.revision, marks=marks, newer=frozenset(newer))


async def stage_of(turn: Turn, form: Form) -> tuple[WorkflowDefinition, Stage]:
    """Return the stage whose form it is, and the definition that it belongs to."""
    if isinstance(form, TaskForm):
        at_hand = await turn.task(form.task_id)
        return at_hand.definition, at_hand.stage
    definition = turn.definitions.newest(form.process)
    return definition, first_stage_in_words(definition, turn.language)


async def canonical_values(turn: Turn, form: Form, typed: commands.RawValues) -> commands.RawValues:
    """Return the answers in their canonical form where they can be read, for every chat to show in its own control.

    A row to which nothing was added but what every new row suggests is left out.
    """
    definition, stage = await stage_of(turn, form)
    fields = {field.name: field for field in stage.form}
    today = turn.today
    values: commands.RawValues = {
        name: canonical(fields[name], answer, today) if name in fields else answer for name, answer in typed.items()
    }
    values = await looked_up(turn, stage, values)
    lists = [field for field in stage.form if field.name in values and suggests_in_rows(field)]
    if lists:
        at_hand = await turn.task(form.task_id) if isinstance(form, TaskForm) else None
        known = await known_before(turn, definition, stage, values, at_hand)
        whole = {field.name: without_suggested_rows(field, values[field.name], known.names) for field in lists}
        values = {**values, **whole}
    return values


async def keep(turn: Turn, form: Form, filled: FormSaved | FormPreviewed) -> Kept:
    """Write what was changed in a window into the form's draft; raises a Refusal."""
    began = await canonical_values(turn, form, filled.began) if filled.began else {}
    filling = Filling(
        values=await canonical_values(turn, form, filled.values),
        outcome=filled.outcome or None,
        ticks=filled.ticks,
        shown={**filled.shown, **{str(name): mark(answer) for name, answer in began.items()}},
        window=filled.window,
        at=filled.at,
        tells=not isinstance(filled, FormSaved) or filled.tells,
        confirms=not isinstance(filled, FormSaved) or filled.confirms,
    )
    if isinstance(form, TaskForm):
        command = commands.SaveDraft(task_id=form.task_id, filling=filling)
        merged = await turn.save_draft(command)
    else:
        merged = await turn.handler.save_new_case_draft(form.process, filling, actor=turn.person.id)
    held: dict[str, object] = {str(name): answer for name, answer in filling.values.items()}
    if filling.outcome is not None:
        held[OUTCOME] = filling.outcome
    return Kept(draft=merged.draft, held=held, conflicts=merged.conflicts)


async def begun_with(turn: Turn, form: Form) -> commands.RawValues:
    """Return what a form begins with: the facts of the case that it asks for."""
    if not isinstance(form, TaskForm):
        return {}
    at_hand = await turn.task(form.task_id)
    return form_view.initial_values(at_hand.stage.form, at_hand.case.values, at_hand.task.visit)


async def unseen_in(turn: Turn, form: Form, previewed: FormPreviewed, kept: Kept) -> tuple[str, ...]:
    """Return the labels of the questions whose answers its window shows otherwise than they are now."""
    _, stage = await stage_of(turn, form)
    stands = {**await begun_with(turn, form), **kept.draft.answers}
    now: dict[str, Mark] = {field.name: mark(canonical(field, stands.get(field.name))) for field in stage.form}
    shown = {**previewed.shown, **{key: mark(answer) for key, answer in kept.held.items()}}
    return tuple(
        field.label.in_(turn.language)
        for field in stage.form
        if shown.get(field.name, now[field.name]) != now[field.name]
    )


def with_conflicts(turn: Turn, stage: Stage, view: FormView, kept: Kept) -> FormView:
    """Return a form with the answers of a window that were not taken, each with a sentence that says why."""
    fields = {field.name: field for field in stage.form}
    sentences = {key: _sentence(turn, stage, key, kept) for key in kept.conflicts}
    shown = tuple(
        replace(
            one,
            value=form_view.shown_value(fields[one.name], kept.held[one.name], turn.language),
            problem=sentences[one.name],
            is_unsaved=True,
        )
        if one.name in sentences
        else one
        for one in view.fields
    )
    labels: dict[str, str] = {field.name: field.label.in_(turn.language) for field in stage.form}
    lines = (f"{labels[key]}: {said}" if key in labels else said for key, said in sentences.items())
    chosen = OutcomeId(str(kept.held[OUTCOME])) if OUTCOME in kept.conflicts else view.chosen
    return replace(view, fields=shown, chosen=chosen, problem="\n".join(lines))


def _sentence(turn: Turn, stage: Stage, key: str, kept: Kept) -> str:
    here = kept.held[key]
    if key == OUTCOME:
        titles = {outcome.id: outcome.title.in_(turn.language) for outcome in stage.outcomes}
        return turn.words.gettext(
            "The decision was changed in another window to “%(there)s”. “%(here)s” is not kept yet: send it again "
            "to replace the other.",
            there=titles.get(kept.draft.outcome or OutcomeId(""), "—"),
            here=titles.get(OutcomeId(str(here)), "—"),
        )
    field = next(field for field in stage.form if field.name == key)
    there = kept.draft.answers.get(field.name)
    return turn.words.gettext(
        "This was changed in another window to “%(there)s”. “%(here)s” is not kept yet: send it again to replace "
        "the other.",
        there=form_view.answer_words(field, there, turn.language),
        here=form_view.answer_words(field, here, turn.language),
    )
