"""Store with each case which optional stages it goes without."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("switched_off", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("cases", "switched_off")
