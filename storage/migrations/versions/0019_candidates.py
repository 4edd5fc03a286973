"""Store with each task who may claim it, where that is not everybody of its department, and who may not."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NAMED = sa.text("status = 'ready' AND candidates IS NOT NULL")


def upgrade() -> None:
    op.add_column("tasks", sa.Column("candidates", sa.Text(), nullable=True))
    op.add_column("tasks", sa.Column("barred", sa.Text(), nullable=False, server_default="[]"))
    op.create_index("ix_tasks_named", "tasks", ["opened_at"], sqlite_where=_NAMED, postgresql_where=_NAMED)


def downgrade() -> None:
    op.drop_index("ix_tasks_named", table_name="tasks")
    op.drop_column("tasks", "barred")
    op.drop_column("tasks", "candidates")
