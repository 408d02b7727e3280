"""
Bring the schema up to date, tell where it stands, and find drift from the models.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

import carecoord
from carecoord.db.base import Base
from carecoord.db.discovery import load_tables
from carecoord.db.engine import create_engine
from carecoord.db.rls import FOREIGN_TABLES, grant_rights
from carecoord.kernel.errors import Unavailable

LOCK_KEY = 0x63617265
"""Advisory lock under which migrations run: two of them wait for each other."""


class SchemaState(msgspec.Struct, frozen=True, kw_only=True):
    """Revision of a database, and the newest one this program knows."""

    current: str | None
    head: str

    @property
    def is_current(self) -> bool:
        """Whether nothing remains to be done."""
        return self.current == self.head


def migrations_folder() -> Path:
    """
    The folder of migrations: of the source tree, or packed in the wheel.

    Raises:
        Unavailable: neither is there; the installation is broken.
    """
    package = Path(carecoord.__file__).parent
    for folder in (package / "_migrations", package.parent / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise Unavailable("migrations_missing", "the folder of migrations is missing: install carecoord again")


def alembic_config(url: str | None = None) -> Config:
    """Alembic's configuration for a database, by URL of the role that owns the schema."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def upgrade(owner_url: str, *, revision: str = "head") -> None:
    """Run the migrations that are missing, each in its own transaction. Not within an event loop."""
    command.upgrade(alembic_config(owner_url), revision)


def downgrade(owner_url: str, *, revision: str = "base") -> None:
    """Undo migrations down to a revision; `base` removes everything. Not within an event loop."""
    command.downgrade(alembic_config(owner_url), revision)


async def prepare(owner_url: str, app_role: str) -> None:
    """Upgrade, then give the application role its rights: what `carecoord database upgrade` does."""
    await asyncio.to_thread(upgrade, owner_url)
    load_tables()
    engine = create_engine(owner_url, name="carecoord-upgrade", poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await grant_rights(connection, app_role)
    finally:
        await engine.dispose()


async def schema_state(connection: AsyncConnection) -> SchemaState:
    """Where the schema of a database stands."""
    current = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return SchemaState(current=current, head=head_revision())


def head_revision() -> str:
    """The newest revision this program knows."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if head is None:
        raise Unavailable("migrations_missing", "there is no migration: install carecoord again")
    return head


async def drift(connection: AsyncConnection) -> list[str]:
    """Differences between the models and a migrated database, in Alembic's words; none is right."""
    load_tables()
    return [str(difference) for difference in await connection.run_sync(_differences)]


def _differences(connection: Connection) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True, "include_object": is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def is_ours(_thing: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Whether Alembic compares an object: tables of the queue library are its own business."""
    return not (kind == "table" and name in FOREIGN_TABLES)


def run_sql_file(relative: str) -> None:
    """
    Run a file of statements below the folder of migrations, from within a migration.

    Args:
        relative: such as `policies/person.sql`.
    """
    run_sql((migrations_folder() / relative).read_text(encoding="utf-8"))


def run_sql(statements: str) -> None:
    """Run several statements at once, in the migration's transaction."""
    connection: Any = op.get_bind().connection.dbapi_connection
    # A first statement through the dialect makes sure that its transaction has begun.
    op.execute("SELECT 1")
    connection.run_async(lambda driver: driver.execute(statements))
