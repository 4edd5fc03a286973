"""The history of the tables: Alembic migrations, and `upgrade`, which brings a database up to date."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

_HERE = Path(__file__).parent


def configuration() -> Config:
    """Answer Alembic's configuration; the connection is handed over in its attributes."""
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config


def migrate(connection: Connection, revision: str) -> None:
    """Bring the database behind *connection* to a revision (`head`, `base` or an id)."""
    config = configuration()
    config.attributes["connection"] = connection
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


async def upgrade_async(url: str, revision: str = "head") -> None:
    """Bring the database at *url* up to date; a SQLite file is made, with its folder, when there is none.

    Raises OSError or SQLAlchemyError when it cannot be reached.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        Path(address.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(migrate, revision)
    finally:
        await engine.dispose()


def upgrade(url: str) -> None:
    """Bring the database at *url* up to date from outside any event loop."""
    asyncio.run(upgrade_async(url))
