"""How transactions run on SQLite and on PostgreSQL."""
