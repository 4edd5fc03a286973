"""The function of every command, by its word."""

from collections.abc import Awaitable, Callable, Mapping

from bot.actions import Action
from bot.conversation.commands import chat_commands, find_cases, language, new_case, own_account, task_lists
from bot.conversation.commands.help import not_understood, show_help
from bot.conversation.commands.vocabulary import Typed, Word, read
from bot.conversation.reply import Reply
from bot.conversation.turn import Turn

Function = Callable[[Turn, str], Awaitable[Reply]]

FUNCTIONS: Mapping[str, Function] = {
    Word.NEW: new_case.new,
    Word.MY: task_lists.my_tasks,
    Word.QUEUE: task_lists.queue,
    Word.STATUS: find_cases.status,
    Word.FIND: find_cases.find,
    Word.HELP: show_help,
    Word.LANG: language.lang,
    Word.LINK: own_account.show,
    Word.BIND: chat_commands.bind,
    Word.UNBIND: chat_commands.unbind,
    Word.INVITE: chat_commands.invite,
}
"""What each word does, complete by test."""


async def run_line(turn: Turn, text: str) -> Reply:
    """Run the command of a typed line; reply with the list of commands to anything else."""
    return await _do(turn, read(text))


async def by_button(turn: Turn, action: Action) -> Reply:
    """Run the command that a button names."""
    return await _do(turn, read(f"/{action.target} {action.argument}"))


async def _do(turn: Turn, typed: Typed | None) -> Reply:
    return not_understood(turn) if typed is None else await FUNCTIONS[typed.word](turn, typed.rest)
