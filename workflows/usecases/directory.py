"""The chats in which people and departments are reached; the built-in chat is always one of them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from workflows.domain.ids import DepartmentId, PersonId
from workflows.ports.chat import BuiltInAddresses, ChatAddress
from workflows.ports.platforms import Account, ChatState, DepartmentChat, PlatformQueries
from workflows.usecases.organising import CurrentOrganisation


class Directory:
    """Implements `workflows.ports.chat.DirectoryPort` from what the last `refresh` read.

    Nothing is sent to somebody who has left the organisation; messages for a department that no longer exists go to
    the private chats of its heads (see `Organisation.heads`).
    """

    def __init__(self, organisation: CurrentOrganisation, built_in: BuiltInAddresses) -> None:
        self._organisation = organisation
        self._built_in = built_in
        self._accounts: Mapping[tuple[str, str], Account] = {}
        self._private: Mapping[PersonId, tuple[ChatAddress, ...]] = {}
        self._bindings: tuple[DepartmentChat, ...] = ()
        self._departments: Mapping[DepartmentId, tuple[ChatAddress, ...]] = {}
        self._reading = asyncio.Lock()
        self._to_come: asyncio.Task[None] | None = None

    async def refresh(self, queries: PlatformQueries) -> None:
        """Read the accounts and bindings again; raises StorageUnavailable and then keeps what it read before."""
        # Callers who come before a reading has begun share it, so that readings do not queue up on a slow database.
        if self._to_come is None or self._to_come.done():
            self._to_come = asyncio.create_task(self._read(queries), name="directory")
        await asyncio.shield(self._to_come)

    async def _read(self, queries: PlatformQueries) -> None:
        # One at a time: a reading from before a change must not arrive after it and overwrite it.
        async with self._reading:
            self._to_come = None
            accounts, bindings = await queries.accounts(), await queries.department_chats()
            self._learn(accounts, bindings)

    def _learn(self, accounts: Sequence[Account], bindings: Sequence[DepartmentChat]) -> None:
        self._accounts = {(account.platform, account.account): account for account in accounts}
        self._private = _private_chats(accounts)
        self._bindings = tuple(bindings)
        self._departments = _department_chats(bindings)

    def of_department(self, department: DepartmentId) -> tuple[ChatAddress, ...]:
        """Return the chats in which the department's cards appear; messages to a closed one wait for it."""
        if department not in self._organisation.now.departments:
            heads = self._organisation.now.heads(department)
            return tuple(chat for head in heads for chat in self.of_person(head))
        return (self._built_in.channel(department), *self._departments.get(department, ()))

    def of_person(self, person: PersonId) -> tuple[ChatAddress, ...]:
        """Return the private chats of a person."""
        if person not in self._organisation.now.people:
            return ()
        return (self._built_in.private(person), *self._private.get(person, ()))

    def person_of(self, platform: str, account: str) -> PersonId | None:
        """Return the person whose account it is, or None."""
        found = self._accounts.get((platform, account))
        return None if found is None else found.person

    def account(self, platform: str, account: str) -> Account | None:
        """Return a linked account."""
        return self._accounts.get((platform, account))

    def accounts_of(self, person: PersonId) -> tuple[Account, ...]:
        """Return every account linked to a person, the first linked first."""
        return tuple(account for account in self._accounts.values() if account.person == person)

    def account_in(self, chat: ChatAddress) -> Account | None:
        """Return the linked account whose private chat this is."""
        return next((account for account in self._accounts.values() if account.chat == chat), None)

    def bindings(self) -> tuple[DepartmentChat, ...]:
        """Return every bound chat."""
        return self._bindings

    def is_bound(self, chat: ChatAddress) -> bool:
        """Whether a chat is bound to a department."""
        return any(binding.chat == chat for binding in self._bindings)

    def is_closed(self, chat: ChatAddress) -> bool:
        """Whether a bound chat was found closed to us."""
        return any(binding.chat == chat and binding.state is ChatState.CLOSED for binding in self._bindings)


def _private_chats(accounts: Iterable[Account]) -> dict[PersonId, tuple[ChatAddress, ...]]:
    chats: dict[PersonId, tuple[ChatAddress, ...]] = {}
    for account in accounts:
        if account.chat is not None:
            chats[account.person] = (*chats.get(account.person, ()), account.chat)
    return chats


def _department_chats(bindings: Iterable[DepartmentChat]) -> dict[DepartmentId, tuple[ChatAddress, ...]]:
    chats: dict[DepartmentId, tuple[ChatAddress, ...]] = {}
    for binding in bindings:
        chats[binding.department] = (*chats.get(binding.department, ()), binding.chat)
    return chats
