"""
Is the database reachable, migrated, and not read-only?
"""

from __future__ import annotations

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.migrate import head_revision
from carecoord.kernel.errors import Unavailable

CURRENT = text("SELECT version_num FROM alembic_version")
READ_ONLY = text("SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean")
UNDEFINED_TABLE = "42P01"


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """
    State of the database, as the application role sees it.

    Args:
        reachable: a statement was answered.
        migrated: its schema is the one this program knows.
        writable: it is neither a standby nor set read-only.
    """

    reachable: bool
    migrated: bool = False
    writable: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether requests and jobs can be served."""
        return self.reachable and self.migrated and self.writable


async def database_health(engine: AsyncEngine) -> Health:
    """Ask the database; never raises for a database that does not answer."""
    try:
        async with engine.connect() as connection:
            read_only = await connection.scalar(READ_ONLY)
            try:
                revision = await connection.scalar(CURRENT)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != UNDEFINED_TABLE:
                    raise
                revision = None
    except (OSError, DBAPIError):
        return Health(reachable=False)
    return Health(reachable=True, migrated=revision == head_revision(), writable=not read_only)


async def require_ready(engine: AsyncEngine) -> None:
    """
    Refuse to start on a database that cannot serve.

    Raises:
        Unavailable: with the remedy.
    """
    health = await database_health(engine)
    if not health.reachable:
        raise Unavailable("database_unavailable", "the database does not answer")
    if not health.migrated:
        raise Unavailable("database_not_migrated", "the schema is not up to date: carecoord database upgrade")
    if not health.writable:
        raise Unavailable("database_read_only", "the database is read-only")
