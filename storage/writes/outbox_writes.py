"""The part of the unit of work about the outbox, and about what chats show of it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from storage.rows.mapping import to_json, to_moment
from storage.rows.tables import can_be_id
from storage.writes import statements
from storage.writes.batch import Batch
from storage.writes.statement import Statement
from storage.writes.statements import Statements
from workflows.ports.unit_of_work import Announcement, ShownCard, ShownNotice


class _Unit(Protocol):
    """What this part needs of the unit of work; `seen_in_outbox` are the rows that it has found waiting."""

    batch: Batch
    seen_in_outbox: set[int]

    @property
    def known(self) -> Statements: ...
    @property
    def locks(self) -> bool: ...
    def run(self, statement: Statement, **values: object) -> Sequence[Any]: ...


class SqlOutboxWrites:
    """Implements the part of `workflows.ports.unit_of_work.UnitOfWork` with which announcements are delivered."""

    def announce(self: _Unit, announcements: Iterable[Announcement], now: datetime) -> None:
        moment = to_moment(now)
        for announcement in announcements:
            self.batch.add(
                statements.NEW_OUTBOX,
                {
                    "chat": announcement.chat,
                    "kind": announcement.kind.value,
                    "case_id": announcement.case_id,
                    "task_id": announcement.task_id,
                    "notice": None if announcement.notice is None else announcement.notice.value,
                    "data": to_json(announcement.values),
                    "created_at": moment,
                    "due_at": moment,
                    "state": "waiting",
                    "attempts": 0,
                    "error": None,
                },
            )

    def still_in_outbox(self: _Unit, outbox_ids: Collection[int]) -> frozenset[int]:
        read = self.known.outbox.locked_waiting if self.locks else self.known.outbox.waiting
        waiting = frozenset(row[0] for row in self.run(read, outbox_ids=to_json(list(outbox_ids))))
        self.seen_in_outbox |= waiting
        return waiting

    def delivered(self: _Unit, outbox_id: int, card: ShownCard | None) -> None:
        if outbox_id in self.seen_in_outbox:
            self.batch.add(statements.DROP_SEEN_OUTBOX, {"id": outbox_id, "guard_id": outbox_id})
        else:
            self.batch.add(statements.DROP_OUTBOX, {"id": outbox_id})
        if card is not None:
            self.batch.add(
                statements.CARD,
                {
                    "task_id": card.task_id,
                    "chat": card.chat,
                    "message_id": card.message_id,
                    "revision": card.revision,
                },
            )

    def keep_notices(self: _Unit, notices: Iterable[ShownNotice]) -> None:
        for notice in notices:
            row = _notice_key(notice) | {
                "kind": notice.kind.value,
                "case_id": notice.case_id,
                "data": to_json(notice.values),
                "looks": notice.looks,
                "posted_at": to_moment(notice.posted_at),
            }
            self.batch.add(statements.NOTICE, row)

    def drop_notices(self: _Unit, notices: Iterable[ShownNotice]) -> None:
        for notice in notices:
            self.batch.add(statements.DROP_NOTICE, _notice_key(notice))

    def postpone(self: _Unit, outbox_id: int, due_at: datetime, code: str, *, has_failed: bool = True) -> None:
        rows = _attempts(self, outbox_id)
        if rows:
            tried: int = rows[0][0]
            row = {"id": outbox_id, "due_at": to_moment(due_at), "attempts": tried + has_failed, "error": code}
            self.batch.add(statements.POSTPONE_OUTBOX, row | {"guard_attempts": tried})

    def give_up(self: _Unit, outbox_id: int, code: str) -> None:
        rows = _attempts(self, outbox_id)
        if rows:
            tried: int = rows[0][0]
            row = {"id": outbox_id, "state": "dead", "attempts": tried + 1, "error": code, "guard_attempts": tried}
            self.batch.add(statements.SET_OUTBOX_ASIDE, row)

    def retry_dead(self: _Unit, outbox_id: int, now: datetime) -> None:
        if not can_be_id(outbox_id):
            return
        row = {"id": outbox_id, "state": "waiting", "due_at": to_moment(now), "attempts": 0, "error": None}
        self.batch.add(statements.RETRY_OUTBOX, row)


def _attempts(unit: _Unit, outbox_id: int) -> Sequence[Any]:
    read = unit.known.outbox.locked_attempts if unit.locks else unit.known.outbox.attempts
    return unit.run(read, outbox_id=outbox_id)


def _notice_key(notice: ShownNotice) -> dict[str, Any]:
    return {"chat": notice.chat, "message_id": notice.message_id, "task_id": notice.task_id or ""}
