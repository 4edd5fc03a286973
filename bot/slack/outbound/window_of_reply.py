"""What opens a window, told in one place: what somebody did that may, and what is answered that does."""

from bot.actions import Unreadable, Verb, decode
from bot.conversation.commands.vocabulary import Word, read
from bot.conversation.incoming import Press, Said
from bot.conversation.reply import Ask, Dialog, FormView, Menu, PreviewView
from bot.slack.api.origin import Origin, Reader
from bot.slack.blockkit.blocks import JSON
from bot.slack.blockkit.form_window import form_window
from bot.slack.blockkit.windows import ask_window, menu_window, preview_window

VERBS = frozenset({Verb.WORK, Verb.NEW, Verb.RETURN, Verb.RETURN_TO, Verb.CANCEL})
"""What is answered with a form or a question.

A claim is as well when it overtakes somebody, which is rare: a window for every slow claim would be in the way, and a
question that comes too late is offered by a button.
"""
WORDS = frozenset({Word.NEW})


def may_open(intent: Press | Said) -> bool:
    """Whether a window may be the answer, so that one is opened to wait in when the answer takes long."""
    if isinstance(intent, Said):
        typed = read(intent.text)
        return typed is not None and typed.word in WORDS
    try:
        action = decode(intent.action)
    except Unreadable:
        return False
    if action.verb is Verb.COMMAND:
        return may_open(Said(text=f"/{action.target}"))
    return action.verb in VERBS


def window_of(dialog: Dialog | None, origin: Origin, reader: Reader, carried: str) -> JSON | None:
    """Return the window of a dialog; None where it is told in words, as choices are where something can be said."""
    match dialog:
        case FormView():
            return form_window(dialog, reader.words)
        case PreviewView():
            return preview_window(dialog, reader.words)
        case Ask():
            return ask_window(dialog, reader.words)
        case Menu() if origin.is_windowed or origin.loading is not None:
            return menu_window(dialog, reader.words, carried)
    return None
