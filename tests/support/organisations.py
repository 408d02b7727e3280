"""
The two organisations of every test database, and somebody acting in each.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""A Monday, 7 o'clock in Paris."""

FIRST = Actor(organisation_id=UUID(int=1), account_id=UUID(int=11), role="system")
SECOND = Actor(organisation_id=UUID(int=2), account_id=UUID(int=12), role="system")

NEW_ORGANISATION = text(
    "INSERT INTO organisation (id, kind, name, insee, regime)"
    " VALUES (:id, 'provider', :name, '91114', 'BAD_2941')"
)


async def create_organisations(engine: AsyncEngine) -> None:
    """Insert both."""
    for actor, name in ((FIRST, "Association Les Deux Rives"), (SECOND, "CCAS de Brunoy")):
        async with open_uow(engine, actor) as uow:
            await uow.session.execute(NEW_ORGANISATION, {"id": actor.organisation_id, "name": name})
