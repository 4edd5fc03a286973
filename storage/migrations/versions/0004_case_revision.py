"""Add the revision of a case, so that a writer can tell whether the case is as it was read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both databases apply the default of an added column to existing rows, so the cases that exist start at 1.
    op.add_column("cases", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("cases", "revision")
