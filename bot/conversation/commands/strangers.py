"""What an account that is linked to nobody may do: redeem an invitation, and read how to get one."""

from bot.conversation.commands.help import help_message
from bot.conversation.commands.language import language_named
from bot.conversation.commands.vocabulary import Where, Word, offered, read
from bot.conversation.incoming import Incoming, Intent, Invited, Said
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.turn import plain
from bot.rendering.language.i18n import words_in
from bot.rendering.markup.environment import Messages
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from workflows.usecases.invitations import Invitations


async def reply_to_stranger(incoming: Incoming, invitations: Invitations, messages: Messages) -> Reply:
    """Redeem an invitation, or explain how to get one; never show anything of a case."""
    language = incoming.language
    typed = read(incoming.intent.text) if isinstance(incoming.intent, Said) else None
    if typed is not None and typed.word == Word.LANG:
        language = language_named(typed.rest) or language
    code = code_in(incoming.intent)
    if code is not None:
        return await _redeem(incoming, code, invitations, messages)
    return Reply(toast=phrase(Phrase.NOT_LINKED, language), kind=ReplyKind.REFUSED)


def code_in(intent: Intent) -> str | None:
    """Return the code of an invitation, from its link or typed after the command; None without one."""
    match intent:
        case Invited(code=code):
            return code
        case Said(text=text):
            typed = read(text)
            return typed.rest or None if typed is not None and typed.word == Word.LINK else None
    return None


async def _redeem(incoming: Incoming, code: str, invitations: Invitations, messages: Messages) -> Reply:
    person = None if incoming.account is None else await invitations.redeem(code, incoming.account)
    if person is None:
        sentence = words_in(incoming.language).gettext(
            "This invitation is not known, was used already or has expired. "
            "Ask your head or the administrator for a new one."
        )
        return Reply(message=plain(sentence, incoming.dialect), kind=ReplyKind.REFUSED)
    organisation = invitations.organisation.now
    name = organisation.person(person).name.in_(incoming.language)
    # An invitation is redeemed in a private chat alone.
    shown = offered(Where.PRIVATE, leads=organisation.leads(person), is_built_in=False)
    return Reply(message=help_message(messages, incoming.dialect, incoming.language, shown, person=name))
