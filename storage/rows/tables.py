"""Every table, once. Moments are whole microseconds since 1970 in UTC; JSON is text: the same on both databases."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite generates ids only in a column declared INTEGER.
RowId = BigInteger().with_variant(Integer(), "sqlite")
Moment = BigInteger
LARGEST_ID = 2**63 - 1


def can_be_id(number: int) -> bool:
    """Whether a row can have this id; the drivers reject larger numbers, and people may type any."""
    return 0 < number <= LARGEST_ID


def _row_id() -> Column[int]:
    return Column("id", RowId, Identity(), primary_key=True)


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, postgresql_where=text(where), sqlite_where=text(where))


counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    # What a record is recognised by (`workflows.domain.clients.key_of`), the words and the digits it is searched by.
    Column("folded", Text, nullable=False),
    Column("searched", Text, nullable=False, server_default=""),
    Column("digits", Text, nullable=False, server_default=""),
    Column("number", Text, unique=True),
    Column("owner", Text),
    Column("attributes", Text, nullable=False),
    Column("merged_into", RowId),
    Column("retired_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
    UniqueConstraint("kind", "folded"),
    Index("ix_records_kind", "kind", "searched"),
    _partial("ix_records_merged_into", "merged_into", where="merged_into IS NOT NULL"),
)

record_keys = Table(
    "record_keys",
    metadata,
    Column("record_id", RowId, ForeignKey("records.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("kind", Text, nullable=False),
    PrimaryKeyConstraint("record_id", "key", "value"),
    Index("ix_record_keys_value", "kind", "key", "value"),
)

record_changes = Table(
    "record_changes",
    metadata,
    _row_id(),
    Column("record_id", RowId, ForeignKey("records.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by", Text),
    Column("case_id", RowId),
    Column("data", Text, nullable=False),
)

# The client of a case stands in the case itself.
case_records = Table(
    "case_records",
    metadata,
    Column("record_id", RowId, ForeignKey("records.id"), nullable=False),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("record_id", "case_id"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False, unique=True),
    Column("process", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("client_id", RowId, ForeignKey("records.id"), index=True),
    Column("client_name", Text),
    Column("facts", Text, nullable=False),
    Column("end_id", Text),
    Column("closed_at", Moment),
    Column("parent", Text),
    Column("switched_off", Text, nullable=False, server_default="[]"),
    Column("revision", Integer, nullable=False),
    _partial("ix_cases_active", "opened_at", where="status = 'active'"),
    _partial("ix_cases_opened_by", "opened_by", "opened_at", where="status = 'active'"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("process", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("visit", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("offered_at", Moment, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("came_from", Text, nullable=False),
    Column("returns", Text, nullable=False),
    Column("correction", Text),
    Column("rework", Text),
    Column("assignee", Text),
    Column("claimed_at", Moment),
    Column("due_at", Moment),
    Column("ticks", Text, nullable=False),
    Column("outcome", Text),
    Column("went_to", Text, nullable=False),
    Column("closed_at", Moment),
    Column("claim_by", Moment),
    Column("part", Text),
    # Lists of people; without candidates everybody of the department is one.
    Column("candidates", Text),
    Column("barred", Text, nullable=False, server_default="[]"),
    Column("sub_case", Text),
    Column("held", Text),
    Column("asked", Text),
    Index("ix_tasks_case_id", "case_id", "ordinal"),
    _partial("ix_tasks_queue", "department", "opened_at", where="status = 'ready'"),
    _partial("ix_tasks_order", "process", "stage", "opened_at", where="status = 'ready'"),
    _partial("ix_tasks_named", "opened_at", where="status = 'ready' AND candidates IS NOT NULL"),
    _partial("ix_tasks_mine", "assignee", "opened_at", where="status = 'claimed'"),
)

history = Table(
    "history",
    metadata,
    _row_id(),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by", Text),
    Column("kind", Text, nullable=False),
    Column("data", Text, nullable=False),
)

letters = Table(
    "letters",
    metadata,
    _row_id(),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False, index=True),
    Column("from_task", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("template_version", Text, nullable=False),
    Column("stage", Text),
    Column("department", Text),
    Column("recipient", Text),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("facts", Text, nullable=False),
    Column("texts", Text, nullable=False),
)

# Letters are never changed: what becomes of one to the client is a row of its own.
client_letters = Table(
    "client_letters",
    metadata,
    Column("task_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False),
    Column("template", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("sent_at", Moment),
    Column("sent_by", Text),
    PrimaryKeyConstraint("task_id", "number"),
    Index("ix_client_letters_case_id", "case_id"),
    _partial("ix_client_letters_unsent", "by", where="sent_at IS NULL"),
)

timers = Table(
    "timers",
    metadata,
    Column("task_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("task_id", "kind"),
)

outbox = Table(
    "outbox",
    metadata,
    _row_id(),
    Column("chat", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("case_id", RowId),
    Column("task_id", Text),
    Column("notice", Text),
    Column("data", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Index("ix_outbox_chat", "state", "chat", "id"),
    _partial("ix_outbox_dead", "id", where="state = 'dead'"),
    # Otherwise SQLite reuses the id of a delivered row, and a chat takes the new row for the one it has shown.
    sqlite_autoincrement=True,
)

cards = Table(
    "cards",
    metadata,
    Column("task_id", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    PrimaryKeyConstraint("task_id", "chat"),
    Index("ix_cards_chat", "chat"),
)

shown_notices = Table(
    "shown_notices",
    metadata,
    Column("chat", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    # The task, or the empty text for the case as a whole: a part of the key cannot be null.
    Column("task_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("case_id", RowId, nullable=False, index=True),
    Column("data", Text, nullable=False),
    Column("looks", Text, nullable=False),
    Column("posted_at", Moment, nullable=False),
    PrimaryKeyConstraint("chat", "message_id", "task_id"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("answers", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("outcome", Text, nullable=True),
    Column("windows", Text, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("kept_at", Moment, nullable=False),
)

received_updates = Table(
    "received_updates",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)

definitions = Table(
    "definitions",
    metadata,
    Column("process", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("published_at", Moment, nullable=False),
    PrimaryKeyConstraint("process", "version"),
)

languages = Table(
    "languages",
    metadata,
    Column("person", Text, primary_key=True),
    Column("language", Text, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("invited_by", Text),
)

files = Table(
    "files",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", Moment, nullable=False),
)

web_messages = Table(
    "web_messages",
    metadata,
    _row_id(),
    Column("chat", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("author", Text),
    Column("renditions", Text, nullable=False),
    Column("case_id", RowId),
    Column("task_id", Text),
    Column("posted_at", Moment, nullable=False),
    Column("edit", Integer, nullable=False),
    Index("ix_web_messages_chat", "chat", "id"),
)
