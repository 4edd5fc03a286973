"""What every store of notes keeps."""

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from storage.notes import SqlNotes
from tests.fakes.clock import MONDAY_MORNING
from tests.fakes.memory import Memory
from tests.fakes.notes import MemoryNotes
from tests.storage.office import EVERYWHERE
from workflows.ports.notes import Json, Notes


@pytest.fixture(params=EVERYWHERE)
async def notes(request: pytest.FixtureRequest) -> AsyncIterator[Notes]:
    if request.param == "memory":
        yield MemoryNotes(Memory())
        return
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    async with Database(url) as database:
        yield SqlNotes(database)


@pytest.mark.parametrize("value", [{"step": 3, "seen": ["telegram:1"]}, [{"update_id": 1}], "Ромашка", 0, False, []])
async def test_a_note_is_read_as_it_was_kept(notes: Notes, value: Json) -> None:
    await notes.keep("k", value, MONDAY_MORNING)

    assert await notes.read("k") == value


async def test_the_last_note_of_a_key_counts(notes: Notes) -> None:
    await notes.keep("k", {"step": 1}, MONDAY_MORNING)
    await notes.keep("k", {"step": 2}, MONDAY_MORNING)
    await notes.keep("other", {"step": 3}, MONDAY_MORNING)

    assert await notes.read("k") == {"step": 2}


async def test_what_was_dropped_is_nothing(notes: Notes) -> None:
    await notes.keep("k", [1], MONDAY_MORNING)

    await notes.drop("k")
    await notes.drop("never kept")

    assert await notes.read("k") is None
