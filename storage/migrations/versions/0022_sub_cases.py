"""Store which case does a task, and out of which case another was opened."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("parent", sa.Text(), nullable=True))
    op.add_column("tasks", sa.Column("sub_case", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("tasks", "sub_case")
    op.drop_column("cases", "parent")
