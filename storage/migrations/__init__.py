"""The history of the tables: Alembic migrations, and `upgrade`, which brings a database up to date."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent
_TURN = 7_253_041
"""The advisory lock under which programs that start at the same time migrate one after the other."""


class DatabaseIsNewer(Exception):
    """A newer version of the program has migrated the database; this version cannot use it."""


def configuration() -> "Config":
    """Return Alembic's configuration; the connection is passed in its attributes."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config


def is_current(connection: Connection) -> bool:
    """Whether the tables are those of this program, so that Alembic need not even be imported."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    newest = max(script.name.partition("_")[0] for script in _HERE.glob("versions/[0-9]*.py"))
    return [row[0] for row in connection.execute(text("SELECT version_num FROM alembic_version"))] == [newest]


def migrate(connection: Connection, revision: str) -> None:
    """Bring the database behind *connection* to a revision (`head`, `base` or an id) within its transaction.

    Raises DatabaseIsNewer. A second program waits, and a migration that fails halfway changes nothing.
    """
    from alembic import command
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
    config = configuration()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    present = set(MigrationContext.configure(connection).get_current_heads())
    if unknown := present - known:
        raise DatabaseIsNewer(f"the database is at revision {', '.join(sorted(unknown))}")
    config.attributes["connection"] = connection
    if revision == "base" or (revision != "head" and revision < max(present, default="")):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


async def upgrade_async(url: str, revision: str = "head") -> None:
    """Bring the database at *url* up to date; a SQLite file is created, with its folder, when there is none.

    Raises OSError or SQLAlchemyError when it cannot be reached, DatabaseIsNewer when this program is too old for it.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        Path(address.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            if revision == "head" and await connection.run_sync(is_current):
                return
        async with engine.begin() as connection:
            await connection.run_sync(migrate, revision)
    finally:
        await engine.dispose()


def upgrade(url: str) -> None:
    """Bring the database at *url* up to date from outside any event loop."""
    asyncio.run(upgrade_async(url))
