"""What stands in the window of a form: answers, ticks, the decision; and where in it a problem is shown."""

from dataclasses import dataclass, replace

from bot.conversation.reply import FormView
from bot.rendering.language.i18n import Words
from bot.slack.api.slack_file import SlackFile
from bot.slack.api.window import State, Window
from bot.slack.blockkit.controls import can_show, control_of
from bot.slack.blockkit.form_pages import page_of
from bot.slack.blockkit.form_window import CHECK, OUTCOME
from bot.slack.blockkit.questions import (
    answer_in,
    block_of,
    field_blocks,
    is_asked,
    revision_in,
    state_shown,
    without_dropped,
)
from workflows.domain.forms.drafts import OUTCOME as OUTCOME_KEY
from workflows.domain.forms.drafts import mark, tick_key
from workflows.domain.ids import FieldName, ItemId, OutcomeId


def fill_in(view: FormView, window: Window) -> tuple[FormView, dict[FieldName, tuple[SlackFile, ...]]]:
    """Return the form with what stands in a window, and the files that were chosen there, by question."""
    files: dict[FieldName, tuple[SlackFile, ...]] = {}
    fields = []
    for field in view.fields:
        answer = answer_in(field, window.state)
        if not control_of(field).takes_file:
            # A picker that cannot show an answer is empty; that is no wish to empty it.
            fields.append(field if not answer and not can_show(field) else replace(field, value=answer))
            continue
        if isinstance(answer, tuple) and answer:
            files[field.name] = answer
        fields.append(replace(field, value=without_dropped(field, window.state)))
    chosen = _chosen(window.state) or view.chosen or OutcomeId(page_of(window).chosen)
    return replace(view, fields=tuple(fields), chosen=chosen or None), files


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a window holds: answers, the decision (None: not asked there), the check list; `began` is what it showed.

    `shown` are the marks of the decision and the check list that it showed.
    """

    values: dict[FieldName, object]
    began: dict[FieldName, object]
    outcome: OutcomeId | None
    ticks: dict[ItemId, bool]
    shown: dict[str, str]


def held_in(view: FormView, window: Window, *, accepts: bool = False) -> Held:
    """Return what a window holds of a form; a form that is sent *accepts* what is suggested in it."""
    shown, values, began = state_shown(window.blocks), dict[FieldName, object](), dict[FieldName, object]()
    for field in view.fields:
        if control_of(field).takes_file:
            if (kept := without_dropped(field, window.state)) != field.value:
                values[field.name] = kept
            continue
        answer = answer_in(field, window.state)
        if not is_asked(field, window.state) or (not answer and not can_show(field)):
            continue
        values[field.name] = answer
        if not (accepts and field.is_suggested):
            began[field.name] = answer_in(field, shown)
    offered = _offered_ticks(window)
    items = [item.id for item in view.checklist if item.id in offered]
    ticked, ticked_before = ticks_in(window.state), ticks_in(shown) or frozenset()
    marks = {tick_key(item): mark(item in ticked_before) for item in items}
    return Held(
        values=values,
        began=began,
        outcome=_chosen(window.state),
        ticks={} if ticked is None else {item: item in ticked for item in items},
        shown=marks | {OUTCOME_KEY: mark(_chosen(shown))},
    )


def revisions_of(view: FormView, window: Window, words: Words) -> dict[str, str]:
    """Return the revisions that the blocks of a form need to show it in the place of a window.

    They stay as they are where the window shows what it has to: somebody may be typing there.
    """
    revisions: dict[str, str] = {}
    for field in view.fields:
        if not is_asked(field, window.state) or control_of(field).takes_file:
            continue
        now = answer_in(field, state_shown(field_blocks(field, is_required=False, words=words)))
        is_same = now == answer_in(field, window.state)
        revisions[field.name] = revision_in(field, window.state) if is_same else f"r{view.revision}"
    here = {name: block for block in window.state for name in (OUTCOME, CHECK) if block.partition(":")[0] == name}
    ticked = frozenset(item.id for item in view.checklist if item.done)
    same = {OUTCOME: _chosen(window.state) == view.chosen, CHECK: ticks_in(window.state) == ticked}
    for name, block in here.items():
        _, _, before = block.partition(":r")
        revisions[name] = (before and f":r{before}") if same[name] else f":r{view.revision}.{len(ticked)}"
    return revisions


def ticks_in(state: State) -> frozenset[ItemId] | None:
    """Return the items of the check list that are ticked in a window; None where it shows no check list."""
    groups = [inputs for block, inputs in state.items() if block.partition(":")[0] == CHECK]
    if not groups:
        return None
    ticked = (option for inputs in groups for one in inputs.values() for option in one.get("selected_options") or [])
    return frozenset(ItemId(option["value"]) for option in ticked)


def errors_in(view: FormView, window: Window) -> dict[str, str] | None:
    """Return the problems by the blocks of the window that was sent; None when not all of them have one there."""
    found: dict[str, str] = {}
    for field in view.fields:
        if field.problem is not None:
            block = block_of(field, window.blocks)
            if block is None:
                return None
            found[block] = field.problem
    if not found:
        asked = {str(block.get("block_id")) for block in window.blocks}
        checks, decisions = (sorted(b for b in asked if b.partition(":")[0] == name) for name in (CHECK, OUTCOME))
        where = checks if checks and _lacks_ticks(view) else decisions
        found = {where[0]: view.problem or ""} if where else {}
    return found or None


def _offered_ticks(window: Window) -> frozenset[ItemId]:
    """Return the items of the check list that a window shows: those of its decision."""
    checks = (block for block in window.blocks if str(block.get("block_id")).partition(":")[0] == CHECK)
    return frozenset(ItemId(option["value"]) for block in checks for option in block["element"]["options"])


def suggests_otherwise(view: FormView, window: Window) -> bool:
    """Whether a form suggests something else of the client than its window shows."""
    asked = (f for f in view.fields if f.of_client and f.value is None and is_asked(f, window.state))
    return any((field.suggested or "") != answer_in(field, window.state) for field in asked)


def _lacks_ticks(view: FormView) -> bool:
    """Whether the chosen decision needs a check list that is not complete."""
    needs = any(outcome.id == view.chosen and outcome.needs_checklist for outcome in view.outcomes)
    return needs and any(item.required and not item.done for item in view.checklist)


def _chosen(state: State) -> OutcomeId | None:
    blocks = (inputs for block, inputs in state.items() if block.partition(":")[0] == OUTCOME)
    for selected in (one for inputs in blocks for one in inputs.values()):
        chosen = selected.get("selected_option")
        return None if chosen is None else OutcomeId(chosen["value"])
    return None
