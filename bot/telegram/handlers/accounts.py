"""The people behind Telegram's accounts."""

from dataclasses import dataclass

from aiogram.types import User

from bot.telegram.api.addresses import PLATFORM
from bot.telegram.handlers import receive
from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.usecases.directory import Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Knows who is linked to an account, and its language."""

    directory: Directory
    locale: Language

    def person_of(self, user: User) -> PersonId | None:
        """Return who is behind an account; None when it is linked to nobody."""
        return self.directory.person_of(PLATFORM, str(user.id))

    def language_of(self, user: User | None) -> Language:
        """Return what the platform knows of an account's language, else the company's."""
        return receive.language_of(user, self.locale)
