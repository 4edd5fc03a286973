"""A database that blocks for as long as a test wants: its writer is busy, all its connections are in use."""

import asyncio
import threading

from storage.database import READERS, Database
from tests.slack.firm import Firm

LONGEST = 20.0
"""Seconds after which the writer goes on though nobody has opened the tap: a failed test must end."""


class Tap:
    """Blocks the program's database while it is closed."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self._writer = threading.Event()
        self._readers = asyncio.Event()
        self._held: list[asyncio.Future[object]] = []

    def close(self) -> None:
        """Block the database."""
        database = self._firm.app.storage
        assert isinstance(database, Database)
        self._writer.clear()
        self._readers.clear()
        self._held = [asyncio.ensure_future(self._read(database)) for _ in range(READERS)]
        self._held.append(asyncio.ensure_future(database.transact(lambda _: self._writer.wait(LONGEST))))

    def open(self) -> None:
        """Unblock the database."""
        self._writer.set()
        self._readers.set()

    async def _read(self, database: Database) -> None:
        async with database.engine.connect():
            await self._readers.wait()
