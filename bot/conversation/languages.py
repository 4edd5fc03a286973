"""Which language a person reads: the one they chose, or what the platform knows of them."""

from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import Storage, StorageUnavailable


class ChosenLanguages:
    """The languages that people chose, each read once."""

    def __init__(self, storage: Storage, queries: Queries) -> None:
        self._storage = storage
        self._queries = queries
        self._chosen: dict[PersonId, Language | None] = {}

    async def of(self, person: PersonId, otherwise: Language) -> Language:
        """Answer the person's language; *otherwise* when none was chosen or the database cannot be reached."""
        if person not in self._chosen:
            try:
                self._chosen[person] = await self._queries.language(person)
            except StorageUnavailable:
                return otherwise
        return self._chosen[person] or otherwise

    async def choose(self, person: PersonId, language: Language) -> None:
        """Remember the person's choice."""
        await self._storage.transact(lambda unit: unit.set_language(person, language))
        self._chosen[person] = language
