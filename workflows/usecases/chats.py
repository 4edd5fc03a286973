"""Chats and accounts of the platforms: bound, moved, closed to us, open again."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from workflows.domain.ids import DepartmentId, PersonId, case_of
from workflows.domain.people import Role
from workflows.domain.permissions import check_may_bind
from workflows.domain.text import storable
from workflows.ports.chat import ChatAddress
from workflows.ports.clock import Clock
from workflows.ports.platforms import Account, CaseMessage, CaseTopic, ChatState, DepartmentChat, PlatformQueries
from workflows.ports.unit_of_work import Announcement, OutboxKind, ShownCard, Storage, StorageUnavailable, UnitOfWork
from workflows.usecases.commits import Commits
from workflows.usecases.delivery.deliver import NEVER_SHOWN
from workflows.usecases.directory import Directory
from workflows.usecases.organising import CurrentOrganisation

KEPT = timedelta(days=7)
"""How long messages wait for a chat that takes none; the cards of open tasks are posted whenever it is open again."""
_NO_ROW = 0
"""The id of no outbox row: their ids begin with 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chats:
    """Changes what the directory knows. Every method raises StorageUnavailable when the database cannot be reached.

    Every change is announced as a commit.
    """

    storage: Storage
    queries: PlatformQueries
    organisation: CurrentOrganisation
    directory: Directory
    clock: Clock
    commits: Commits

    async def refresh(self) -> None:
        """Read what other processes have changed."""
        await self.directory.refresh(self.queries)

    async def bind(self, department: DepartmentId, chat: ChatAddress, title: str, *, by: PersonId) -> None:
        """Bind a chat to a department, so that its cards appear there; raises UnknownDepartment or NotTheHead.

        Administrators may bind any department, heads their own.
        """
        check_may_bind(self.organisation.now, by, self.organisation.now.department(department).id)
        binding = DepartmentChat(
            department=department, chat=chat, title=storable(title), bound_by=by, bound_at=self.clock.now()
        )
        await self.storage.transact(lambda unit: unit.bind_department(binding))
        await self._announce()

    async def unbind(self, chat: ChatAddress, *, by: PersonId) -> tuple[DepartmentId, ...]:
        """Unbind a chat and return its departments; raises NotTheHead. A chat that is not bound is left alone."""
        # Another process may have bound it to a department whose head this is not.
        await self.refresh()
        departments = tuple(b.department for b in self.directory.bindings() if b.chat == chat)
        for department in departments:
            check_may_bind(self.organisation.now, by, department)
        if not departments:
            return ()
        await self.storage.transact(lambda unit: unit.unbind_chat(chat))
        await self._announce()
        return departments

    async def link(self, account: Account) -> None:
        """Link an account to a person."""
        await self.storage.transact(lambda unit: unit.link_account(account))
        await self._announce()

    async def unlink(self, account: Account) -> None:
        """Remove the link of an account, with what waits for its private chat."""

        def work(unit: UnitOfWork) -> None:
            unit.unlink_account(account.platform, account.account)
            if account.chat is not None:
                unit.unbind_chat(account.chat)

        await self.storage.transact(work)
        await self._announce()

    async def move(self, old: ChatAddress, new: ChatAddress) -> None:
        """Move a chat to its new address."""
        now = self.clock.now()
        await self.storage.transact(lambda unit: unit.move_chat(old, new, now))
        await self._announce()

    async def close(self, chat: ChatAddress, code: str, *, update_id: str | None = None) -> None:
        """Record that a chat accepts no messages; the head and the administrators are notified the first time.

        Raises AlreadyReceived when the update was handled before.
        """
        now = self.clock.now()

        def work(unit: UnitOfWork) -> None:
            if update_id is not None:
                unit.receive(update_id, now)
            changed = unit.set_chat_state(chat, ChatState.CLOSED, code, now)
            unit.announce(self._warnings(changed), now)

        await self.storage.transact(work)
        await self._announce()

    async def reopen(self, chat: ChatAddress, *, update_id: str | None = None) -> None:
        """Record that a chat accepts messages again: what waited for it is due now.

        Raises AlreadyReceived when the update was handled before.
        """
        now = self.clock.now()

        def work(unit: UnitOfWork) -> None:
            if update_id is not None:
                unit.receive(update_id, now)
            unit.set_chat_state(chat, ChatState.OPEN, None, now)

        await self.storage.transact(work)
        await self._announce()

    async def drop_waiting(self, chat: ChatAddress) -> None:
        """Drop what has waited longer than KEPT for a chat that takes no messages: it may never take any."""
        before = self.clock.now() - KEPT
        await self.storage.transact(lambda unit: unit.drop_waiting(chat, before))

    async def mark_changed(self, chat: ChatAddress, code: str, title: str | None = None) -> None:
        """Notify the head and the administrators that a chat was renamed (*title*) or changed, but stays bound."""
        # Another process may have unbound it: stale bindings must not bind it again.
        await self.refresh()
        bindings = [
            replace(binding, code=code, title=title or binding.title)
            for binding in self.directory.bindings()
            if binding.chat == chat
        ]
        now = self.clock.now()

        def work(unit: UnitOfWork) -> None:
            for binding in bindings:
                unit.bind_department(replace(binding, code=None))
            unit.announce(self._warnings(bindings), now)

        await self.storage.transact(work)
        await self._announce()

    async def keep_topic(self, topic: CaseTopic) -> None:
        """Store which topic of a chat was made for a case."""
        await self.storage.transact(lambda unit: unit.remember_topic(topic))

    async def keep_message(self, message: CaseMessage) -> None:
        """Store which case a posted message is about."""
        await self.storage.transact(lambda unit: unit.remember_message(message))

    async def repost(self, card: ShownCard) -> None:
        """Post a card again that a chat no longer shows."""
        now = self.clock.now()
        again = Announcement(chat=card.chat, kind=OutboxKind.CARD, case_id=case_of(card.task_id), task_id=card.task_id)

        def work(unit: UnitOfWork) -> None:
            unit.delivered(_NO_ROW, replace(card, revision=NEVER_SHOWN))
            unit.announce([again], now)

        await self.storage.transact(work)
        self.commits.announce()

    async def _announce(self) -> None:
        # The change is committed; the next refresh reads it.
        with suppress(StorageUnavailable):
            await self.refresh()
        self.commits.announce()

    def _warnings(self, bindings: Sequence[DepartmentChat]) -> Iterator[Announcement]:
        administrators = [p.id for p in self.organisation.now.people.values() if Role.ADMINISTRATOR in p.roles]
        for binding in bindings:
            department = self.organisation.now.departments.get(binding.department)
            heads = [] if department is None else [department.head]
            for person in dict.fromkeys([*heads, *administrators]):
                for chat in self.directory.of_person(person):
                    yield Announcement(
                        chat=chat,
                        kind=OutboxKind.CHAT_CLOSED,
                        case_id=None,
                        values={
                            "department": binding.department,
                            "title": binding.title,
                            "platform": binding.chat.partition(":")[0],
                            "code": binding.code or "",
                            "chat": binding.chat,
                        },
                    )
