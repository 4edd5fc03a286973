"""The function of every command, by its word."""

from collections.abc import Awaitable, Callable, Mapping

from bot.actions import Action
from bot.conversation.commands import (
    bind_and_invite,
    find_cases,
    language,
    new_case,
    own_account,
    people,
    task_lists,
    team,
)
from bot.conversation.commands.help import not_understood, show_help
from bot.conversation.commands.vocabulary import Typed, Word, read, takes
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.turn import Turn

Function = Callable[[Turn, str], Awaitable[Reply]]

FUNCTIONS: Mapping[str, Function] = {
    Word.NEW: new_case.new,
    Word.MY: task_lists.my_tasks,
    Word.QUEUE: task_lists.queue,
    Word.STATUS: find_cases.status,
    Word.FIND: find_cases.find,
    Word.TEAM: team.team,
    Word.PEOPLE: people.people,
    Word.HELP: show_help,
    Word.LANG: language.lang,
    Word.LINK: own_account.show,
    Word.BIND: bind_and_invite.bind,
    Word.UNBIND: bind_and_invite.unbind,
    Word.INVITE: bind_and_invite.invite,
}
"""What each word does, complete by test."""


async def run_line(turn: Turn, text: str) -> Reply:
    """Run the command of a typed line, or show the case that it names; reply with the list of commands to others."""
    typed = read(text)
    if typed is None:
        return await find_cases.meant(turn, text) or not_understood(turn)
    return await _do(turn, typed)


async def by_button(turn: Turn, action: Action) -> Reply:
    """Run the command that a button names."""
    typed = read(f"/{action.target} {action.argument}")
    return not_understood(turn) if typed is None else await _do(turn, typed)


async def _do(turn: Turn, typed: Typed) -> Reply:
    if typed.rest and not takes(typed):
        return _too_many_words(turn, typed)
    return await FUNCTIONS[typed.word](turn, typed.rest)


def _too_many_words(turn: Turn, typed: Typed) -> Reply:
    toast = turn.words.gettext(
        "%(command)s takes no words after it, so nothing was done with “%(words)s”. Type %(command)s alone; cases and "
        "clients are found with %(find)s.",
        command=turn.command(typed.word),
        words=typed.rest,
        find=turn.command(Word.FIND),
    )
    return Reply(toast=toast, kind=ReplyKind.REFUSED)
