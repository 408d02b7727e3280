"""
Alembic entry: runs migrations on PostgreSQL through asyncpg, under an advisory lock.
"""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.pool import NullPool

from carecoord.db.base import Base
from carecoord.db.connect import open_database
from carecoord.db.discovery import load_tables
from carecoord.db.engine import create_engine
from carecoord.db.migrate import LOCK_KEY, is_ours
from carecoord.settings import load_settings


def migrate(connection: Connection) -> None:
    """Run what is missing, one transaction per migration."""
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK_KEY})
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
        compare_type=True,
        compare_server_default=True,
        include_object=is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_migrate(url: str) -> None:
    """The lock goes with the connection, however this ends."""
    engine = create_engine(url, name="carecoord-migrations", poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
            await connection.commit()
    finally:
        await engine.dispose()


if context.is_offline_mode():
    raise SystemExit("migrations need a connection: SQL without a database is not offered")

load_tables()
given_url = context.config.attributes.get("url")
if given_url is not None:
    asyncio.run(connect_and_migrate(given_url))
else:
    # Called as `alembic …` by a developer.
    with open_database(load_settings()) as database:
        asyncio.run(connect_and_migrate(database.owner_url))
