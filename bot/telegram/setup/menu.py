"""The commands that Telegram suggests after a slash, by kind of chat and language."""

import hashlib
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
from bot.rendering.language.i18n import words_in
from workflows.domain.text import Language
from workflows.ports.clock import Clock
from workflows.ports.notes import Notes

log = structlog.get_logger(__name__)

Menu = Iterable[Command]


def menus(commands: Iterable[Command] = COMMANDS) -> Iterator[tuple[BotCommandScopeUnion, Menu]]:
    """Yield the commands of each kind of chat; in groups, those of heads are for administrators alone."""
    all_of = tuple(commands)
    group = [command for command in all_of if Where.GROUP in command.where]
    yield BotCommandScopeAllPrivateChats(), [command for command in all_of if Where.PRIVATE in command.where]
    yield BotCommandScopeAllGroupChats(), [command for command in group if not command.for_leads]
    yield BotCommandScopeAllChatAdministrators(), group


async def offer_commands(bot: Bot, locale: Language, notes: Notes, clock: Clock) -> None:
    """Set the commands in each language, and in the company's for all other readers, unless they are set already.

    A menu that Telegram refuses for good is skipped and logged; raises one of `FAILURES`, or StorageUnavailable, when a
    retry may help.
    """
    key, wanted, is_complete = f"telegram:menus:{bot.id}", _digest(locale), True
    if await notes.read(key) == wanted:
        return
    for scope, offered in menus():
        for code, language in _languages(locale):
            try:
                await bot.set_my_commands(_commands(offered, language), scope=scope, language_code=code)
            except (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound) as refused:
                is_complete = False
                log.warning(
                    "Telegram refuses the commands of a menu.",
                    action="telegram_no_menu",
                    scope=scope.type,
                    language_code=code,
                    reason=refused.message,
                )
    if is_complete:
        await notes.keep(key, wanted, clock.now())


def _commands(offered: Menu, language: Language) -> list[BotCommand]:
    words = words_in(language)
    return [BotCommand(command=each.word, description=words.gettext(each.in_menu or each.meaning)) for each in offered]


def _digest(locale: Language) -> str:
    """Return a digest of all menus, which changes with any of them."""
    shown = [
        (scope.type, code, [(command.command, command.description) for command in _commands(offered, language)])
        for scope, offered in menus()
        for code, language in _languages(locale)
    ]
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def _languages(locale: Language) -> Iterator[tuple[str | None, Language]]:
    yield None, locale
    for language in Language:
        yield language.value, language
