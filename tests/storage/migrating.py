"""What the tests of migrations do to a database from outside the program."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.migrations import migrate

T = TypeVar("T")


async def within(url: str, work: Callable[[Connection], T]) -> T:
    """Run over a connection of its own and commit."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


async def execute(url: str, statement: str, **values: object) -> None:
    """Run one statement."""
    await within(url, lambda connection: connection.execute(text(statement), values).close())


async def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Return what a statement reads."""
    return await within(url, lambda connection: [tuple(row) for row in connection.execute(text(statement))])


async def to_revision(url: str, revision: str) -> None:
    """Bring the tables up or down to a revision."""
    await within(url, lambda connection: migrate(connection, revision))


def sample(name: str) -> list[Mapping[str, Any]]:
    """Return the rows of a file of rows as an earlier program wrote them. Such files are never changed."""
    kept: list[Mapping[str, Any]] = json.loads((Path(__file__).parent / "samples" / name).read_text(encoding="utf-8"))
    return kept
