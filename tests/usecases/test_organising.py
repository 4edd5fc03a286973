"""The organisation while the program runs: its file is taken in at the start, and every process follows changes."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.fakes.clock import HandClock
from tests.fakes.memory import Memory
from tests.onboarding import ANNA, NIKOLAY, STEPAN, SUPPORT, VERA, an_organisation, text
from workflows.domain import errors
from workflows.domain.ids import PersonId
from workflows.domain.organising.changes import Change, edit
from workflows.domain.organising.register import Register, Subject, words
from workflows.domain.people import Organisation
from workflows.domain.text import Text
from workflows.usecases.commits import Commits
from workflows.usecases.organising import CurrentOrganisation, Organising

INNA = text("Инна Белова", "Inna Belova")
ANYA = text("Аня Белова", "Anya Belova")


class Process:
    """One of several processes on a database, started with a file; `heard` is what its followers were given."""

    def __init__(self, memory: Memory, file: Organisation | None = None) -> None:
        self.current = CurrentOrganisation(file or an_organisation())
        self.heard: list[Organisation] = []
        self.current.follow(self.heard.append)
        self.organising = Organising(
            storage=memory, queries=memory, current=self.current, clock=HandClock(), commits=Commits()
        )

    async def rename(self, name: str = "Инна") -> Sequence[Change]:
        return await self.organising.change(renaming(name), by=VERA)


def renaming(name: str) -> Callable[[Register], Sequence[Change]]:
    return lambda register: [edit(register, Subject.PERSON, ANNA, name={"ru": name, "en": name})]


async def started(memory: Memory, file: Organisation | None = None) -> Process:
    process = Process(memory, file)
    await process.organising.take_in_file()
    return process


def with_name(of: PersonId, name: Text) -> Organisation:
    here = an_organisation()
    return replace(here, people={**here.people, of: replace(here.people[of], name=name)})


async def test_the_first_start_takes_the_file_in_and_the_next_finds_nothing_new() -> None:
    memory = Memory()
    first = await started(memory)

    assert first.current.now == an_organisation()
    changes, clashes = await Process(memory).organising.take_in_file()
    assert (list(changes), list(clashes)) == ([], [])


async def test_a_change_is_there_at_once_and_after_a_restart_with_the_same_file() -> None:
    memory = Memory()
    process = await started(memory)

    await process.rename()

    assert process.current.now.name_of(ANNA).ru == "Инна"
    assert process.heard[-1] == process.current.now
    again = await started(memory)
    assert again.current.now.name_of(ANNA).ru == "Инна"


async def test_another_process_follows_when_it_looks() -> None:
    memory = Memory()
    here, there = await started(memory), await started(memory)

    await here.rename()

    assert there.current.now.name_of(ANNA).ru != "Инна"
    assert await there.organising.refresh()
    assert there.current.now == here.current.now
    assert not await there.organising.refresh()


async def test_a_change_of_the_file_counts_where_nobody_has_changed_the_same() -> None:
    memory = Memory()
    await (await started(memory)).rename()

    changed = with_name(STEPAN, INNA)
    process = await started(memory, changed)

    assert process.current.now.name_of(ANNA).ru == "Инна"
    assert process.current.now.name_of(STEPAN) == INNA


async def test_what_both_have_changed_stays_as_people_have_it_and_is_said_once() -> None:
    memory = Memory()
    await (await started(memory)).rename()
    file = with_name(ANNA, ANYA)

    process = Process(memory, file)
    changes, clashes = await process.organising.take_in_file()

    assert not changes
    assert [(clash.id, clash.attribute, clash.in_file, clash.now) for clash in clashes] == [
        (ANNA, "name", words(ANYA), {"ru": "Инна", "en": "Инна"})
    ]
    assert process.current.now.name_of(ANNA).ru == "Инна"
    assert not (await Process(memory, file).organising.take_in_file())[1]


async def test_somebody_who_is_not_in_the_file_any_more_keeps_the_name() -> None:
    memory, here = Memory(), an_organisation()
    await started(memory)

    people = {name: person for name, person in here.people.items() if name != STEPAN}
    process = await started(memory, replace(here, people=people))

    assert STEPAN not in process.current.now.people
    assert process.current.now.name_of(STEPAN) == here.people[STEPAN].name


async def test_two_processes_that_change_at_once_lose_nothing() -> None:
    memory = Memory()
    here, there = await started(memory), await started(memory)

    def moved(register: Register) -> Sequence[Change]:
        return [edit(register, Subject.PERSON, STEPAN, post=words(INNA))]

    await asyncio.gather(here.rename(), there.organising.change(moved, by=None))
    await asyncio.gather(here.organising.refresh(), there.organising.refresh())

    assert here.current.now == there.current.now
    assert here.current.now.name_of(ANNA).ru == "Инна"
    assert here.current.now.people[STEPAN].post == INNA


async def test_a_refused_change_changes_nothing() -> None:
    memory = Memory()
    process = await started(memory)
    before, kept = process.current.now, len(await memory.organisation_changes())

    with pytest.raises(errors.HeadIsGone):
        await process.organising.change(
            lambda register: [edit(register, Subject.PERSON, NIKOLAY, left=True)], by=VERA, why="Ушёл"
        )

    assert (process.current.now, len(await memory.organisation_changes())) == (before, kept)


async def test_who_changed_what_when_and_why_can_be_looked_up() -> None:
    memory = Memory()
    process = await started(memory)

    await process.organising.change(
        lambda register: [edit(register, Subject.DEPARTMENT, SUPPORT, head=ANNA)], by=VERA, why="Николай в отпуске"
    )

    latest = (await process.organising.history())[0]
    assert (latest.by, latest.why) == (VERA, "Николай в отпуске")
    assert latest.change.attributes == {"head": (NIKOLAY, ANNA)}
