"""
Fixtures of every test: a real PostgreSQL, a fixed clock, two organisations, no network.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from support.keys import SECRET
from support.network import loopback_only
from support.organisations import FIRST, NOW, SECOND, create_organisations
from support.server import TEMPLATE, create_database, database_name, drop_database, fast_server

from carecoord.db.connect import Database
from carecoord.db.embedded import EmbeddedServer
from carecoord.db.engine import create_engine
from carecoord.db.migrate import prepare
from carecoord.db.sealed import keyring, use_keys
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.territory.service import load_communes


class Undo(Exception):
    """Raised to roll a unit of work back at the end of a test."""


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """No test reaches out of this machine."""
    with loopback_only():
        yield


@pytest.fixture(scope="session", autouse=True)
def sealing() -> None:
    """Encrypted columns have a key of the tests' own."""
    use_keys(keyring(SECRET))


@pytest.fixture
def clock() -> FixedClock:
    """Stands still at Monday 23 November 2026, 06:00 UTC (07:00 in Paris)."""
    return FixedClock(NOW)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The server of the run: the wheel's PostgreSQL, or Debian's (`CARECOORD_TEST_SERVER=debian`)."""
    with fast_server() as running:
        yield running


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """A migrated database with the communes and two organisations, which tests clone."""

    async def make() -> None:
        made = await create_database(server, TEMPLATE)
        await prepare(made.owner_url, made.app_role)
        engine = create_engine(made.app_url)
        await create_organisations(engine)
        async with open_uow(engine, None) as work:
            await load_communes(work)
        await engine.dispose()

    asyncio.run(make())
    return TEMPLATE


@pytest.fixture
async def database(server: EmbeddedServer, template: str) -> AsyncIterator[Database]:
    """A migrated database of the test's own, with two organisations; the test may commit."""
    name = database_name()
    yield await create_database(server, name, template=template)
    await drop_database(server, name)


@pytest.fixture
async def empty_database(server: EmbeddedServer) -> AsyncIterator[Database]:
    """A database of the test's own without any table."""
    name = database_name()
    yield await create_database(server, name)
    await drop_database(server, name)


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """The application's engine, on the test's own database."""
    made = create_engine(database.app_url, pool_size=5, name="carecoord-test")
    yield made
    await made.dispose()


@pytest.fixture
async def owner_engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """An engine of the role that owns the schema, on the same database."""
    made = create_engine(database.owner_url, pool_size=2, name="carecoord-test-owner")
    yield made
    await made.dispose()


@pytest.fixture
def actor() -> Actor:
    """Somebody of the first organisation, who may do everything there."""
    return FIRST


@pytest.fixture
def other_actor() -> Actor:
    """Somebody of the second organisation, who may do everything there."""
    return SECOND


@pytest.fixture
async def uow(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> AsyncIterator[UnitOfWork]:
    """An open unit of work of `actor`, rolled back at the end."""
    with suppress(Undo):
        async with open_uow(engine, actor, clock=clock) as work:
            yield work
            raise Undo
