"""The statements of the hot path: what transaction functions read, and the kinds of their writes."""

from dataclasses import replace
from typing import Any

from sqlalchemy import (
    Select,
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement

from storage.rows import mapping
from storage.rows import tables as t
from storage.writes import batch, statement
from storage.writes.case_statements import CaseStatements
from storage.writes.outbox_statements import OutboxStatements
from storage.writes.platform_statements import PlatformStatements
from storage.writes.record_statements import RecordStatements
from storage.writes.statement import Statement
from storage.writes.web_message_statements import WebMessageStatements

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


class Statements:
    """Every statement that transaction functions read with, compiled for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        def compiled(clause: ClauseElement) -> Statement:
            return statement.compiled(clause, dialect)

        def locking(query: Select[*tuple[Any, ...]]) -> Statement:
            return replace(compiled(query.with_for_update()), locks=True)

        self.platforms = PlatformStatements(dialect)
        self.cases = CaseStatements(dialect, compiled, locking)
        self.outbox = OutboxStatements(dialect, compiled, locking)
        self.web_messages = WebMessageStatements(dialect, compiled)
        self.records = RecordStatements(dialect, compiled, locking)
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
        self.forget_received = compiled(delete(t.received_updates).where(t.received_updates.c.at < bindparam("before")))
