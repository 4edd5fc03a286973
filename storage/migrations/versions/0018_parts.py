"""Store what makes a task one of several of its visit."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("part", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("tasks", "part")
