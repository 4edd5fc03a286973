"""The commands that Telegram offers when somebody types a slash, by kind of chat and language."""

from collections.abc import Iterator

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

from bot.rendering.i18n import N_, words_in
from workflows.domain.text import Language

log = structlog.get_logger(__name__)

_DESCRIPTIONS = {
    "new": N_("open a new case"),
    "my": N_("what you have taken"),
    "queue": N_("what waits in your department"),
    "status": N_("where a client's case stands; alone: all active cases"),
    "find": N_("find cases by client, INN or number, closed ones too"),
    "help": N_("what the assistant can do"),
    "lang": N_("choose the language"),
    "link": N_("whose account this is; link or unlink it"),
    "invite": N_("invite a person (heads and administrators)"),
    "bind": N_("show a department's cards in this group"),
    "unbind": N_("no longer show cards in this group"),
}
_PRIVATE = ("new", "my", "queue", "status", "find", "help", "lang", "link", "invite")
_GROUP = ("new", "queue", "status", "find", "help")
_SCOPES: tuple[tuple[BotCommandScopeUnion, tuple[str, ...]], ...] = (
    (BotCommandScopeAllPrivateChats(), _PRIVATE),
    (BotCommandScopeAllGroupChats(), _GROUP),
    (BotCommandScopeAllChatAdministrators(), (*_GROUP, "bind", "unbind")),
)


async def offer_commands(bot: Bot, locale: Language) -> None:
    """Set the commands: in each language for its readers, in the company's for everybody else.

    What the platform refuses for good is left out and logged; raises one of `FAILURES` for what is worth another try.
    """
    for scope, names in _SCOPES:
        for code, language in _languages(locale):
            words = words_in(language)
            commands = [BotCommand(command=name, description=words.gettext(_DESCRIPTIONS[name])) for name in names]
            try:
                await bot.set_my_commands(commands, scope=scope, language_code=code)
            except (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound) as refused:
                log.warning(
                    "Telegram does not take the commands of a menu.",
                    action="telegram_no_menu",
                    scope=scope.type,
                    language_code=code,
                    reason=refused.message,
                )


def _languages(locale: Language) -> Iterator[tuple[str | None, Language]]:
    yield None, locale
    for language in Language:
        yield language.value, language
