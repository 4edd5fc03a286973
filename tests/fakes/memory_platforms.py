"""Accounts, bound chats and messages of cases in the database of dictionaries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from workflows.domain.case import Case, Task
from workflows.domain.ids import CaseId, DepartmentId, PersonId, TaskId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.platforms import Account, CaseMessage, CaseTopic, ChatState, DepartmentChat
from workflows.ports.unit_of_work import Announcement, OutboxKind, OutboxRow, ShownCard, ShownNotice


@dataclass(slots=True, kw_only=True)
class PlatformRows:
    """What is stored of platforms."""

    accounts: dict[tuple[str, str], Account] = field(default_factory=dict)
    bindings: dict[tuple[DepartmentId, ChatAddress], DepartmentChat] = field(default_factory=dict)
    case_messages: dict[tuple[ChatAddress, MessageId], CaseId] = field(default_factory=dict)
    topics: dict[tuple[ChatAddress, CaseId], str] = field(default_factory=dict)


class _Rows(Protocol):
    platforms: PlatformRows
    cases: dict[CaseId, Case]
    cards: dict[tuple[TaskId, ChatAddress], ShownCard]
    notices: dict[tuple[ChatAddress, str, str], ShownNotice]
    outbox: dict[int, OutboxRow]


class _Unit(Protocol):
    _writes: list[Callable[[], None]]

    @property
    def _rows(self) -> _Rows: ...
    def announce(self, announcements: Iterable[Announcement], now: datetime) -> None: ...


class MemoryPlatformWrites:
    """Implements `workflows.ports.platforms.PlatformWrites`."""

    def link_account(self: _Unit, account: Account) -> None:
        self._writes.append(
            lambda: self._rows.platforms.accounts.update({(account.platform, account.account): account})
        )

    def unlink_account(self: _Unit, platform: str, account: str) -> None:
        def write() -> None:
            self._rows.platforms.accounts.pop((platform, account), None)

        self._writes.append(write)

    def bind_department(self: _Unit, binding: DepartmentChat) -> None:
        self._writes.append(lambda: self._rows.platforms.bindings.update({(binding.department, binding.chat): binding}))
        waiting = [task for task in _open_tasks(self._rows) if task[1].department == binding.department]
        self.announce(_cards(binding.chat, waiting), binding.bound_at)

    def unbind_chat(self: _Unit, chat: ChatAddress) -> None:
        def write() -> None:
            rows = self._rows
            for binding in [key for key in rows.platforms.bindings if key[1] == chat]:
                del rows.platforms.bindings[binding]
            for card in [key for key in rows.cards if key[1] == chat]:
                del rows.cards[card]
            for notice in [key for key in rows.notices if key[0] == chat]:
                del rows.notices[notice]
            for row in [row.id for row in rows.outbox.values() if row.announcement.chat == chat]:
                del rows.outbox[row]

        self._writes.append(write)

    def move_chat(self: _Unit, old: ChatAddress, new: ChatAddress, now: datetime) -> None:
        rows = self._rows

        def write() -> None:
            for key, binding in list(rows.platforms.bindings.items()):
                if key[1] == old:
                    del rows.platforms.bindings[key]
                    moved = replace(binding, chat=new, state=ChatState.OPEN, code=None)
                    rows.platforms.bindings[moved.department, new] = moved
            for card in [key for key in rows.cards if key[1] == old]:
                del rows.cards[card]
            for notice in [key for key in rows.notices if key[0] == old]:
                del rows.notices[notice]
            for row in list(rows.outbox.values()):
                if row.announcement.chat == old:
                    said = replace(row.announcement, chat=new)
                    rows.outbox[row.id] = replace(row, announcement=said, due_at=now)

        shown = [task for task in _open_tasks(rows) if (task[1].id, old) in rows.cards]
        self._writes.append(write)
        self.announce(_cards(new, shown), now)

    def set_chat_state(
        self: _Unit, chat: ChatAddress, state: ChatState, code: str | None, now: datetime
    ) -> Sequence[DepartmentChat]:
        rows = self._rows
        bindings = [b for b in rows.platforms.bindings.values() if b.chat == chat and b.state is not state]
        changed = [replace(binding, state=state, code=code) for binding in bindings]

        def write() -> None:
            for binding in changed:
                rows.platforms.bindings[binding.department, chat] = binding
            if state is ChatState.OPEN:
                for row in list(rows.outbox.values()):
                    if row.announcement.chat == chat:
                        rows.outbox[row.id] = replace(row, due_at=now)

        self._writes.append(write)
        if state is ChatState.OPEN:
            for binding in changed:
                waiting = [task for task in _open_tasks(rows) if task[1].department == binding.department]
                self.announce(_cards(chat, waiting), now)
        return changed

    def drop_waiting(self: _Unit, chat: ChatAddress, before: datetime) -> None:
        def write() -> None:
            for row in list(self._rows.outbox.values()):
                if row.announcement.chat == chat and row.created_at < before:
                    del self._rows.outbox[row.id]

        self._writes.append(write)

    def remember_message(self: _Unit, message: CaseMessage) -> None:
        key = message.chat, message.message_id
        self._writes.append(lambda: self._rows.platforms.case_messages.update({key: message.case_id}))

    def remember_topic(self: _Unit, topic: CaseTopic) -> None:
        self._writes.append(lambda: self._rows.platforms.topics.update({(topic.chat, topic.case_id): topic.topic}))


class MemoryPlatformQueries:
    """Implements `workflows.ports.platforms.PlatformQueries`."""

    def _platforms(self) -> PlatformRows:
        raise NotImplementedError

    async def language(self, person: PersonId) -> Language | None:
        raise NotImplementedError

    async def accounts(self) -> Sequence[Account]:
        return tuple(self._platforms().accounts.values())

    async def department_chats(self) -> Sequence[DepartmentChat]:
        return tuple(self._platforms().bindings.values())

    async def languages_chosen(self, platform: str) -> Mapping[ChatAddress, Language]:
        chosen = {
            account.chat: await self.language(account.person)
            for account in await self.accounts()
            if account.platform == platform
        }
        return {chat: language for chat, language in chosen.items() if chat is not None and language is not None}

    async def case_of_message(self, chat: ChatAddress, message: MessageId) -> CaseId | None:
        return self._platforms().case_messages.get((chat, message))

    async def topic_of(self, chat: ChatAddress, case_id: CaseId) -> str | None:
        return self._platforms().topics.get((chat, case_id))

    async def case_in_topic(self, chat: ChatAddress, topic: str) -> CaseId | None:
        topics = self._platforms().topics
        return next((case_id for (known, case_id), kept in topics.items() if (known, kept) == (chat, topic)), None)


def _open_tasks(rows: _Rows) -> list[tuple[Case, Task]]:
    return [(case, task) for case in rows.cases.values() for task in case.open_tasks()]


def _cards(chat: ChatAddress, tasks: Iterable[tuple[Case, Task]]) -> list[Announcement]:
    return [Announcement(chat=chat, kind=OutboxKind.CARD, case_id=case.id, task_id=task.id) for case, task in tasks]
