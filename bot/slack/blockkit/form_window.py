"""A form as windows: page by page, the decision first and the check list last."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from bot.conversation.reply import FieldView, FormView, ItemView, LetterView, PreviewView
from bot.rendering.language.i18n import Words
from bot.rendering.markup.cutting import shorten
from bot.rendering.markup.mrkdwn import SLACK
from bot.slack.blockkit.blocks import (
    DONE,
    JSON,
    MOST_OPTIONS,
    MOST_TICKS,
    MOST_VIEW_BLOCKS,
    TITLE,
    WARNING,
    actions,
    bold,
    context,
    divider,
    facts,
    header,
    make_window,
    offered,
    options,
    paragraphs,
    plain,
    section,
    take_fitting,
)
from bot.slack.blockkit.controls import CHOSEN, RECORD_OF, SAVE, TYPED
from bot.slack.blockkit.form_pages import MISSING, Page, Paging, mark_of
from bot.slack.blockkit.markup import SHOWN_IN_PART, button_element
from bot.slack.blockkit.questions import field_blocks
from bot.slack.blockkit.windows import preview_blocks

FORM = "form"
OUTCOME, CHECK = "outcome", "check"
BACK, ANEW = "back", "anew"
CONTROLS_OF_A_FORM = frozenset({CHOSEN, TYPED, CHECK, SAVE, BACK, ANEW})
"""The action ids of what belongs to every form."""
MOST_KNOWN = 40
SURE = 300
FACT = 300
MOST_LETTERS, BYTES_OF_LETTERS = 15, 60_000
"""How many blocks and bytes of the messages that came with the task stand above the questions."""
MOST_BUTTONS, BYTES_OF_OUTLOOK = 2, 50_000
"""How many blocks the buttons take below everything, and how many bytes what would be sent may take above them."""


def is_of_a_form(control: str) -> bool:
    """Whether an action id belongs to a form; whatever else is pressed in a window is a button like any other."""
    return control in CONTROLS_OF_A_FORM or control.startswith(RECORD_OF)


def form_window(
    view: FormView,
    words: Words,
    paging: Paging,
    number: int = 0,
    *,
    notice: str | None = None,
    revisions: Mapping[str, str] | None = None,
    channel: str = "",
) -> JSON:
    """Return the window of one page (past the last: the last), with a *notice* on top.

    *revisions* are those of the blocks that show something else than the window in whose place this one comes;
    *channel* is where it was opened.
    """
    view = view.decided(view.chosen)
    pages = paging.pages_of(view, words)
    number = min(number, len(pages) - 1)
    page = Page(
        form=view.form,
        number=number,
        of=len(pages),
        chosen=view.chosen or "",
        channel=channel,
        asking=mark_of(view.asking),
    )
    blocks = [*_about(view, words, page, notice)]
    if number == 0:
        blocks += _outcomes(view, words, revisions or {})
    blocks += _questions(view, pages[number], words, revisions or {})
    if page.is_last:
        blocks += _checklist(view.checklist, words, revisions or {})
        outlook = _outlook(view, words, MOST_VIEW_BLOCKS - MOST_BUTTONS - len(blocks))
        page = replace(page, shown=shown_of(view) if outlook else "")
        blocks += outlook
    blocks += actions(list(_buttons(view, page, words)))
    return make_window(
        view.title,
        blocks,
        callback_id=FORM,
        private_metadata=page.encode(),
        submit=plain(_submit(view, words, page) if page.is_last else words.gettext("Next"), TITLE),
        close=plain(words.gettext("Close"), TITLE),
        notify_on_close=True,
    )


def shown_of(view: FormView) -> str:
    """Return what identifies that which a window shows of what its form would send."""
    if isinstance(view.outlook, PreviewView):
        return view.outlook.seal
    return f"{MISSING}{sha256(view.outlook.encode()).hexdigest()[:16]}" if view.outlook else ""


def _outlook(view: FormView, words: Words, most: int) -> list[JSON]:
    """Return what a form would send that has to be seen before, or what is missing; nothing if it does not fit."""
    if not view.outlook:
        return []
    if isinstance(view.outlook, str):
        shown = [divider(), context(view.outlook)]
    else:
        shown = [divider(), header(view.outlook.title), *preview_blocks(view.outlook, words)]
    return shown if len(take_fitting(shown, most, BYTES_OF_OUTLOOK)) == len(shown) else []


def _submit(view: FormView, words: Words, page: Page) -> str:
    """Return what the button says that ends the form: what it does with the decision, or may do with one of them."""
    decision = view.decision(view.chosen)
    deciding = view.outcomes if decision is None else (decision,)
    if decision is not None and decision.must_be_seen and not page.seen:
        return words.gettext("Preview")
    return words.gettext("Send") if any(outcome.sends for outcome in deciding) else words.gettext("Complete")


def _about(view: FormView, words: Words, page: Page, notice: str | None) -> Iterator[JSON]:
    """Yield what the form is about; what is known of the case stands on the first page only."""
    yield header(view.title)
    step = words.gettext("Page %(number)s of %(of)s", number=page.number + 1, of=page.of) if page.of > 1 else ""
    yield context(" · ".join(part for part in (view.subtitle, step) if part))
    if notice is not None:
        yield context(f"{DONE} {notice}")
    elif view.problem is not None:
        yield section(f"{WARNING} {bold(view.problem)}")
    elif view.has_draft:
        yield context(words.gettext("A saved draft is here: go on where it stopped."))
    yield from actions([button_element(button, f"offer{n}") for n, button in enumerate(view.offers)])
    if page.number == 0:
        yield from _letters(view.letters, words)
        yield from facts((shorten(label, FACT), shorten(value, FACT)) for label, value in view.known[:MOST_KNOWN])
        if view.letters or view.known:
            yield divider()


def _letters(letters: Sequence[LetterView], words: Words) -> list[JSON]:
    whole = [block for one in letters for block in paragraphs(f"{bold(one.subject)}\n{SLACK.quote(one.body)}")]
    shown = take_fitting(whole, MOST_LETTERS, BYTES_OF_LETTERS)
    if len(shown) < len(whole):
        shown.append(context(words.gettext(SHOWN_IN_PART)))
    return shown


def _questions(
    view: FormView, fields: Sequence[FieldView], words: Words, revisions: Mapping[str, str]
) -> Iterator[JSON]:
    for field in fields:
        is_required, revision = view.must_answer(field, view.chosen), revisions.get(field.name, "")
        yield from field_blocks(field, is_required=is_required, words=words, revision=revision)


def _checklist(items: Sequence[ItemView], words: Words, revisions: Mapping[str, str]) -> Iterator[JSON]:
    for at in range(0, len(items), MOST_TICKS):
        group = items[at : at + MOST_TICKS]
        element: JSON = {"type": "checkboxes", "action_id": CHECK, **options([(i.id, i.label) for i in group])}
        if done := offered(element, [item.id for item in group if item.done]):
            element["initial_options"] = done
        label = words.gettext("Check list") if at == 0 else f"{words.gettext('Check list')} ({at // MOST_TICKS + 1})"
        yield {
            "type": "input",
            "block_id": f"{CHECK}:{at // MOST_TICKS}{revisions.get(CHECK, '')}",
            "label": plain(label, TITLE * 2),
            "element": element,
            "optional": True,
            "dispatch_action": True,
        }


def _outcomes(view: FormView, words: Words, revisions: Mapping[str, str]) -> Iterator[JSON]:
    """Yield the question for the decision, where there is more than one; it comes first, and what it asks follows."""
    if len(view.outcomes) < 2:
        return
    pairs = [(outcome.id, outcome.title) for outcome in view.outcomes[:MOST_OPTIONS]]
    kind = "radio_buttons" if len(pairs) <= MOST_TICKS else "static_select"
    element: JSON = {"type": kind, "action_id": CHOSEN, **options(pairs)}
    chosen = view.decision(view.chosen)
    if chosen is not None:
        element["initial_option"] = offered(element, [chosen.id])[0]
    yield {
        "type": "input",
        "block_id": f"{OUTCOME}{revisions.get(OUTCOME, '')}",
        "label": plain(words.gettext("Decision"), TITLE * 2),
        "element": element,
        "dispatch_action": True,
    }


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
