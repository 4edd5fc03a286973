"""What transaction functions read of the outbox."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ClauseElement, Dialect, Select, bindparam, select

from storage.rows import tables as t
from storage.writes import statement
from storage.writes.statement import Statement


class OutboxStatements:
    """The reads of the outbox, compiled for one dialect."""

    def __init__(
        self,
        dialect: Dialect,
        compiled: Callable[[ClauseElement], Statement],
        locking: Callable[[Select[*tuple[Any, ...]]], Statement],
    ) -> None:
        waiting = select(t.outbox.c.id).where(statement.among(t.outbox.c.id, "outbox_ids", dialect))
        self.waiting = compiled(waiting)
        self.locked_waiting = locking(waiting)
        attempts = select(t.outbox.c.attempts).where(t.outbox.c.id == bindparam("outbox_id"))
        self.attempts = compiled(attempts)
        self.locked_attempts = locking(attempts)
