"""What an adapter or an interview has to remember across restarts; the core never reads it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""What JSON can carry."""


class Notes(Protocol):
    """Values by key, each replaced as a whole. Raises StorageUnavailable when the database cannot be reached."""

    async def read(self, key: str) -> Json:
        """Return the value last kept under a key; None when there is none."""
        ...

    async def keep(self, key: str, value: Json, now: datetime) -> None:
        """Store a value under a key, replacing an earlier one."""
        ...

    async def drop(self, key: str) -> None:
        """Delete a key and its value; an unknown key is ignored."""
        ...
