"""The part of the unit of work about accounts and chats."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from storage.rows.mapping import from_moment, to_moment
from storage.writes import platform_statements as statements
from storage.writes.batch import Batch
from storage.writes.statement import Statement
from storage.writes.statements import Statements
from workflows.domain.ids import CaseId, DepartmentId, PersonId, TaskId
from workflows.ports.chat import ChatAddress
from workflows.ports.platforms import Account, CaseMessage, CaseTopic, ChatState, DepartmentChat
from workflows.ports.unit_of_work import Announcement, OutboxKind


class _Unit(Protocol):
    """What this part needs of the unit of work."""

    batch: Batch

    @property
    def known(self) -> Statements: ...
    def run(self, statement: Statement, **values: object) -> Sequence[Any]: ...
    def announce(self, announcements: Iterable[Announcement], now: datetime) -> None: ...


class SqlPlatformWrites:
    """Implements `workflows.ports.platforms.PlatformWrites`."""

    def link_account(self: _Unit, account: Account) -> None:
        row = {
            "platform": account.platform,
            "account": account.account,
            "person": account.person,
            "chat": account.chat,
            "linked_at": to_moment(account.linked_at),
        }
        self.batch.add(statements.ACCOUNT, row)

    def unlink_account(self: _Unit, platform: str, account: str) -> None:
        self.batch.add(statements.DROP_ACCOUNT, {"platform": platform, "account": account})

    def bind_department(self: _Unit, binding: DepartmentChat) -> None:
        self.batch.add(statements.BINDING, _row(binding))
        waiting = self.run(self.known.platforms.open_tasks, department=binding.department)
        self.announce(_cards(binding.chat, waiting), binding.bound_at)

    def unbind_chat(self: _Unit, chat: ChatAddress) -> None:
        self.batch.add(statements.DROP_BINDINGS, {"chat": chat})
        self.batch.add(statements.DROP_CARDS, {"chat": chat})
        self.batch.add(statements.DROP_NOTICES, {"chat": chat})
        for state in ("waiting", "dead"):
            self.batch.add(statements.DROP_OUTBOX_OF_CHAT, {"state": state, "chat": chat})

    def move_chat(self: _Unit, old: ChatAddress, new: ChatAddress, now: datetime) -> None:
        platforms, due = self.known.platforms, to_moment(now)
        for row in self.run(platforms.bindings, of_chat=old):
            moved = replace(read_binding(row), chat=new, state=ChatState.OPEN, code=None)
            self.batch.add(statements.BINDING, _row(moved))
        self.announce(_cards(new, self.run(platforms.shown_open_tasks, of_chat=old)), now)
        self.batch.add(statements.DROP_BINDINGS, {"chat": old})
        self.batch.add(statements.DROP_CARDS, {"chat": old})
        self.batch.add(statements.DROP_NOTICES, {"chat": old})
        arguments = platforms.move_outbox.arguments({"of_chat": old, "to": new, "due": due})
        self.batch.others.append((platforms.move_outbox.sql, arguments))

    def set_chat_state(
        self: _Unit, chat: ChatAddress, state: ChatState, code: str | None, now: datetime
    ) -> Sequence[DepartmentChat]:
        platforms = self.known.platforms
        bindings = [read_binding(row) for row in self.run(platforms.bindings, of_chat=chat)]
        changed = [replace(binding, state=state, code=code) for binding in bindings if binding.state is not state]
        for binding in changed:
            self.batch.add(statements.BINDING, _row(binding))
        if state is ChatState.OPEN:
            for binding in changed:
                # What waited for long was dropped.
                waiting = self.run(platforms.open_tasks, department=binding.department)
                self.announce(_cards(chat, waiting), now)
            arguments = platforms.hasten_outbox.arguments({"of_chat": chat, "due": to_moment(now)})
            self.batch.others.append((platforms.hasten_outbox.sql, arguments))
        return changed

    def drop_waiting(self: _Unit, chat: ChatAddress, before: datetime) -> None:
        dropping = self.known.platforms.drop_waiting
        arguments = dropping.arguments({"of_chat": chat, "before": to_moment(before)})
        self.batch.others.append((dropping.sql, arguments))

    def remember_message(self: _Unit, message: CaseMessage) -> None:
        row = {"chat": message.chat, "message_id": message.message_id, "case_id": message.case_id}
        self.batch.add(statements.CASE_MESSAGE, row)

    def remember_topic(self: _Unit, topic: CaseTopic) -> None:
        row = {"chat": topic.chat, "case_id": topic.case_id, "topic": topic.topic}
        self.batch.add(statements.CASE_TOPIC, row)


def _row(binding: DepartmentChat) -> dict[str, object]:
    return {
        "department": binding.department,
        "chat": binding.chat,
        "title": binding.title,
        "bound_by": binding.bound_by,
        "bound_at": to_moment(binding.bound_at),
        "state": binding.state.value,
        "code": binding.code,
    }


def read_binding(row: Sequence[Any]) -> DepartmentChat:
    """Read a binding from a row of its table."""
    return DepartmentChat(
        department=DepartmentId(row[0]),
        chat=ChatAddress(row[1]),
        title=row[2],
        bound_by=PersonId(row[3]),
        bound_at=from_moment(row[4]),
        state=ChatState(row[5]),
        code=row[6],
    )


def _cards(chat: ChatAddress, rows: Iterable[Sequence[Any]]) -> list[Announcement]:
    return [
        Announcement(chat=chat, kind=OutboxKind.CARD, case_id=CaseId(row[0]), task_id=TaskId(row[1])) for row in rows
    ]
