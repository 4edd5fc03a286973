"""The statements of the hot path: what transaction functions read, and the kinds of their writes."""

from dataclasses import replace
from typing import Any

from sqlalchemy import (
    Select,
    Table,
    TextClause,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement

from storage.rows import mapping
from storage.rows import tables as t
from storage.rows.mapping import CASE_COLUMNS, TASK_COLUMNS
from storage.rows.statuses import CLAIMED, READY
from storage.writes import batch, statement
from storage.writes.platform_statements import PlatformStatements
from storage.writes.record_statements import RecordStatements
from storage.writes.statement import Statement

NEW_CASE = batch.insert(t.cases)
CASE = batch.update(t.cases, *mapping.CASE.changing, "revision", guard="revision")
CASE_REVISION = batch.update(t.cases, "revision", guard="revision")
SAME_CASE = batch.check(t.cases, "revision")
NEW_TASK = batch.insert(t.tasks)
TASK = batch.update(t.tasks, *mapping.TASK.changing)
EVENT = batch.insert(t.history, without=("id",))
LETTER = batch.insert(t.letters, without=("id",))
NEW_CLIENT_LETTER = batch.insert(t.client_letters)
MARK_OF_LETTER = batch.update(t.client_letters, "sent_at", "sent_by")
TIMER = batch.upsert(t.timers)
DROP_TIMERS = batch.delete(t.timers, "task_id")
DROP_TIMERS_OF_OFFER = batch.delete(t.timers, "task_id", "generation")
DROP_TIMER_OF_KIND = batch.delete(t.timers, "task_id", "kind")
DROP_TIMER = batch.delete(t.timers, "task_id", "kind", "generation")
NEW_OUTBOX = batch.insert(t.outbox, without=("id",))
DROP_OUTBOX = batch.delete(t.outbox, "id")
DROP_SEEN_OUTBOX = batch.delete(t.outbox, "id", guard="id")
POSTPONE_OUTBOX = batch.update(t.outbox, "due_at", "attempts", "error", guard="attempts")
SET_OUTBOX_ASIDE = batch.update(t.outbox, "state", "attempts", "error", guard="attempts")
RETRY_OUTBOX = batch.update(t.outbox, "state", "due_at", "attempts", "error")
CARD = batch.upsert(t.cards)
NOTICE = batch.upsert(t.shown_notices)
DROP_NOTICE = batch.delete(t.shown_notices, "chat", "message_id", "task_id")
NEW_DRAFT = batch.insert(t.drafts)
DRAFT = batch.update(t.drafts, *mapping.DRAFT_COLUMNS, "saved_at", guard="revision")
DROP_DRAFT = batch.delete(t.drafts, "key")
DROP_SEEN_DRAFT = batch.delete(t.drafts, "key", guard="revision")
NOTE = batch.upsert(t.notes)
DROP_NOTE = batch.delete(t.notes, "key")
RECEIVED = batch.insert(t.received_updates)
NEW_COUNTER = batch.insert(t.counters)
COUNTER = batch.update(t.counters, "last", guard="last")
LANGUAGE = batch.upsert(t.languages)
NEW_INVITATION = batch.insert(t.invitations)
USED_INVITATION = batch.update(t.invitations, "used_at")
NEW_DEFINITION = batch.insert(t.definitions)
NEW_WEB_MESSAGE = batch.insert(t.web_messages)
EDIT_WEB_MESSAGE = batch.update(t.web_messages, "renditions", "edit", guard="edit")


CASE_WITH_TASKS = (
    # One statement sees one moment; two could return a case with tasks that were changed in between.
    select(*(t.cases.c[name] for name in CASE_COLUMNS), *(t.tasks.c[name] for name in TASK_COLUMNS))
    .outerjoin_from(t.cases, t.tasks, t.tasks.c.case_id == t.cases.c.id)
    .order_by(t.tasks.c.ordinal)
)
"""A row for each task of a case, or one without a task; `mapping.read_case` reads them."""


class Statements:
    """Every statement that transaction functions read with, compiled for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        def compiled(clause: ClauseElement) -> Statement:
            return statement.compiled(clause, dialect)

        def locking(query: Select[*tuple[Any, ...]]) -> Statement:
            return replace(compiled(query.with_for_update()), locks=True)

        self.platforms = PlatformStatements(dialect)
        self.records = RecordStatements(dialect, compiled, locking)
        of_case = bindparam("case_id", type_=t.cases.c.id.type)
        self.case = compiled(CASE_WITH_TASKS.where(t.cases.c.id == of_case))
        self.lock_case = locking(select(t.cases.c.id).where(t.cases.c.id == of_case))
        self.earlier_waiting = compiled(
            select(t.cases.c.id, t.cases.c.number, t.cases.c.client_name, t.tasks.c.id, t.tasks.c.opened_at)
            .join_from(t.tasks, t.cases, t.cases.c.id == t.tasks.c.case_id)
            .where(
                t.tasks.c.process == bindparam("process"),
                t.tasks.c.stage == bindparam("stage"),
                t.tasks.c.status == READY,
                or_(t.tasks.c.candidates.is_(None), t.tasks.c.candidates.like(bindparam("holding"), escape="\\")),
                t.tasks.c.barred.not_like(bindparam("holding"), escape="\\"),
                tuple_(t.tasks.c.opened_at, t.tasks.c.case_id) < tuple_(bindparam("opened_at"), bindparam("case_id")),
            )
            .order_by(t.tasks.c.opened_at, t.tasks.c.case_id)
            .limit(literal_column("1"))
        )
        self.loads = compiled(
            select(t.tasks.c.assignee, func.count())
            .where(t.tasks.c.status == CLAIMED, statement.among(t.tasks.c.assignee, "people", dialect))
            .group_by(t.tasks.c.assignee)
        )
        k = t.client_letters.c
        self.client_letter = compiled(
            select(*(k[name] for name in mapping.CLIENT_LETTER_COLUMNS)).where(
                k.task_id == bindparam("task_id"), k.number == bindparam("number")
            )
        )
        self.counter = compiled(select(t.counters.c.last).where(t.counters.c.name == bindparam("name")))
        # All of them, in the order in which writes lock them.
        self.lock_counters = locking(select(t.counters.c.name).order_by(t.counters.c.name))
        self.received = compiled(
            select(t.received_updates.c.id).where(t.received_updates.c.id == bindparam("update_id"))
        )
        self.timer = compiled(
            select(t.timers.c.due_at).where(
                t.timers.c.task_id == bindparam("task_id"),
                t.timers.c.kind == bindparam("kind"),
                t.timers.c.generation == bindparam("generation"),
            )
        )
        in_outbox = select(t.outbox.c.id).where(statement.among(t.outbox.c.id, "outbox_ids", dialect))
        self.in_outbox = compiled(in_outbox)
        self.locked_in_outbox = locking(in_outbox)
        attempts = select(t.outbox.c.attempts).where(t.outbox.c.id == bindparam("outbox_id"))
        self.attempts = compiled(attempts)
        self.locked_attempts = locking(attempts)
        draft = select(*(t.drafts.c[name] for name in mapping.DRAFT_COLUMNS)).where(t.drafts.c.key == bindparam("key"))
        self.draft = compiled(draft)
        self.locked_draft = locking(draft)
        self.invitation = locking(
            select(t.invitations.c.person, t.invitations.c.invited_by).where(
                t.invitations.c.digest == bindparam("digest"),
                t.invitations.c.used_at.is_(None),
                t.invitations.c.expires_at > bindparam("now"),
            )
        )
        self.definition = compiled(
            select(t.definitions.c.version).where(
                t.definitions.c.process == bindparam("process"), t.definitions.c.version == bindparam("version")
            )
        )
        self.new_file = compiled(insert(t.files))
        w = t.web_messages
        self.web_messages_of_keys = compiled(select(*w.columns).where(statement.among(w.c.key, "keys", dialect)))
        self.web_messages_of_ids = compiled(select(*w.columns).where(statement.among(w.c.id, "ids", dialect)))
        self.web_message_ids = compiled(_next_ids(w, dialect))
        self.forget_received = compiled(delete(t.received_updates).where(t.received_updates.c.at < bindparam("before")))


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
