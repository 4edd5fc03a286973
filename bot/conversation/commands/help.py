"""`/help`: the commands with their meanings, in the order of the table."""

from collections.abc import Iterable

from bot.conversation.commands.vocabulary import COMMANDS, Command, Word
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.turn import Turn
from bot.rendering.environment import Messages
from workflows.domain.text import Language
from workflows.ports.chat import Dialect, Message


async def show_help(turn: Turn, _rest: str) -> Reply:
    """Return the person's name and the commands they may use."""
    name, leads = turn.person.name.in_(turn.language), turn.organisation.leads(turn.person.id)
    return Reply(message=help_message(turn.messages, turn.dialect, turn.language, leads=leads, person=name))


def not_understood(turn: Turn) -> Reply:
    """Return the list of commands, for words that are not a command."""
    leads = turn.organisation.leads(turn.person.id)
    message = help_message(turn.messages, turn.dialect, turn.language, leads=leads, is_not_understood=True)
    return Reply(message=message, kind=ReplyKind.REFUSED)


def help_message(
    messages: Messages,
    dialect: Dialect,
    language: Language,
    *,
    leads: bool,
    person: str | None = None,
    is_not_understood: bool = False,
    commands: Iterable[Command] = COMMANDS,
) -> Message:
    """Return the list of *commands*, those for leads only if the reader *leads*, with the reader's name if given."""
    shown = [command for command in commands if leads or not command.for_leads]
    # The line about the help itself closes the list.
    shown.sort(key=lambda command: command.word == Word.HELP)
    text = messages.render(
        "help", dialect, language, person=person, is_not_understood=is_not_understood, commands=shown
    )
    return Message(text=str(text))
