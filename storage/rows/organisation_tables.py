"""The table of the changes of the organisation."""

from sqlalchemy import Column, Index, Table, Text

from storage.rows.tables import Moment, RowId, metadata

organisation_changes = Table(
    "organisation_changes",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("by", Text),
    Column("why", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("data", Text, nullable=False),
    Index("ix_organisation_changes_subject", "subject", "subject_id", "number"),
)
