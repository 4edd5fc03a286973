"""Give a draft a revision, its decision, and what its windows last wrote."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("drafts", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("drafts", sa.Column("outcome", sa.Text(), nullable=True))
    op.add_column("drafts", sa.Column("windows", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("drafts", "windows")
    op.drop_column("drafts", "outcome")
    op.drop_column("drafts", "revision")
