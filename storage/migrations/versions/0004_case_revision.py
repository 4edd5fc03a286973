"""Number the states of a case, so that whoever changes it can tell whether it is as it was read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both databases keep the default of a column that is added, so the cases that are there start at 1.
    op.add_column("cases", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("cases", "revision")
