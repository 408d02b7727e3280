"""
Crash tests have a durable server of their own, with a migrated database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from support.organisations import create_organisations
from support.server import open_folder, test_binaries

from carecoord.db.embedded import EmbeddedServer, embedded_server
from carecoord.db.engine import create_engine
from carecoord.db.migrate import prepare


@pytest.fixture(scope="module")
def durable_server() -> Iterator[EmbeddedServer]:
    """A server as users have it: nothing is traded for speed."""
    with open_folder() as home, embedded_server(home, binaries=test_binaries()) as server:

        async def migrate() -> None:
            await prepare(server.owner_url, "carecoord_app")
            made = create_engine(server.app_url)
            await create_organisations(made)
            await made.dispose()

        asyncio.run(migrate())
        yield server


@pytest.fixture
async def durable_engine(durable_server: EmbeddedServer) -> AsyncIterator[AsyncEngine]:
    """The application's engine on the durable server."""
    made = create_engine(durable_server.app_url)
    yield made
    await made.dispose()
