"""The organisation while the program runs: read at the start, changed in chats and by its file, followed everywhere."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from workflows.domain.ids import PersonId
from workflows.domain.organising.changes import Change, Clash, applied, merged
from workflows.domain.organising.register import Register, organisation_of, register_of
from workflows.domain.organising.rules import check_administered, check_sound
from workflows.domain.people import Organisation
from workflows.ports.clock import Clock
from workflows.ports.organisation import FileState, KeptChange, OrganisationQueries
from workflows.ports.unit_of_work import Storage, UnitOfWork
from workflows.usecases.commits import Commits

Follower = Callable[[Organisation], None]
"""Called on the event loop when the organisation has changed; it must neither wait nor raise."""


class CurrentOrganisation:
    """The organisation as this process knows it: read `now` whenever you need it, and do not keep it."""

    def __init__(self, organisation: Organisation) -> None:
        self.now = organisation
        self.register = register_of(organisation)
        self.revision = 0
        self._followers: list[Follower] = []

    def follow(self, follower: Follower) -> None:
        """Have *follower* called after every change from now on."""
        self._followers.append(follower)

    def become(self, register: Register, revision: int) -> None:
        """Take over a register that was read or written as that revision."""
        self.register, self.now, self.revision = register, organisation_of(register), revision
        for follower in self._followers:
            follower(self.now)


class _Overtaken(Exception):
    """Somebody has changed the organisation since it was read."""


class Organising:
    """Changes the organisation. Every method raises StorageUnavailable when the database cannot be reached."""

    def __init__(
        self,
        *,
        storage: Storage,
        queries: OrganisationQueries,
        current: CurrentOrganisation,
        clock: Clock,
        commits: Commits,
    ) -> None:
        self._storage = storage
        self._queries = queries
        self._current = current
        self._clock = clock
        self._commits = commits
        self._reading = asyncio.Lock()

    @property
    def now(self) -> Organisation:
        """Return the organisation as this process knows it."""
        return self._current.now

    @property
    def register(self) -> Register:
        """Return the register as this process knows it."""
        return self._current.register

    async def take_in_file(self, why: str = "") -> tuple[Sequence[Change], Sequence[Clash]]:
        """Take over what was changed in the file of the company since it was last read; call it once, at the start.

        Return the changes, and where people have meanwhile changed the same: there the people's value stays. Raises
        what `change` raises; then nothing of the file counts.
        """
        file, base = self._current.register, await self._queries.organisation_file()
        empty = replace(file, people={}, departments={})
        before = empty if base is None else replace(file, people=base.people, departments=base.departments)
        self._current.become(empty, 0)
        await self.refresh()
        clashes: list[Clash] = []

        def from_file(register: Register) -> tuple[Change, ...]:
            changes, clashes[:] = merged(before, file, register)
            return changes

        state = FileState(people=file.people, departments=file.departments)
        changes = await self.change(from_file, by=None, why=why, file=state)
        return changes, clashes

    async def look_up(self) -> None:
        """Read the organisation as it is kept, leaving its file alone; before the first start the file's is all."""
        if await self._queries.organisation_file() is not None:
            self._current.become(replace(self._current.register, people={}, departments={}), 0)
            await self.refresh()

    async def refresh(self) -> bool:
        """Read what other processes have changed; return whether there was anything."""
        async with self._reading:
            kept = await self._queries.organisation_changes(self._current.revision)
            if not kept:
                return False
            self._current.become(applied(self._current.register, (each.change for each in kept)), kept[-1].number)
            return True

    async def change(
        self,
        changing: Callable[[Register], Sequence[Change]],
        *,
        by: PersonId | None,
        why: str = "",
        file: FileState | None = None,
    ) -> Sequence[Change]:
        """Make the changes that a function returns for the register as it is, and return them.

        *by* is None for the operator and the file. Raises what the function and `check_sound` raise; then nothing has
        changed.
        """
        while True:
            try:
                return await self._changed(changing, by, why, file)
            except _Overtaken:
                await self.refresh()

    async def _changed(
        self,
        changing: Callable[[Register], Sequence[Change]],
        by: PersonId | None,
        why: str,
        file: FileState | None,
    ) -> Sequence[Change]:
        current, now = self._current, self._clock.now()
        register, revision = current.register, current.revision
        changes = [change for change in changing(register) if change.attributes]
        after = applied(register, changes)
        check_administered(current.now, check_sound(after))

        def work(unit: UnitOfWork) -> None:
            if unit.organisation_revision() != revision:
                raise _Overtaken
            unit.add_organisation_changes(changes, now, by=by, why=why)
            if file is not None:
                unit.keep_organisation_file(file, now)

        if changes or file is not None:
            await self._storage.transact(work)
        if changes:
            async with self._reading:
                # Whoever read meanwhile has these changes already.
                if current.revision == revision:
                    current.become(after, revision + len(changes))
            self._commits.announce()
        return changes

    async def history(self) -> Sequence[KeptChange]:
        """Return every change that was ever made, the latest first."""
        return tuple(reversed(await self._queries.organisation_changes()))
