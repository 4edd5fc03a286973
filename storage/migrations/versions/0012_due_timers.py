"""Arm a timer for the due date of every open task, so that its cards say when it is late."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_tasks = sa.table("tasks", sa.column("id"), sa.column("status"), sa.column("due_at"))
_timers = sa.table("timers", *(sa.column(name) for name in ("task_id", "kind", "generation", "due_at")))


def upgrade() -> None:
    due = sa.select(_tasks.c.id, sa.literal("late"), sa.literal(0), _tasks.c.due_at).where(
        _tasks.c.status.in_(["ready", "claimed"]), _tasks.c.due_at.is_not(None)
    )
    op.execute(_timers.insert().from_select(["task_id", "kind", "generation", "due_at"], due))


def downgrade() -> None:
    op.execute(_timers.delete().where(_timers.c.kind == "late"))
