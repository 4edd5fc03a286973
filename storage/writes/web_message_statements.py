"""What transaction functions read of the messages of the web chat."""

from collections.abc import Callable

from sqlalchemy import ClauseElement, Dialect, Table, TextClause, select, text

from storage.rows import tables as t
from storage.writes import statement
from storage.writes.statement import Statement


class WebMessageStatements:
    """The reads of the messages of the web chat, compiled for one dialect."""

    def __init__(self, dialect: Dialect, compiled: Callable[[ClauseElement], Statement]) -> None:
        w = t.web_messages
        self.of_keys = compiled(select(*w.columns).where(statement.among(w.c.key, "keys", dialect)))
        self.of_ids = compiled(select(*w.columns).where(statement.among(w.c.id, "ids", dialect)))
        self.next_ids = compiled(_next_ids(w, dialect))


def _next_ids(table: Table, dialect: Dialect) -> TextClause:
    """Reserve the next `count` ids of a table, in order; SQLite's only writer counts on from the last row."""
    if dialect.name == "sqlite":
        return text(
            "WITH RECURSIVE next(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM next WHERE number < :count) "
            f"SELECT coalesce((SELECT max(id) FROM {table.name}), 0) + number FROM next"
        )
    return text(
        f"SELECT nextval(pg_get_serial_sequence('{table.name}', 'id')) "
        "FROM generate_series(1, CAST(:count AS integer)) ORDER BY 1"
    )
