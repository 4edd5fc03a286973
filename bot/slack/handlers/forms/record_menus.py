"""Menus that find records while somebody types: Slack asks for their options, and waits three seconds."""

from bot.conversation.forms.record_answers import suggested
from bot.slack.api.client import JSON
from bot.slack.blockkit.blocks import VALUE, option, told_apart
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.payloads import RecordSearch
from workflows.domain.text import Language
from workflows.ports.queries import Queries
from workflows.usecases.running_processes import Definitions

MOST = 20
"""How many records a menu offers; whoever looks for another one types more of it."""


class RecordMenus:
    """Finds the options of a menu for whoever is linked to somebody of the organisation."""

    def __init__(self, *, accounts: Accounts, queries: Queries, definitions: Definitions, locale: Language) -> None:
        self._accounts = accounts
        self._queries = queries
        self._definitions = definitions
        self._locale = locale

    async def options(self, search: RecordSearch) -> list[JSON]:
        """Return the records that have the words and a new one of that name; raises StorageUnavailable."""
        person = self._accounts.person_of(search.user)
        if person is None:
            return []
        language = await self._queries.language(person) or self._locale
        kind = self._definitions.kinds.known(search.kind)
        found = await suggested(self._queries, kind, search.words, language, MOST)
        carried = [(written, label) for written, label in found if len(written) <= VALUE]
        labels = told_apart([label for _, label in carried])
        return [option(label, written) for (written, _), label in zip(carried, labels, strict=True)]
