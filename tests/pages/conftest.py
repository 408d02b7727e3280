"""
The application on a real database, and somebody of each role before it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine
from support.visitors import Visitor, VisitorOf, new_ccas, signed_in, stranger

from carecoord.app import create_app
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.settings import Settings


@pytest.fixture
def app(tmp_path: Path, engine: AsyncEngine, clock: FixedClock) -> Litestar:
    """The application on the test's own database, at the test's hour."""
    settings = Settings(home=tmp_path, roads_folder=tmp_path, secret_key="s" * 40)
    return create_app(settings, engine=engine, clock=clock)


@pytest.fixture
async def anybody(app: Litestar) -> AsyncIterator[Visitor]:
    """Somebody not signed in."""
    visitor = stranger(app)
    yield visitor
    await visitor.client.aclose()


@pytest.fixture
async def visitor_of(
    app: Litestar, engine: AsyncEngine, clock: FixedClock, actor: Actor
) -> AsyncIterator[VisitorOf]:
    """`await visitor_of(role)`: somebody of the first organisation, signed in."""
    made: list[Visitor] = []

    async def make(role: str) -> Visitor:
        made.append(await signed_in(app, engine, clock, role=role, organisation_id=actor.organisation_id))
        return made[-1]

    yield make
    for visitor in made:
        await visitor.client.aclose()


@pytest.fixture
async def ccas_visitor_of(app: Litestar, engine: AsyncEngine, clock: FixedClock) -> AsyncIterator[VisitorOf]:
    """`await ccas_visitor_of(role)`: somebody of a CCAS without aides, signed in."""
    made: list[Visitor] = []

    async def make(role: str) -> Visitor:
        organisation_id = await new_ccas(engine)
        made.append(await signed_in(app, engine, clock, role=role, organisation_id=organisation_id))
        return made[-1]

    yield make
    for visitor in made:
        await visitor.client.aclose()
