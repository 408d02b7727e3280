"""
Somebody before a browser: signed in with a role, keeps cookies, sends the form's token.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.uow import open_uow
from carecoord.identity import store
from carecoord.identity.domain import Account, CreateOrganisation
from carecoord.identity.permissions import actor_of, system_actor
from carecoord.identity.service import create_organisation
from carecoord.identity.tokens import digest_of, new_secret
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.ids import new_id

ADDRESS = "http://127.0.0.1:8000"
SESSION_COOKIE = "carecoord-session"
CSRF_COOKIE = "carecoord-csrf"
NOT_A_HASH = "no password opens this"


class Visitor:
    """
    A browser without script.

    Args:
        client: keeps the cookies.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str) -> httpx.Response:
        """Read a page."""
        return await self.client.get(path)

    async def post(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        """Send a form with the token of the pages read so far."""
        if CSRF_COOKIE not in self.client.cookies:
            await self.client.get("/connexion")
        token = self.client.cookies[CSRF_COOKIE]
        return await self.client.post(path, data={"_csrf_token": token, **(fields or {})}, **more)


VisitorOf = Callable[[str], Awaitable[Visitor]]
"""Role -> somebody signed in."""


def stranger(app: Litestar) -> Visitor:
    """Somebody not signed in."""
    return Visitor(httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ADDRESS))


async def signed_in(
    app: Litestar, engine: AsyncEngine, clock: FixedClock, *, role: str, organisation_id: UUID
) -> Visitor:
    """Somebody of that role, with a session opened without the cost of a password."""
    account = Account(id=new_id(), email=f"{new_id().hex}@exemple.fr", display_name="Claire Marchefer")
    secret = new_secret()
    async with open_uow(engine, system_actor(organisation_id), clock=clock) as uow:
        await store.add_account(uow.session, account, NOT_A_HASH)
        await store.add_membership(
            uow.session,
            membership_id=new_id(),
            account_id=account.id,
            organisation_id=organisation_id,
            role=role,
        )
        await uow.act_as(actor_of(organisation_id=organisation_id, account_id=account.id, role=role))
        await store.add_session(
            uow.session,
            {
                "id": new_id(),
                "digest": digest_of(secret),
                "account_id": account.id,
                "organisation_id": organisation_id,
                "created_at": uow.now,
                "last_seen_at": uow.now,
                "expires_at": uow.now + timedelta(hours=8),
            },
        )
    visitor = stranger(app)
    visitor.client.cookies.set(SESSION_COOKIE, secret, domain="127.0.0.1")
    return visitor


async def new_ccas(engine: AsyncEngine) -> UUID:
    """A CCAS without aides of its own."""
    command = CreateOrganisation(id=new_id(), kind="ccas", name="CCAS de Brunoy", insee="91114")
    async with open_uow(engine, None) as uow:
        return (await create_organisation(uow, command)).id
