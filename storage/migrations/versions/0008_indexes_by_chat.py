"""Add indexes by chat to the outbox (rows in any state) and to the cards."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_outbox_chat", "outbox", ["state", "chat", "id"])
    op.drop_index("ix_outbox_waiting", "outbox")
    op.create_index("ix_cards_chat", "cards", ["chat"])


def downgrade() -> None:
    op.drop_index("ix_cards_chat", "cards")
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_outbox_waiting", "outbox", ["chat", "id"], postgresql_where=waiting, sqlite_where=waiting)
    op.drop_index("ix_outbox_chat", "outbox")
