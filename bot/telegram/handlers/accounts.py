"""The people behind Telegram's accounts."""

from dataclasses import dataclass

from aiogram.types import User

from bot.telegram.api.addresses import PLATFORM
from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.usecases.directory import Directory

_RUSSIAN_READERS = ("ru", "be", "kk", "ky", "uk", "uz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Knows who is linked to an account, and its language; `locale` is the company's."""

    directory: Directory
    locale: Language

    def identify(self, user: User) -> tuple[PersonId | None, Language]:
        """Return who is behind an account, None when nobody is linked to it, and its language."""
        return self.directory.person_of(PLATFORM, str(user.id)), self.language_of(user)

    def language_of(self, user: User | None) -> Language:
        """Return the language of an account as its client reports it, else the company's."""
        code = "" if user is None or user.language_code is None else user.language_code.lower()
        if not code:
            return self.locale
        return Language.RU if code.startswith(_RUSSIAN_READERS) else Language.EN
