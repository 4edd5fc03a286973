"""Keep the INN of a client in a column of its own: clients of one name are told apart by it."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_clients = sa.table("clients", *(sa.column(name) for name in ("id", "attributes", "inn")))


def upgrade() -> None:
    op.add_column("clients", sa.Column("inn", sa.Text()))
    op.create_index("ix_clients_inn", "clients", ["inn"])
    connection = op.get_bind()
    rows = connection.execute(sa.select(_clients.c.id, _clients.c.attributes)).all()
    inns = [{"client": number, "known": json.loads(attributes).get("inn")} for number, attributes in rows]
    if known := [row for row in inns if row["known"]]:
        one = _clients.c.id == sa.bindparam("client")
        connection.execute(_clients.update().where(one).values(inn=sa.bindparam("known")), known)


def downgrade() -> None:
    op.drop_index("ix_clients_inn", "clients")
    op.drop_column("clients", "inn")
