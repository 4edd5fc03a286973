"""`/help`: the commands with their meanings, in the order of the table."""

from collections.abc import Iterable

from bot.conversation.commands.vocabulary import Command, Where, Word, offered
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.turn import Turn
from bot.rendering.markup.environment import Messages
from workflows.domain.text import Language
from workflows.ports.chat import Dialect, Message


async def show_help(turn: Turn, _rest: str) -> Reply:
    """Return the person's name and the commands that work where they ask."""
    name = turn.person.name.in_(turn.language)
    return Reply(message=help_message(turn.messages, turn.dialect, turn.language, _offered_to(turn), person=name))


def not_understood(turn: Turn) -> Reply:
    """Return the list of commands, for words that are not a command; one line in a chat that suggests commands."""
    if turn.port.has_panel:
        toast = turn.words.gettext(
            "There is neither a command nor a case like this. Commands: %(help)s.", help=turn.command(Word.HELP)
        )
        return Reply(toast=toast, kind=ReplyKind.REFUSED)
    shown = _offered_to(turn)
    message = help_message(turn.messages, turn.dialect, turn.language, shown, is_not_understood=True)
    return Reply(message=message, kind=ReplyKind.REFUSED)


def _offered_to(turn: Turn) -> list[Command]:
    where = Where.PRIVATE if turn.asker.group_title is None else Where.GROUP
    leads = turn.organisation.leads(turn.person.id)
    return offered(where, leads=leads, is_built_in=turn.port.has_panel)


def help_message(
    messages: Messages,
    dialect: Dialect,
    language: Language,
    commands: Iterable[Command],
    *,
    person: str | None = None,
    is_not_understood: bool = False,
) -> Message:
    """Return the list of *commands*, with the reader's name if given."""
    # The line about the help itself closes the list.
    shown = sorted(commands, key=lambda command: command.word == Word.HELP)
    text = messages.render(
        "help", dialect, language, person=person, is_not_understood=is_not_understood, commands=shown
    )
    return Message(text=str(text))
