"""Store with each task when the reaction time of its offer ends."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_tasks = sa.table("tasks", *(sa.column(name) for name in ("id", "case_id", "status", "offered_at", "claim_by")))
_timers = sa.table("timers", sa.column("task_id"), sa.column("kind"), sa.column("due_at"))
_history = sa.table("history", *(sa.column(name) for name in ("id", "case_id", "at", "kind", "data")))
_IS_READY = _tasks.c.status == "ready"


def upgrade() -> None:
    op.add_column("tasks", sa.Column("claim_by", sa.BigInteger(), nullable=True))
    connection = op.get_bind()
    ready = connection.execute(sa.select(_tasks.c.id, _tasks.c.offered_at).where(_IS_READY))
    offered = {row[0]: row[1] for row in ready}
    # Where the reminder was sent already, it was sent at that moment.
    reminders = connection.execute(
        sa.select(_history.c.at, _history.c.data)
        .where(_history.c.kind == "department_reminded")
        .where(_history.c.case_id.in_(sa.select(_tasks.c.case_id).where(_IS_READY)))
        .order_by(_history.c.id)
    )
    reminded = ((json.loads(data)["task_id"], at) for at, data in reminders)
    moments = {task: at for task, at in reminded if task in offered and at >= offered[task]}
    waiting = connection.execute(sa.select(_timers.c.task_id, _timers.c.due_at).where(_timers.c.kind == "remind"))
    moments |= {task: due_at for task, due_at in waiting if task in offered}
    if moments:
        connection.execute(
            _tasks.update().where(_tasks.c.id == sa.bindparam("task")).values(claim_by=sa.bindparam("moment")),
            [{"task": task, "moment": moment} for task, moment in moments.items()],
        )


def downgrade() -> None:
    op.drop_column("tasks", "claim_by")
