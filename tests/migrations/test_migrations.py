"""
Migrations: up, down and up again; no drift from the models; policies as declared.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool

from carecoord.db.connect import Database
from carecoord.db.discovery import load_tables
from carecoord.db.engine import create_engine
from carecoord.db.health import database_health
from carecoord.db.migrate import downgrade, drift, migrations_folder, prepare, schema_state, upgrade
from carecoord.db.rls import declared_rules, policy_file

OBJECTS = text(
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
    " UNION ALL SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
    " UNION ALL SELECT t.typname FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace"
    " AND t.typtype = 'e' ORDER BY 1"
)


async def objects(url: str) -> list[str]:
    """Names of everything in the schema."""
    engine = create_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        found = list((await connection.execute(OBJECTS)).scalars())
    await engine.dispose()
    return found


async def test_models_and_migrated_database_agree(owner_engine: AsyncEngine) -> None:
    """Alembic finds no difference between the models and a migrated database."""
    async with owner_engine.connect() as connection:
        assert await drift(connection) == []
        assert (await schema_state(connection)).is_current


async def test_down_and_up_again(empty_database: Database) -> None:
    """Downgrading to the base leaves nothing but Alembic's own table; upgrading works again."""
    await prepare(empty_database.owner_url, empty_database.app_role)
    migrated = await objects(empty_database.owner_url)

    await asyncio.to_thread(downgrade, empty_database.owner_url)
    emptied = await objects(empty_database.owner_url)
    await asyncio.to_thread(upgrade, empty_database.owner_url)

    assert emptied == ["alembic_version", "alembic_version_pkc"]
    assert await objects(empty_database.owner_url) == migrated


async def test_two_upgrades_at_once_wait_for_each_other(empty_database: Database) -> None:
    """Two processes that upgrade together both succeed."""
    url = empty_database.owner_url

    await asyncio.gather(asyncio.to_thread(_in_process, url), asyncio.to_thread(_in_process, url))

    engine = create_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        assert (await schema_state(connection)).is_current
    await engine.dispose()


def test_policy_files_say_what_the_models_declare() -> None:
    """`migrations/policies/<table>.sql` is the text that follows from the class, for each table."""
    load_tables()
    folder = migrations_folder() / "policies"
    declared = {rule.table: policy_file(rule) for rule in declared_rules().values() if rule.reason is None}

    assert {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.sql")} == declared


async def test_migrated_database_is_ready(engine: AsyncEngine) -> None:
    """The application role sees a database that is reachable, migrated and writable."""
    assert (await database_health(engine)).is_ready


async def test_empty_database_is_not_ready(empty_database: Database) -> None:
    """A database without schema is reachable but not ready."""
    engine = create_engine(empty_database.owner_url)
    health = await database_health(engine)
    await engine.dispose()

    assert (health.reachable, health.migrated, health.is_ready) == (True, False, False)


def _in_process(url: str) -> None:
    # Alembic's `op` is global to a process, so two upgrades at once need two processes.
    program = "import sys; from carecoord.db.migrate import upgrade; upgrade(sys.argv[1])"
    subprocess.run([sys.executable, "-c", program, url], check=True, timeout=60)
