"""Storing the files that people send: limits, names and storage, the same for every chat."""

import secrets
from dataclasses import dataclass

from workflows.domain.ids import FileId, PersonId
from workflows.domain.text import file_name
from workflows.ports.clock import Clock
from workflows.ports.unit_of_work import KeptFile, Storage

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
UNNAMED = "file"


class FileTooLarge(Exception):
    """The file is larger than the limit."""


class FileEmpty(Exception):
    """The file is empty; no chat would accept it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKeeper:
    """Stores files in the database: `docs/decisions/0007-files-in-the-database.md`."""

    storage: Storage
    clock: Clock

    async def keep(
        self, content: bytes, *, name: str, by: PersonId, media_type: str = "application/octet-stream"
    ) -> KeptFile:
        """Store a file sent by *by* and return it; raises FileTooLarge, FileEmpty or StorageUnavailable."""
        check_size(len(content))
        file = KeptFile(
            id=FileId(secrets.token_urlsafe(16)),
            name=file_name(name) or UNNAMED,
            media_type=media_type,
            content=content,
        )
        now = self.clock.now()
        await self.storage.transact(lambda unit: unit.add_file(file, by, now))
        return file


def check_size(size: int) -> None:
    """Check a file's size in bytes, preferably before it is fetched; raises FileTooLarge or FileEmpty."""
    if size > MAX_BYTES:
        raise FileTooLarge
    if not size:
        raise FileEmpty
