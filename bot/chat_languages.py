"""The language of each chat of a platform: the one its reader has chosen, else the company's."""

from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress
from workflows.ports.platforms import PlatformQueries


class ChatLanguages:
    """Kept in memory, since every message needs it; a group has many readers and keeps the company's language."""

    def __init__(self, *, queries: PlatformQueries, platform: str, locale: Language) -> None:
        self._queries = queries
        self._platform = platform
        self._locale = locale
        self._chosen: dict[ChatAddress, Language] = {}

    def of(self, chat: ChatAddress) -> Language:
        """Return the language of the messages to a chat."""
        return self._chosen.get(chat, self._locale)

    def set(self, chat: ChatAddress, language: Language) -> None:
        """Use a language in a private chat from now on."""
        self._chosen[chat] = language

    async def load(self) -> None:
        """Read the languages that people have chosen; raises StorageUnavailable."""
        self._chosen.update(await self._queries.languages_chosen(self._platform))
