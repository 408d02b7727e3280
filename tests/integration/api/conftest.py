"""
The API on a real database, with one program for each of two organisations.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from builders.identity import an_account
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.app import create_app
from carecoord.db.uow import open_uow
from carecoord.identity.domain import IssueToken
from carecoord.identity.service import create_account, issue_api_token
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.settings import Settings


@pytest.fixture
def app(engine: AsyncEngine, clock: FixedClock, tmp_path: Path) -> Litestar:
    """The whole application on the test's database."""
    settings = Settings(home=tmp_path, roads_folder=tmp_path, secret_key="s" * 40)
    return create_app(settings, engine=engine, clock=clock)


async def token_of(
    engine: AsyncEngine, organisation: Actor, clock: FixedClock, *, role: str = "administrator"
) -> str:
    """The secret of a token of a new account with that role."""
    email = f"{role}.{organisation.organisation_id.int}@exemple.fr"
    async with open_uow(engine, organisation, clock=clock) as uow:
        account = await create_account(uow, organisation, an_account(email=email, role=role))
        system = Actor(organisation_id=organisation.organisation_id, account_id=account.id)
        return (await issue_api_token(uow, system, IssueToken(label="tests"))).secret


def program(app: Litestar, secret: str | None) -> httpx.AsyncClient:
    """A client with a bearer token, or a stranger."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),
        base_url="http://127.0.0.1",
        headers={"Authorization": f"Bearer {secret}"} if secret else {},
    )


@pytest.fixture
async def client(
    app: Litestar, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> AsyncIterator[httpx.AsyncClient]:
    """A program of the first organisation, as its administrator."""
    async with program(app, await token_of(engine, actor, clock)) as made:
        yield made


@pytest.fixture
async def other_client(
    app: Litestar, engine: AsyncEngine, other_actor: Actor, clock: FixedClock
) -> AsyncIterator[httpx.AsyncClient]:
    """A program of the second organisation, as its administrator."""
    async with program(app, await token_of(engine, other_actor, clock)) as made:
        yield made


@pytest.fixture
async def stranger(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a token."""
    async with program(app, None) as made:
        yield made
