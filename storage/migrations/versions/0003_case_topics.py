"""Store the topics of forums that belong to one case each."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "case_topics",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("case_id", _ROW_ID, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "case_id", name=op.f("pk_case_topics")),
    )


def downgrade() -> None:
    op.drop_table("case_topics")
