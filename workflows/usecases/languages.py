"""The language of a person: the one they chose, or the one the platform reports."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.ports.clock import Clock
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import Storage, StorageUnavailable

KEPT = timedelta(seconds=30)
"""How long a choice is used without reading it again: another process may have changed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    language: Language | None
    known_at: datetime


class ChosenLanguages:
    """The languages that people chose, each read again after KEPT."""

    def __init__(self, storage: Storage, queries: Queries, clock: Clock) -> None:
        self._storage = storage
        self._queries = queries
        self._clock = clock
        self._choices: dict[PersonId, _Choice] = {}

    async def of(self, person: PersonId, otherwise: Language) -> Language:
        """Return the person's language; *otherwise* when none was chosen, or none is known and it cannot be read."""
        known, now = self._choices.get(person), self._clock.now()
        if known is not None and now - known.known_at < KEPT:
            return known.language or otherwise
        try:
            read = await self._queries.language(person)
        except StorageUnavailable:
            return otherwise if known is None else known.language or otherwise
        # A reading from before a choice must not arrive after it and overwrite it.
        if self._choices.get(person) is known:
            self._choices[person] = _Choice(language=read, known_at=now)
        return self._choices[person].language or otherwise

    async def choose(self, person: PersonId, language: Language) -> None:
        """Store the person's choice."""
        await self._storage.transact(lambda unit: unit.set_language(person, language))
        self._choices[person] = _Choice(language=language, known_at=self._clock.now())
