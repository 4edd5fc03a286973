"""The commands that Telegram suggests after a slash, by kind of chat and language."""

from collections.abc import Iterable, Iterator

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeUnion,
)

from bot.conversation.commands.vocabulary import COMMANDS, Command, Where
from bot.rendering.i18n import words_in
from workflows.domain.text import Language

log = structlog.get_logger(__name__)

Menu = Iterable[Command]


def menus(commands: Iterable[Command] = COMMANDS) -> Iterator[tuple[BotCommandScopeUnion, Menu]]:
    """Yield the commands of each kind of chat; in groups, those of heads are for administrators alone."""
    all_of = tuple(commands)
    group = [command for command in all_of if Where.GROUP in command.where]
    yield BotCommandScopeAllPrivateChats(), [command for command in all_of if Where.PRIVATE in command.where]
    yield BotCommandScopeAllGroupChats(), [command for command in group if not command.for_leads]
    yield BotCommandScopeAllChatAdministrators(), group


async def offer_commands(bot: Bot, locale: Language) -> None:
    """Set the commands in each language, and in the company's for all other readers.

    A menu that Telegram refuses for good is skipped and logged; raises one of `FAILURES` when a retry may help.
    """
    for scope, offered in menus():
        for code, language in _languages(locale):
            words = words_in(language)
            commands = [
                BotCommand(command=each.word, description=words.gettext(each.in_menu or each.meaning))
                for each in offered
            ]
            try:
                await bot.set_my_commands(commands, scope=scope, language_code=code)
            except (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound) as refused:
                log.warning(
                    "Telegram refuses the commands of a menu.",
                    action="telegram_no_menu",
                    scope=scope.type,
                    language_code=code,
                    reason=refused.message,
                )


def _languages(locale: Language) -> Iterator[tuple[str | None, Language]]:
    yield None, locale
    for language in Language:
        yield language.value, language
