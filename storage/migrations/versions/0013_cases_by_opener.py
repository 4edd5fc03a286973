"""Find the active cases that somebody opened by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ACTIVE = sa.text("status = 'active'")


def upgrade() -> None:
    op.create_index(
        "ix_cases_opened_by", "cases", ["opened_by", "opened_at"], sqlite_where=_ACTIVE, postgresql_where=_ACTIVE
    )


def downgrade() -> None:
    op.drop_index("ix_cases_opened_by", table_name="cases")
