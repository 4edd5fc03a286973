"""What opens a window, in one place: what somebody did that may, and the replies that do."""

from bot.actions import Unreadable, Verb, decode
from bot.conversation.commands.vocabulary import Word, read
from bot.conversation.incoming import Press, Said
from bot.conversation.reply import Ask, FormView, Menu, PreviewView, Reply
from bot.rendering.language.i18n import Words
from bot.slack.api.client import JSON
from bot.slack.api.origin import Origin
from bot.slack.blockkit.form_pages import Paging
from bot.slack.blockkit.form_window import form_window
from bot.slack.blockkit.windows import ask_window, menu_window, preview_window

VERBS = frozenset({Verb.CLAIM, Verb.WORK, Verb.NEW, Verb.RETURN, Verb.RETURN_TO, Verb.CANCEL})
"""The verbs whose reply is a form or a question."""
WORDS = frozenset({Word.NEW})


def may_open(intent: Press | Said) -> bool:
    """Whether the reply may be a window, so that one opens to wait in when it takes long."""
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


def window_of(reply: Reply, origin: Origin, words: Words, paging: Paging, excerpt: str) -> JSON | None:
    """Return the window of a reply's dialog; None where it is posted, as choices are where a message can be shown.

    What was done stands above the form that follows it.
    """
    match reply.dialog:
        case FormView() as form:
            notice = None if reply.is_refusal else reply.toast
            return form_window(form, words, paging, notice=notice, channel=origin.channel or "")
        case PreviewView() as preview:
            return preview_window(preview, words)
        case Ask() as ask:
            return ask_window(ask, words)
        case Menu() as menu if origin.is_windowed or origin.loading is not None:
            return menu_window(menu, words, excerpt)
    return None
