"""Notes in memory."""

import json
from datetime import datetime

from tests.fakes.memory import Memory
from workflows.ports.notes import Json


class MemoryNotes:
    """Implements `Notes` over the rows of a memory, and is unreachable when the memory is."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def read(self, key: str) -> Json:
        """Return the stored value."""
        kept = self._memory.reach().notes.get(key)
        note: Json = None if kept is None else json.loads(kept)
        return note

    async def keep(self, key: str, value: Json, now: datetime) -> None:
        """Keep it as JSON, as the database does."""
        self._memory.reach().notes[key] = json.dumps(value)

    async def drop(self, key: str) -> None:
        """Forget it."""
        self._memory.reach().notes.pop(key, None)
