"""What is read of a case with its tasks, and what transaction functions read of other cases."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ClauseElement, Dialect, Integer, Select, bindparam, func, literal_column, or_, select, tuple_

from storage.rows import tables as t
from storage.rows.mapping import CASE_COLUMNS, TASK_COLUMNS
from storage.rows.statuses import CLAIMED, READY
from storage.writes import statement
from storage.writes.statement import Statement

CASE_WITH_TASKS = (
    # One statement sees one moment; two could return a case with tasks that were changed in between.
    select(*(t.cases.c[name] for name in CASE_COLUMNS), *(t.tasks.c[name] for name in TASK_COLUMNS))
    .outerjoin_from(t.cases, t.tasks, t.tasks.c.case_id == t.cases.c.id)
    .order_by(t.tasks.c.ordinal)
)
"""A row for each task of a case, or one without a task; `mapping.read_case` reads them."""


class CaseStatements:
    """The reads of cases, compiled for one dialect."""

    def __init__(
        self,
        dialect: Dialect,
        compiled: Callable[[ClauseElement], Statement],
        locking: Callable[[Select[*tuple[Any, ...]]], Statement],
    ) -> None:
        of_case = bindparam("case_id", type_=t.cases.c.id.type)
        # Not LIKE: SQLite plans a statement anew for every value of a pattern, which takes ten times longer than this.
        place = func.instr if dialect.name == "sqlite" else func.strpos
        self.one = compiled(CASE_WITH_TASKS.where(t.cases.c.id == of_case))
        self.lock = locking(select(t.cases.c.id).where(t.cases.c.id == of_case))
        self.earlier_waiting = compiled(
            select(t.cases.c.id, t.cases.c.number, t.cases.c.client_name, t.tasks.c.id, t.tasks.c.opened_at)
            .join_from(t.tasks, t.cases, t.cases.c.id == t.tasks.c.case_id)
            .where(
                t.tasks.c.process == bindparam("process"),
                t.tasks.c.stage == bindparam("stage"),
                t.tasks.c.status == READY,
                or_(
                    t.tasks.c.candidates.is_(None),
                    place(t.tasks.c.candidates, bindparam("listed")) > literal_column("0"),
                ),
                place(t.tasks.c.barred, bindparam("listed")) == literal_column("0"),
                or_(t.cases.c.parent.is_(None), place(t.cases.c.parent, bindparam("siblings")) == literal_column("0")),
                tuple_(t.tasks.c.opened_at, t.tasks.c.case_id) < tuple_(bindparam("opened_at"), bindparam("case_id")),
            )
            .order_by(t.tasks.c.opened_at, t.tasks.c.case_id)
            .limit(bindparam("most", type_=Integer))
        )
        self.loads = compiled(
            select(t.tasks.c.assignee, func.count())
            .where(t.tasks.c.status == CLAIMED, statement.among(t.tasks.c.assignee, "people", dialect))
            .group_by(t.tasks.c.assignee)
        )
