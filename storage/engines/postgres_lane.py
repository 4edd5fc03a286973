"""One lane for the writes of transaction functions on PostgreSQL: what waits at the same time is one statement."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.util import greenlet_spawn

from storage.engines.postgres_connections import Connections, DriverCursor, is_lost, is_of_driver, meaning_of
from storage.rows.tables import metadata
from storage.writes.batch import Batch
from workflows.ports.unit_of_work import StorageUnavailable

MAX_GROUP = 64
"""How many functions write together."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """Writes that wait, and the future of whoever waits for them."""

    batch: Batch
    done: asyncio.Future[None]

    def end(self, error: BaseException | None) -> None:
        """Set the result."""
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class WriteLane:
    """Sends the writes of functions one after the other, those that wait together as one statement."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._waiting: deque[_Sent] = deque()
        self._sender: asyncio.Task[None] | None = None

    def send(self, batch: Batch) -> asyncio.Future[None]:
        """Return what is done when the batch is written.

        It raises Conflict, AlreadyReceived or StorageUnavailable, or the driver's error.
        """
        loop = asyncio.get_running_loop()
        sent = _Sent(batch, loop.create_future())
        self._waiting.append(sent)
        if self._sender is None:
            self._sender = loop.create_task(self._send_waiting(), name="postgres writes")
        return sent.done

    async def _send_waiting(self) -> None:
        try:
            while self._waiting:
                group = [self._waiting.popleft()]
                together = group[0].batch
                if self._waiting:
                    together = Batch()
                    together.join(group[0].batch)
                    while self._waiting and len(group) < MAX_GROUP and together.join(self._waiting[0].batch):
                        group.append(self._waiting.popleft())
                await greenlet_spawn(self._write, together, group)
        finally:
            self._sender = None

    def _write(self, batch: Batch, group: Sequence[_Sent]) -> None:
        error = self._error_of(batch)
        errors = [error for _ in group]
        if error is not None and len(group) > 1 and not isinstance(error, StorageUnavailable):
            # Nothing was written: one of them is to blame, and the others are written without it.
            errors = [self._error_of(sent.batch) for sent in group]
        # At the same time: who has to run again must not be overtaken by the failures of its neighbours.
        for sent, of_this in zip(group, errors, strict=True):
            sent.end(of_this)

    def _error_of(self, batch: Batch) -> BaseException | None:
        """Write a batch; return the error to raise to those who wait for it."""
        try:
            connection = self._connections.take()
        except Exception as error:
            # Whatever it is: nobody else would tell those who wait.
            return error
        driver = connection.driver_connection
        try:
            batch.send_to_postgresql(DriverCursor(driver), metadata.tables)
        except Exception as error:
            if is_lost(error, driver):
                connection.invalidate(error)
                return StorageUnavailable("broke while committing") if is_of_driver(error) else meaning_of(error)
            return meaning_of(error)
        finally:
            self._connections.give_back(connection)
        return None
