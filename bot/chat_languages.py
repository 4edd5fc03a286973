"""The language of each chat of a platform: what its reader has chosen, else the company's."""

from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress
from workflows.ports.platforms import PlatformQueries


class ChatLanguages:
    """Known in memory, since every message asks; a group has many readers and keeps the company's language."""

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
        """Read what people have chosen; raises StorageUnavailable."""
        self._chosen.update(await self._queries.languages_chosen(self._platform))
