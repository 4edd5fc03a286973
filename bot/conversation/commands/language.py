"""`/lang`: the language that a person reads."""

from collections.abc import Mapping

from bot.actions import Action, Verb
from bot.conversation.commands.vocabulary import Word
from bot.conversation.reply import Menu, Reply, ReplyKind
from bot.conversation.turn import Turn
from bot.rendering.language.i18n import words_in
from workflows.domain.text import Language, folded
from workflows.ports.chat import Button

LANGUAGE_NAMES: Mapping[Language, str] = {Language.RU: "Русский", Language.EN: "English"}


async def lang(turn: Turn, rest: str) -> Reply:
    """Choose the language named, or offer the languages."""
    if rest:
        return await _choose(turn, rest)
    buttons = tuple(
        Button(label=name, action=Action(verb=Verb.LANGUAGE, target=language).encode())
        for language, name in LANGUAGE_NAMES.items()
    )
    return Reply(dialog=Menu(title=turn.words.gettext("Language"), text="Русский / English", buttons=buttons))


async def choose_language(turn: Turn, action: Action) -> Reply:
    """Choose the language of the button."""
    return await _choose(turn, action.target)


async def _choose(turn: Turn, named: str) -> Reply:
    language = language_named(named)
    if language is None:
        toast = turn.words.gettext(
            "I speak Russian and English: type %(lang)s ru or %(lang)s en.", lang=turn.command(Word.LANG)
        )
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    await turn.languages.choose(turn.person.id, language)
    return Reply(toast=words_in(language).gettext("From now on I speak English with you."), kind=ReplyKind.DONE)


def language_named(name: str) -> Language | None:
    """Return the language of that name or code, or None."""
    wanted = folded(name)
    return next((lang for lang, title in LANGUAGE_NAMES.items() if wanted in (lang, folded(title))), None)
