"""
Tables of the queue library after a migration.
"""

from __future__ import annotations

import asyncpg

from carecoord.db.connect import Database
from carecoord.db.engine import plain_url
from carecoord.jobs.schema import converge


async def test_migrated_database_has_what_the_library_wants(database: Database) -> None:
    """Nothing remains to be done after our migrations."""
    assert await converge(database.owner_url) == []


async def test_older_tables_are_brought_up_to_date(database: Database) -> None:
    """An index the library wants and an older installation lacks is made, once."""
    connection = await asyncpg.connect(plain_url(database.owner_url))
    await connection.execute("DROP INDEX pgqueuer_picked_heartbeat_idx")
    await connection.close()

    done = await converge(database.owner_url)

    assert [statement for statement in done if "pgqueuer_picked_heartbeat_idx" in statement] != []
    assert await converge(database.owner_url) == []
