"""Fold the names of clients anew, and keep beside them what they are searched by."""

import json

import sqlalchemy as sa
from alembic import op

from workflows.domain.clients import key_of, twin_key_of
from workflows.domain.text import folded

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_clients = sa.table(
    "clients", *(sa.column(name) for name in ("id", "name", "folded", "attributes", "searched", "inns"))
)
_ONE = _clients.c.id == sa.bindparam("client")


def upgrade() -> None:
    op.add_column("clients", sa.Column("searched", sa.Text(), nullable=False, server_default=""))
    op.add_column("clients", sa.Column("inns", sa.Text(), nullable=False, server_default=""))
    rows = op.get_bind().execute(
        sa.select(_clients.c.id, _clients.c.name, _clients.c.attributes).order_by(_clients.c.id)
    )
    keys: dict[str, dict[str, object]] = {}
    for number, name, attributes in rows.all():
        # Two records whose names are one from now on stay two; the earlier one is recognised by every spelling.
        key = twin_key_of(name) if key_of(name) in keys else key_of(name)
        inn = json.loads(attributes).get("inn", "")
        keys[key] = {"client": number, "key": key, "words": folded(name), "numbers": inn}
    _write(list(keys.values()))


def downgrade() -> None:
    rows = op.get_bind().execute(sa.select(_clients.c.id, _clients.c.name).order_by(_clients.c.id))
    keys: dict[str, dict[str, object]] = {}
    for number, name in rows.all():
        key = " ".join(name.split()).casefold()
        key = f"{key}\n{number}" if key in keys else key
        keys[key] = {"client": number, "key": key, "words": "", "numbers": ""}
    _write(list(keys.values()))
    op.drop_column("clients", "inns")
    op.drop_column("clients", "searched")


def _write(rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    connection = op.get_bind()
    # A new key may be the old one of a client that is written later.
    connection.execute(_clients.update().values(folded=sa.literal("\n") + sa.cast(_clients.c.id, sa.Text())))
    connection.execute(
        _clients.update()
        .where(_ONE)
        .values(folded=sa.bindparam("key"), searched=sa.bindparam("words"), inns=sa.bindparam("numbers")),
        rows,
    )
