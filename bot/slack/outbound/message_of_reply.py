"""A reply as a message: for wherever no window can be shown."""

from dataclasses import replace

from bot.conversation.forms.form_key import opening_action
from bot.conversation.reply import Ask, CaseView, FormView, Menu, PreviewView, Reply
from bot.rendering.cards.buttons import in_rows
from bot.rendering.language.i18n import words_in
from bot.slack.blockkit.blocks import bold, escaped
from workflows.ports.chat import Button, Message


def message_of(reply: Reply) -> Message | None:
    """Return a reply's words, its choices, or a button to the window that it would have opened; None for nothing."""
    match reply.dialog:
        case Menu(title=title, text=text, buttons=buttons):
            return Message(text=f"{bold(title)}\n{escaped(text)}", buttons=in_rows(buttons))
        case CaseView(status=status):
            return status
        case FormView() | PreviewView() | Ask() as dialog:
            return Message(text=_about(reply, dialog), buttons=((_opener(reply, dialog),),))
    if reply.message is not None and reply.toast is not None and reply.closes_dialog:
        return replace(reply.message, text=f"{escaped(reply.toast)}\n\n{reply.message.text}")
    if reply.message is not None:
        return reply.message
    return None if reply.toast is None else Message(text=escaped(reply.toast))


def _about(reply: Reply, dialog: FormView | PreviewView | Ask) -> str:
    if reply.toast is not None:
        return escaped(reply.toast)
    match dialog:
        case Ask(prompt=prompt):
            return escaped(prompt)
        case FormView(title=title, subtitle=subtitle):
            return f"{bold(title)}\n{escaped(subtitle)}"
    words = words_in(reply.language)
    kept = words.gettext("Nothing was sent yet: the form is kept as a draft. Open it again to go on.")
    return f"{bold(dialog.outcome_title)}\n{escaped(kept)}"


def _opener(reply: Reply, dialog: FormView | PreviewView | Ask) -> Button:
    words = words_in(reply.language)
    if isinstance(dialog, Ask):
        return Button(label=words.gettext("Write the reason"), action=dialog.action)
    return Button(label=words.gettext("Open the form"), action=opening_action(dialog.form).encode())
