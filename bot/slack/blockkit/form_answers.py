"""What stands in the window of a form: answers, ticks, the decision; and where in it a problem is shown."""

from dataclasses import replace

from bot.conversation.reply import FormView
from bot.slack.api.slack_file import SlackFile
from bot.slack.api.window import State, Window
from bot.slack.blockkit.controls import can_show, control_of
from bot.slack.blockkit.form_pages import page_of
from bot.slack.blockkit.form_window import CHECK, OUTCOME
from bot.slack.blockkit.questions import answer_in, block_of, is_dropped
from workflows.domain.ids import FieldName, ItemId, OutcomeId


def fill_in(view: FormView, window: Window) -> tuple[FormView, dict[FieldName, SlackFile]]:
    """Return the form with what stands in a window, and the files that were chosen there, by question."""
    files: dict[FieldName, SlackFile] = {}
    fields = []
    for field in view.fields:
        answer = answer_in(field, window.state)
        if not control_of(field).takes_file:
            # A picker that cannot show an answer is empty; that is no wish to empty it.
            fields.append(field if not answer and not can_show(field) else replace(field, value=answer))
            continue
        if isinstance(answer, SlackFile):
            files[field.name] = answer
        fields.append(replace(field, value=None) if is_dropped(field, window.state) else field)
    chosen = _chosen(window.state) or OutcomeId(page_of(window).chosen)
    return replace(view, fields=tuple(fields), chosen=chosen or view.chosen), files


def ticks_in(window: Window) -> frozenset[ItemId] | None:
    """Return the items of the check list that are ticked in a window; None where it shows no check list."""
    groups = [inputs for block, inputs in window.state.items() if block.partition(":")[0] == CHECK]
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
        where = f"{CHECK}:0" if f"{CHECK}:0" in asked and _lacks_ticks(view) else OUTCOME
        found = {where: view.problem or ""} if where in asked else {}
    return found or None


def _lacks_ticks(view: FormView) -> bool:
    """Whether the chosen decision needs a check list that is not complete."""
    needs = any(outcome.id == view.chosen and outcome.needs_checklist for outcome in view.outcomes)
    return needs and any(item.required and not item.done for item in view.checklist)


def _chosen(state: State) -> OutcomeId | None:
    for selected in state.get(OUTCOME, {}).values():
        chosen = selected.get("selected_option")
        return None if chosen is None else OutcomeId(chosen["value"])
    return None
