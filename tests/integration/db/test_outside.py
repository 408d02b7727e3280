"""
A database outside, given by one URL: roles, migrations and rights through that URL alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text

from carecoord.db.connect import Database, ensure_app_role, external_database
from carecoord.db.embedded import EmbeddedServer
from carecoord.db.engine import create_engine, plain_url
from carecoord.db.health import database_health
from carecoord.db.migrate import prepare
from carecoord.db.rls import coverage_defects
from carecoord.kernel.errors import Unavailable
from carecoord.settings import load_settings


@pytest.fixture
async def administrator(server: EmbeddedServer) -> AsyncIterator[asyncpg.Connection]:
    """The server's administrator, who prepares owner and database and cleans up."""
    connection = await asyncpg.connect(plain_url(server.admin_url))
    yield connection
    await connection.execute("DROP DATABASE IF EXISTS outside WITH (FORCE)")
    await connection.execute("DROP ROLE IF EXISTS outside_app, outside_owner")
    await connection.close()


async def outside(server: EmbeddedServer, administrator: asyncpg.Connection, right: str) -> Database:
    """A database whose owner has one right, as the settings of a user would describe it."""
    await administrator.execute(f"CREATE ROLE outside_owner LOGIN {right} PASSWORD 'owner''s secret'")
    await administrator.execute("CREATE DATABASE outside OWNER outside_owner")
    place = plain_url(server.admin_url).rpartition("@")[2].partition("/")[0]
    url = f"postgresql://outside_owner:owner%27s%20secret@{place}/outside"
    settings = load_settings({"CARECOORD_DATABASE_URL": url, "CARECOORD_APP_ROLE": "outside_app"})
    return external_database(settings, url)


async def test_one_url_is_enough(server: EmbeddedServer, administrator: asyncpg.Connection) -> None:
    """
    With the owner's URL: the role is created, the schema migrated, and the application's
    own connection is a separate one without rights. Doing it twice changes nothing.
    """
    found = await outside(server, administrator, "CREATEROLE")
    for _ in range(2):
        await ensure_app_role(found)
        await prepare(found.owner_url, found.app_role)

    engine = create_engine(found.app_url)
    async with engine.connect() as connection:
        who = await connection.scalar(text("SELECT session_user"))
        defects = await coverage_defects(connection, "outside_app")
    health = await database_health(engine)
    await engine.dispose()

    assert who == "outside_app"
    assert defects == []
    assert health.is_ready


async def test_owner_that_may_not_create_roles_gets_the_remedy(
    server: EmbeddedServer, administrator: asyncpg.Connection
) -> None:
    """Without the right, the message says what to ask the administrator for."""
    found = await outside(server, administrator, "NOCREATEROLE")
    with pytest.raises(Unavailable, match="CREATE ROLE outside_app") as caught:
        await ensure_app_role(found)

    assert caught.value.code == "role_not_creatable"
