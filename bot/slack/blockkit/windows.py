"""All windows but the form: a preview, a question, choices, a notice, and the one shown while a reply takes long."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from bot.conversation.incoming import Answered
from bot.conversation.reply import Ask, Menu, PreviewView
from bot.rendering.language.i18n import N_, Words
from bot.slack.api.window import Window
from bot.slack.blockkit.blocks import (
    JSON,
    MOST_OPTIONS,
    MOST_TICKS,
    TITLE,
    WARNING,
    actions,
    bold,
    context,
    divider,
    escaped,
    make_window,
    offered,
    options,
    paragraphs,
    plain,
    section,
    take_fitting,
)
from bot.slack.blockkit.markup import button_element, button_elements, message_blocks
from workflows.domain.ids import OutcomeId, PersonId
from workflows.ports.chat import Button, Message

PREVIEW, ASK, MENU, NOTICE, LOADING = "preview", "ask", "menu", "notice", "loading"
ANSWER, CHOICE = "answer", "choice"
MOST_PREVIEWED, BYTES_PREVIEWED = 95, 200_000
"""How many blocks and bytes show what will be sent; a window takes 100 and 250,000."""
NAME = "Handover"
_TOO_LONG = N_("Not everything fits into this window. Before it is sent, all of it can be read in the web chat.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """Which form a preview shows, with which decision; its mark (None: it had none), and where the form was opened."""

    form: str
    outcome: OutcomeId
    mark: str | None = None
    channel: str = ""


def preview_window(view: PreviewView, words: Words, problem: str | None = None, channel: str = "") -> JSON:
    """Return the window that shows what would be sent, over the form that it came from; a *problem* on top.

    *channel* is where the form was opened.
    """
    whole = [*([] if problem is None else [section(f"{WARNING} {escaped(problem)}")]), *preview_blocks(view, words)]
    shown = take_fitting(whole, MOST_PREVIEWED, BYTES_PREVIEWED)
    if len(shown) < len(whole):
        shown.append(context(f"{WARNING} {words.gettext(_TOO_LONG)}"))
    return make_window(
        view.title,
        shown,
        callback_id=PREVIEW,
        private_metadata=json.dumps(
            asdict(Previewed(form=view.form, outcome=view.outcome, mark=view.mark, channel=channel))
        ),
        submit=plain(words.gettext("Send") if view.letters else words.gettext("Complete"), TITLE),
        close=plain(words.gettext("Back"), TITLE),
    )


def preview_in(window: Window) -> Previewed:
    """Read what a preview shows."""
    return Previewed(**json.loads(window.metadata))


def preview_blocks(view: PreviewView, words: Words) -> Iterator[JSON]:
    """Yield what would be sent."""
    yield section(bold(view.outcome_title))
    if view.computed:
        yield section(escaped("\n".join(f"{label}: {said}" for label, said in view.computed)))
    for doubt in view.doubts:
        yield section(escaped("❓ " + words.gettext("Look at this before it is sent: %(doubts)s.", doubts=doubt)))
    if view.next_stages:
        yield context(words.gettext("Next: %(stages)s", stages=", ".join(view.next_stages)))
    if not view.letters:
        yield section(escaped(words.gettext("No message is sent with this decision.")))
    for letter in view.letters:
        yield divider()
        yield context(letter.to)
        if letter.for_client:
            kept = words.gettext("The letter is kept in the case. Copy it and send it to the client yourself.")
            yield context(kept)
        yield section(bold(letter.subject) or "—")
        yield from paragraphs(escaped(letter.body) or "—")


def ask_window(ask: Ask, words: Words) -> JSON:
    """Return the window of a question that is answered in words."""
    blocks = [section(escaped(ask.prompt))]
    if ask.instead:
        blocks += actions([button_element(button, f"instead{n}") for n, button in enumerate(ask.instead)])
    if ask.options:
        blocks.append(_choice(ask.options, words))
    blocks.append(
        {
            "type": "input",
            "block_id": ANSWER,
            "label": plain(ask.label or words.gettext("Reason"), TITLE),
            "element": {"type": "plain_text_input", "action_id": ANSWER, "multiline": True},
        }
    )
    return make_window(
        ask.title,
        blocks,
        callback_id=ASK,
        private_metadata=ask.action,
        submit=plain(ask.confirm, TITLE),
        close=plain(words.gettext("Close"), TITLE),
    )


def _choice(buttons: tuple[Button, ...], words: Words) -> JSON:
    pairs = [(button.action or "", button.label) for button in buttons[:MOST_OPTIONS]]
    kind = "radio_buttons" if len(pairs) <= MOST_TICKS else "static_select"
    offers = options(pairs)
    return {
        "type": "input",
        "block_id": CHOICE,
        "label": plain(words.gettext("Choose"), TITLE),
        "element": {"type": kind, "action_id": CHOICE, **offers, "initial_option": offered(offers, [pairs[0][0]])[0]},
    }


def answer_in(window: Window) -> Answered:
    """Read the answer to a question; it goes to the action of what was chosen, where there was a choice."""
    chosen = window.state.get(CHOICE, {}).get(CHOICE, {}).get("selected_option")
    action = window.metadata if chosen is None else chosen["value"]
    return Answered(action=action, text=window.state[ANSWER][ANSWER].get("value") or "")


def menu_window(menu: Menu, words: Words, excerpt: str = "") -> JSON:
    """Return a window of choices; the *excerpt* of a message comes back with the press."""
    blocks = [
        section(escaped(menu.text) or "—"),
        *actions(button_elements(menu.buttons)),
    ]
    close = plain(words.gettext("Close"), TITLE)
    return make_window(menu.title, blocks, callback_id=MENU, private_metadata=excerpt, close=close)


def excerpt_in(window: Window) -> str:
    """Return the excerpt that a window of choices carries; empty when it is another window."""
    return window.metadata if window.kind == MENU else ""


def notice_window(message: Message, words: Words, reader: PersonId | None, *, closes_all: bool) -> JSON:
    """Return a window with a message and the buttons that *reader* can use; *closes_all* ends the whole stack."""
    return make_window(
        NAME,
        message_blocks(message, reader),
        callback_id=NOTICE,
        close=plain(words.gettext("Close"), TITLE),
        clear_on_close=closes_all,
    )


def loading_window(words: Words, external_id: str) -> JSON:
    """Return the window that is shown until the reply is there; *external_id* is how we find it again."""
    waiting = section(escaped(words.gettext("Working on it… the result appears here.")))
    close = plain(words.gettext("Close"), TITLE)
    return make_window(NAME, [waiting], callback_id=LOADING, external_id=external_id, close=close)
