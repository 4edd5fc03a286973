"""Move the notes of adapters and interviews from the drafts of forms to a table of their own."""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PARKED = "telegram:parked"
_drafts = sa.table("drafts", sa.column("key"), sa.column("answers"), sa.column("saved_at"))
_notes = sa.table("notes", sa.column("key"), sa.column("value"), sa.column("kept_at"))
_NO_DRAFT = sa.and_(_drafts.c.key.not_like("task:%"), _drafts.c.key.not_like("new:%"))


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notes")),
    )
    op.execute(_notes.insert().from_select(["key", "value", "kept_at"], sa.select(_drafts).where(_NO_DRAFT)))
    op.execute(_drafts.delete().where(_NO_DRAFT))
    # A draft had to be a mapping.
    _rewrite_parked(lambda draft: draft["updates"])


def downgrade() -> None:
    _rewrite_parked(lambda updates: {"updates": updates})
    op.execute(_drafts.insert().from_select(["key", "answers", "saved_at"], sa.select(_notes)))
    op.drop_table("notes")


def _rewrite_parked(change: Callable[[Any], Any]) -> None:
    is_parked = _notes.c.key == PARKED
    kept = op.get_bind().execute(sa.select(_notes.c.value).where(is_parked)).scalar()
    if kept is not None:
        op.execute(_notes.update().where(is_parked).values(value=json.dumps(change(json.loads(kept)))))
