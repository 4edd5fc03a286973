"""What an account that is linked to nobody may do: come in by an invitation, ask for help, choose a language."""

from bot.conversation.commands import command_table
from bot.conversation.incoming import Incoming, Said
from bot.conversation.invitations import Accounts, Link
from bot.conversation.reply import Reply
from bot.conversation.turn import plain
from bot.rendering.environment import Messages
from bot.rendering.i18n import words_in
from bot.rendering.phrases import Phrase, phrase
from workflows.ports.chat import Message

HELLO = "hello"
"""What a link into the private chat carries when it brings no invitation."""
_BRING_CODES = (command_table.Word.START, command_table.Word.LINK)


async def answer_stranger(incoming: Incoming, accounts: Accounts, messages: Messages, link: Link | None) -> Reply:
    """Show the way in, and nothing of any case."""
    language = incoming.language
    typed = command_table.read(incoming.intent.text) if isinstance(incoming.intent, Said) else None
    if typed is not None and typed.word is command_table.Word.LANG:
        language = command_table.language_named(typed.rest) or language
    elif typed is not None and typed.word in _BRING_CODES and typed.rest not in ("", HELLO):
        return await _redeem(incoming, typed.rest, accounts, messages, link)
    way_in = phrase(Phrase.NOT_LINKED, language)
    return Reply(toast=way_in, is_refusal=True)


async def _redeem(incoming: Incoming, code: str, accounts: Accounts, messages: Messages, link: Link | None) -> Reply:
    words = words_in(incoming.language)
    person = None if link is None else await accounts.redeem(code, link)
    if person is None and command_table.leads_somewhere(code):
        return Reply(toast=phrase(Phrase.NOT_LINKED, incoming.language), is_refusal=True)
    if person is None:
        sentence = words.gettext(
            "This invitation is not known, was used already or has expired. "
            "Ask your head or the administrator for a new one."
        )
        return Reply(message=plain(sentence, incoming.dialect), is_refusal=True)
    name, leads = accounts.organisation.person(person).name.in_(incoming.language), accounts.organisation.leads(person)
    text = messages.render(
        "help", incoming.dialect, incoming.language, person=name, leads=leads, is_not_understood=False
    )
    return Reply(message=Message(text=str(text)))
