"""Keep who made an invitation."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invitations", sa.Column("invited_by", sa.Text()))


def downgrade() -> None:
    op.drop_column("invitations", "invited_by")
