"""The tables of accounts, bound chats and the messages of cases."""

from sqlalchemy import Column, PrimaryKeyConstraint, Table, Text

from storage.rows.tables import Moment, RowId, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("platform", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("chat", Text),
    Column("linked_at", Moment, nullable=False),
    PrimaryKeyConstraint("platform", "account"),
)

department_chats = Table(
    "department_chats",
    metadata,
    Column("department", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("bound_by", Text, nullable=False),
    Column("bound_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("code", Text),
    PrimaryKeyConstraint("department", "chat"),
)

case_messages = Table(
    "case_messages",
    metadata,
    Column("chat", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("case_id", RowId, nullable=False),
    PrimaryKeyConstraint("chat", "message_id"),
)

case_topics = Table(
    "case_topics",
    metadata,
    Column("chat", Text, nullable=False),
    Column("case_id", RowId, nullable=False),
    Column("topic", Text, nullable=False),
    PrimaryKeyConstraint("chat", "case_id"),
)
