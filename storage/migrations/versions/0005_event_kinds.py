"""Store the kinds of events in the history in place of the class names of the program that wrote them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = {
    "CaseOpened": "case_opened",
    "TaskOffered": "task_offered",
    "HandoverJoined": "handover_joined",
    "TaskClaimed": "task_claimed",
    "TaskReleased": "task_released",
    "TaskReassigned": "task_reassigned",
    "ItemTicked": "item_ticked",
    "TaskCompleted": "task_completed",
    "TaskReturned": "task_returned",
    "TaskWithdrawn": "task_withdrawn",
    "CommentAdded": "comment_added",
    "DepartmentReminded": "department_reminded",
    "HeadTold": "head_told",
    "CaseCompleted": "case_completed",
    "CaseCancelled": "case_cancelled",
}


def upgrade() -> None:
    _rename(KINDS)


def downgrade() -> None:
    _rename({kind: name for name, kind in KINDS.items()})


def _rename(kinds: Mapping[str, str]) -> None:
    cases = " ".join(f"WHEN '{old}' THEN '{new}'" for old, new in kinds.items())
    with _writable_history():
        op.execute(f"UPDATE history SET kind = CASE kind {cases} ELSE kind END")


@contextmanager
def _writable_history() -> Iterator[None]:
    """Suspend the protection of the history; a migration that fails halfway is rolled back with it."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER history_no_update")
        yield
        op.execute(
            "CREATE TRIGGER history_no_update BEFORE UPDATE ON history "
            "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
        )
    else:
        op.execute("ALTER TABLE history DISABLE TRIGGER history_append_only")
        yield
        op.execute("ALTER TABLE history ENABLE TRIGGER history_append_only")
