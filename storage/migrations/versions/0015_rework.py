"""Store with each task what was returned to it, what came of that, and which task corrects what it returned.

A task whose work is being corrected was withdrawn before, and is suspended from now on, so that it gets the work back.
"""

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_tasks = sa.table(
    "tasks",
    *(
        sa.column(name)
        for name in (
            *("id", "case_id", "ordinal", "stage", "status", "visit", "offered_at", "assignee", "claimed_at"),
            *("closed_at", "rework_for", "rework_reason", "returns", "rework"),
        )
    ),
)
_OPEN = ("ready", "claimed")


def upgrade() -> None:
    op.add_column("tasks", sa.Column("returns", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("tasks", sa.Column("correction", sa.Text(), nullable=True))
    op.add_column("tasks", sa.Column("rework", sa.Text(), nullable=True))
    c = _tasks.c
    reworks = _rows(sa.select(_tasks).where(c.rework_for != "[]"))
    of_case: dict[int, list[Any]] = {}
    # A query of its own, not a list of ids: there may be more of them than a statement takes.
    other = _tasks.alias("other")
    returned_in = sa.select(other.c.case_id).where(other.c.rework_for != "[]")
    for task in _rows(sa.select(_tasks).where(c.case_id.in_(returned_in))):
        of_case.setdefault(task.case_id, []).append(task)
    for rework in reworks:
        tasks = sorted(of_case[rework.case_id], key=lambda task: int(task.ordinal))
        returned = [_returned_by(stage, rework, tasks) for stage in json.loads(rework.rework_for)]
        _change(rework.id, returns=json.dumps([_return(task, rework) for task in returned if task is not None]))
        if rework.status in _OPEN:
            for task in filter(None, returned):
                changes = {"status": "suspended", "rework": rework.id, "claimed_at": task.closed_at, "closed_at": None}
                _change(task.id, **changes)
            earlier = [t.visit for t in tasks if t.stage == rework.stage and t.ordinal < rework.ordinal]
            if any(returned) and earlier:
                _change(rework.id, visit=earlier[-1])
    op.drop_column("tasks", "rework_for")
    op.drop_column("tasks", "rework_reason")


def downgrade() -> None:
    op.add_column("tasks", sa.Column("rework_for", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("tasks", sa.Column("rework_reason", sa.Text(), nullable=True))
    for rework in _rows(sa.select(_tasks.c.id, _tasks.c.returns).where(_tasks.c.returns != "[]")):
        returns = json.loads(rework.returns)
        stages = json.dumps([each["stage"] for each in returns])
        _change(rework.id, rework_for=stages, rework_reason=returns[-1]["reason"])
    suspended = sa.select(_tasks.c.id, _tasks.c.claimed_at).where(_tasks.c.status == "suspended")
    for task in _rows(suspended):
        _change(task.id, status="withdrawn", closed_at=task.claimed_at)
    for name in ("rework", "correction", "returns"):
        op.drop_column("tasks", name)


def _rows(query: sa.Select[Any]) -> list[Any]:
    return list(op.get_bind().execute(query).all())


def _change(task: str, **values: object) -> None:
    op.get_bind().execute(_tasks.update().where(_tasks.c.id == task).values(**values))


def _returned_by(stage: str, rework: Any, tasks: Iterable[Any]) -> Any | None:
    """Return the withdrawn task of a stage that asked for a rework: its latest one, closed when that was offered.

    A stage that was begun anew since then has the work already.
    """
    of_stage = [task for task in tasks if task.stage == stage]
    if rework.status not in _OPEN:
        of_stage = [task for task in of_stage if task.ordinal < rework.ordinal]
    return of_stage[-1] if of_stage and of_stage[-1].status == "withdrawn" else None


def _return(task: Any, rework: Any) -> dict[str, object]:
    words = rework.rework_reason or ""
    return {"task": task.id, "stage": task.stage, "by": task.assignee or "", "reason": words}
