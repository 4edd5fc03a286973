"""What an adapter or an interview has to know again after a restart; the core never looks into it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""What JSON can carry."""


class Notes(Protocol):
    """Values by key, each replaced as a whole. Raises StorageUnavailable when the database cannot be reached."""

    async def read(self, key: str) -> Json:
        """Return what was kept under a key last; None when there is nothing."""
        ...

    async def keep(self, key: str, value: Json, now: datetime) -> None:
        """Keep a value instead of the one kept before."""
        ...

    async def drop(self, key: str) -> None:
        """Forget a key; one that is not known stays so."""
        ...
