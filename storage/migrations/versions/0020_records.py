"""Turn the base of clients into records, of which clients are one kind."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MERGED = sa.text("merged_into IS NOT NULL")
_KEYS = ("inn", "phone", "email")
_records = sa.table("records", *(sa.column(name) for name in ("id", "attributes", "digits", "searched")))
_keys = sa.table("record_keys", *(sa.column(name) for name in ("record_id", "key", "value", "kind")))
_counters = sa.table("counters", sa.column("name"))


def upgrade() -> None:
    op.rename_table("clients", "records")
    op.drop_index("ix_clients_inn", "records")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_clients RENAME TO pk_records")
    with op.batch_alter_table("records") as records:
        records.drop_constraint("uq_clients_folded", type_="unique")
        records.alter_column("inns", new_column_name="digits")
        records.drop_column("inn")
        records.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="client"))
        records.add_column(sa.Column("number", sa.Text()))
        records.add_column(sa.Column("owner", sa.Text()))
        records.add_column(sa.Column("merged_into", _ID))
        records.add_column(sa.Column("retired_at", sa.BigInteger()))
        records.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        records.create_unique_constraint("uq_records_kind_folded", ["kind", "folded"])
        records.create_unique_constraint("uq_records_number", ["number"])
    with op.batch_alter_table("records") as records:
        records.alter_column("kind", server_default=None)
    op.create_index("ix_records_kind", "records", ["kind", "searched"])
    op.create_index(
        "ix_records_merged_into", "records", ["merged_into"], sqlite_where=_MERGED, postgresql_where=_MERGED
    )
    _create_tables()
    _find_by_more()
    op.execute(_counters.update().where(_counters.c.name == "client").values(name="record"))


def _create_tables() -> None:
    op.create_table(
        "record_keys",
        sa.Column("record_id", _ID, sa.ForeignKey("records.id", name="fk_record_keys_record_id"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "key", "value", name="pk_record_keys"),
    )
    op.create_index("ix_record_keys_value", "record_keys", ["kind", "key", "value"])
    op.create_table(
        "record_changes",
        sa.Column("id", _ID, sa.Identity(), nullable=False),
        sa.Column("record_id", _ID, sa.ForeignKey("records.id", name="fk_record_changes_record_id"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text()),
        sa.Column("case_id", _ID),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record_changes"),
    )
    op.create_index("ix_record_changes_record_id", "record_changes", ["record_id"])
    op.create_table(
        "case_records",
        sa.Column("record_id", _ID, sa.ForeignKey("records.id", name="fk_case_records_record_id"), nullable=False),
        sa.Column("case_id", _ID, sa.ForeignKey("cases.id", name="fk_case_records_case_id"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "case_id", name="pk_case_records"),
    )
    op.create_index("ix_case_records_case_id", "case_records", ["case_id"])


def _find_by_more() -> None:
    """Find clients by what identifies them: their INN, phone and e-mail."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(_records.c.id, _records.c.attributes, _records.c.digits, _records.c.searched)
    ).all()
    keys, found = [], []
    for number, attributes, digits, searched in rows:
        known = json.loads(attributes)
        keys += [
            {"record_id": number, "key": key, "value": known[key].lower(), "kind": "client"}
            for key in _KEYS
            if known.get(key)
        ]
        phone = "".join(filter(str.isdigit, known.get("phone", "").partition(";")[0]))
        email = known.get("email", "").lower()
        if phone or email:
            more = {"digits": f"{digits} {phone}".strip(), "searched": f"{searched}\n{email}" if email else searched}
            found.append({"record": number, **{f"new_{name}": value for name, value in more.items()}})
    if keys:
        connection.execute(_keys.insert(), keys)
    if found:
        changes: dict[str, object] = {"digits": sa.bindparam("new_digits"), "searched": sa.bindparam("new_searched")}
        connection.execute(_records.update().where(_records.c.id == sa.bindparam("record")).values(**changes), found)


def downgrade() -> None:
    op.execute(_counters.update().where(_counters.c.name == "record").values(name="client"))
    for table in ("case_records", "record_changes", "record_keys"):
        op.drop_table(table)
    op.execute("UPDATE cases SET client_id = NULL WHERE client_id IN (SELECT id FROM records WHERE kind <> 'client')")
    op.execute("DELETE FROM records WHERE kind <> 'client'")
    op.drop_index("ix_records_kind", "records")
    op.drop_index("ix_records_merged_into", "records")
    with op.batch_alter_table("records") as records:
        records.drop_constraint("uq_records_kind_folded", type_="unique")
        records.drop_constraint("uq_records_number", type_="unique")
        for column in ("kind", "number", "owner", "merged_into", "retired_at", "revision"):
            records.drop_column(column)
        records.alter_column("digits", new_column_name="inns")
        records.add_column(sa.Column("inn", sa.Text()))
        records.create_unique_constraint("uq_clients_folded", ["folded"])
    op.rename_table("records", "clients")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_records RENAME TO pk_clients")
    op.create_index("ix_clients_inn", "clients", ["inn"])
    _write_old_columns()


def _write_old_columns() -> None:
    """Search clients by the name and the INNs alone, as the earlier program does."""
    clients = sa.table("clients", *(sa.column(name) for name in ("id", "attributes", "inn", "inns", "searched")))
    connection = op.get_bind()
    rows = connection.execute(sa.select(clients.c.id, clients.c.attributes, clients.c.inns, clients.c.searched)).all()
    old = []
    for number, attributes, digits, searched in rows:
        known = json.loads(attributes)
        phone = "".join(filter(str.isdigit, known.get("phone", "").partition(";")[0]))
        inns = " ".join(each for each in digits.split() if len(each) in (10, 12) and each != phone)
        name = searched.partition("\n")[0]
        old.append({"client": number, "old_inn": known.get("inn"), "old_inns": inns, "old_searched": name})
    if old:
        values: dict[str, object] = {name: sa.bindparam(f"old_{name}") for name in ("inn", "inns", "searched")}
        connection.execute(clients.update().where(clients.c.id == sa.bindparam("client")).values(**values), old)
