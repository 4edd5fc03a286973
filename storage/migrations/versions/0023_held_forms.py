"""Store with each task that its form waits for answers, and of whom they were asked."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("held", sa.Text(), nullable=True))
    op.add_column("tasks", sa.Column("asked", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("tasks", "asked")
    op.drop_column("tasks", "held")
