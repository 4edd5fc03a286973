"""Add the changes of the organisation."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "organisation_changes",
        sa.Column("number", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_organisation_changes")),
    )
    op.create_index(
        "ix_organisation_changes_subject", "organisation_changes", ["subject", "subject_id", "number"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_organisation_changes_subject", table_name="organisation_changes")
    op.drop_table("organisation_changes")
