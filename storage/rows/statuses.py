"""Statuses as SQL literals: a partial index is used only when the planner sees that its condition holds."""

from sqlalchemy import ColumnElement, literal_column

READY: ColumnElement[str] = literal_column("'ready'")
CLAIMED: ColumnElement[str] = literal_column("'claimed'")
ACTIVE: ColumnElement[str] = literal_column("'active'")
WAITING: ColumnElement[str] = literal_column("'waiting'")
DEAD: ColumnElement[str] = literal_column("'dead'")
