"""A form as windows: page by page, the check list and the decision on the last one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.conversation.reply import FieldView, FormView, ItemView, LetterView, OutcomeView
from bot.rendering.dialects import SLACK, shorten
from bot.rendering.i18n import Words
from bot.slack.blockkit.blocks import (
    JSON,
    MOST_OPTIONS,
    MOST_TICKS,
    TITLE,
    actions,
    bold,
    context,
    divider,
    escaped,
    facts,
    header,
    make_window,
    option,
    options,
    paragraphs,
    plain,
    section,
    that_fit,
)
from bot.slack.blockkit.fields import CHOSEN, answer_in, block_of, field_blocks, is_dropped
from bot.slack.blockkit.markup import SHOWN_IN_PART
from workflows.domain.definition import FieldType
from workflows.domain.ids import FieldName, OutcomeId

FORM = "form"
OUTCOME, CHECK = "outcome", "check"
SAVE, BACK, ANEW = "save", "back", "anew"
FIELDS_A_PAGE = 15
BLOCKS_A_PAGE = 60
BYTES_A_PAGE = 120_000
"""A window has at most 250,000 with what is told around the questions."""
MOST_KNOWN = 40
SURE = 300
FACT = 300
MOST_LETTERS, BYTES_OF_LETTERS = 15, 60_000
"""How many blocks and bytes of the messages that came with the task stand above the questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which page of which form a window shows; `chosen` is the decision, which only the last page asks for."""

    form: str
    number: int = 0
    of: int = 1
    chosen: str = ""

    @property
    def is_last(self) -> bool:
        """Whether the decision is on it."""
        return self.number + 1 >= self.of

    def written(self) -> str:
        """Write the page for a window to carry."""
        return json.dumps(asdict(self))


def page_of(view: JSON) -> Page:
    """Read the page that a window shows."""
    return Page(**json.loads(view["private_metadata"]))


def form_window(view: FormView, words: Words, number: int = 0, *, said: str | None = None) -> JSON:
    """Make the window of one page (past the last: the last), with something *said* on top."""
    pages = pages_of(view, words)
    number = min(number, len(pages) - 1)
    page = Page(form=view.form, number=number, of=len(pages), chosen=view.chosen or "")
    blocks = [*_about(view, words, page, said), *_questions(view, pages[number], words)]
    if page.is_last:
        blocks += [*_checklist(view.checklist, words), *_outcomes(view, words)]
    blocks += actions(list(_buttons(view, page, words)))
    return make_window(
        view.title,
        blocks,
        callback_id=FORM,
        private_metadata=page.written(),
        submit=plain(words.gettext("Preview") if page.is_last else words.gettext("Next"), TITLE),
        close=plain(words.gettext("Close"), TITLE),
        notify_on_close=True,
    )


def pages_of(view: FormView, words: Words) -> list[tuple[FieldView, ...]]:
    """Deal the questions out to pages, at least one."""
    pages: list[tuple[FieldView, ...]] = [()]
    blocks: list[JSON] = []
    for field in view.fields:
        more = field_blocks(field, is_required=False, words=words)
        if pages[-1] and (len(pages[-1]) >= FIELDS_A_PAGE or not _fits([*blocks, *more])):
            pages.append(())
            blocks = []
        pages[-1] = (*pages[-1], field)
        blocks += more
    return pages


def _fits(blocks: Sequence[JSON]) -> bool:
    return len(blocks) <= BLOCKS_A_PAGE and len(json.dumps(blocks, ensure_ascii=False).encode()) <= BYTES_A_PAGE


def filled_in(view: FormView, window: JSON) -> tuple[FormView, dict[FieldName, JSON]]:
    """Put what stands in a window into the form; also answers the files of Slack's that were chosen, by question."""
    state = window["state"]["values"]
    files: dict[FieldName, JSON] = {}
    fields = []
    for field in view.fields:
        answer = answer_in(field, state)
        if field.type is FieldType.FILE:
            if isinstance(answer, list) and answer:
                files[field.name] = answer[0]
            fields.append(replace(field, value=None) if is_dropped(field, state) else field)
        else:
            fields.append(replace(field, value=answer))
    chosen = _chosen(state) or OutcomeId(page_of(window).chosen)
    return replace(view, fields=tuple(fields), chosen=chosen or view.chosen), files


def ticked_in(view: FormView, state: JSON) -> tuple[ItemView, ...]:
    """Return the items whose tick in a window differs from what is known; pressing their actions makes them equal."""
    shown = [inner for name, inner in state.items() if name.partition(":")[0] == CHECK]
    if not shown:
        return ()
    ticked = {o["value"] for inner in shown for o in next(iter(inner.values())).get("selected_options") or []}
    return tuple(item for item in view.checklist if (item.id in ticked) is not item.done)


def errors_in(view: FormView, window: JSON) -> dict[str, str] | None:
    """Return the problems by the blocks of the window that was sent; None when not all of them have one there."""
    found: dict[str, str] = {}
    for field in view.fields:
        if field.problem is not None:
            block = block_of(field, window["blocks"])
            if block is None:
                return None
            found[block] = field.problem
    if not found:
        asked = {str(block.get("block_id")) for block in window["blocks"]}
        where = f"{CHECK}:0" if f"{CHECK}:0" in asked and _lacks_ticks(view) else OUTCOME
        found = {where: view.problem or ""} if where in asked else {}
    return found or None


def _lacks_ticks(view: FormView) -> bool:
    """Whether the decision that was taken needs a check list that is not complete."""
    needs = any(outcome.id == view.chosen and outcome.needs_checklist for outcome in view.outcomes)
    return needs and any(item.required and not item.done for item in view.checklist)


def first_problem_page(view: FormView, words: Words) -> int:
    """Return the first page with a problem on it; the last page when there is none."""
    pages = pages_of(view, words)
    wrong = (n for n, page in enumerate(pages) if any(field.problem is not None for field in page))
    return next(wrong, len(pages) - 1)


def _chosen(state: JSON) -> OutcomeId | None:
    selected: Mapping[str, Any] = next(iter(state.get(OUTCOME, {}).values()), {})
    chosen = selected.get("selected_option")
    return None if chosen is None else OutcomeId(chosen["value"])


def _about(view: FormView, words: Words, page: Page, said: str | None) -> Iterator[JSON]:
    """Tell what the form is about; what is known of the case stands on the first page only."""
    yield header(view.title)
    step = words.gettext("Page %(number)s of %(of)s", number=page.number + 1, of=page.of) if page.of > 1 else ""
    yield context(escaped(" · ".join(part for part in (view.subtitle, step) if part)))
    if said is not None:
        yield context(f":white_check_mark: {escaped(said)}")
    elif view.problem is not None:
        yield section(f":warning: {bold(view.problem)}")
    elif view.has_draft:
        yield context(escaped(words.gettext("A saved draft is here: go on where it stopped.")))
    if page.number == 0:
        yield from _letters(view.letters, words)
        yield from facts((shorten(label, FACT), shorten(value, FACT)) for label, value in view.known[:MOST_KNOWN])
        if view.letters or view.known:
            yield divider()


def _letters(letters: Sequence[LetterView], words: Words) -> list[JSON]:
    whole = [block for one in letters for block in paragraphs(f"{bold(one.subject)}\n{SLACK.quote(one.body)}")]
    shown = that_fit(whole, MOST_LETTERS, BYTES_OF_LETTERS)
    if len(shown) < len(whole):
        shown.append(context(escaped(words.gettext(SHOWN_IN_PART))))
    return shown


def _questions(view: FormView, fields: Sequence[FieldView], words: Words) -> Iterator[JSON]:
    for field in fields:
        yield from field_blocks(field, is_required=view.must_answer(field, view.chosen), words=words)


def _checklist(items: Sequence[ItemView], words: Words) -> Iterator[JSON]:
    for at in range(0, len(items), MOST_TICKS):
        group = items[at : at + MOST_TICKS]
        element: JSON = {"type": "checkboxes", "action_id": CHECK, "options": [option(i.label, i.id) for i in group]}
        if done := [option(item.label, item.id) for item in group if item.done]:
            element["initial_options"] = done
        label = words.gettext("Check list") if at == 0 else f"{words.gettext('Check list')} ({at // MOST_TICKS + 1})"
        yield {
            "type": "input",
            "block_id": f"{CHECK}:{at // MOST_TICKS}",
            "label": plain(label, TITLE * 2),
            "element": element,
            "optional": True,
            "dispatch_action": True,
        }


def _outcomes(view: FormView, words: Words) -> Iterator[JSON]:
    if not view.outcomes:
        return
    pairs = [(outcome.id, outcome.title) for outcome in view.outcomes[:MOST_OPTIONS]]
    kind = "radio_buttons" if len(pairs) <= MOST_TICKS else "static_select"
    element: JSON = {"type": kind, "action_id": CHOSEN, **options(pairs)}
    chosen = _preselected(view)
    if chosen is not None:
        element["initial_option"] = option(chosen.title, chosen.id)
    yield {
        "type": "input",
        "block_id": OUTCOME,
        "label": plain(words.gettext("Decision"), TITLE * 2),
        "element": element,
        "dispatch_action": True,
    }


def _preselected(view: FormView) -> OutcomeView | None:
    if len(view.outcomes) == 1:
        return view.outcomes[0]
    return next((outcome for outcome in view.outcomes if outcome.id == view.chosen), None)


def _buttons(view: FormView, page: Page, words: Words) -> Iterator[JSON]:
    if page.number > 0:
        yield {"type": "button", "action_id": BACK, "text": plain(words.gettext("Back"), TITLE)}
    yield {"type": "button", "action_id": SAVE, "text": plain(words.gettext("Save the draft"), TITLE)}
    if page.number == 0 and view.anew is not None:
        label = plain(words.gettext("Begin anew"), TITLE)
        sure = {
            "title": label,
            "text": plain(words.gettext("What was typed so far is dropped."), SURE),
            "confirm": label,
            "deny": plain(words.gettext("Go on with it"), TITLE),
        }
        yield {"type": "button", "action_id": ANEW, "value": view.anew, "text": label, "confirm": sure}
