"""
The audit record, on a real database.
"""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.audit.recorder import record
from carecoord.audit.tables import AuditRow
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor


async def test_entry(uow: UnitOfWork, actor: Actor) -> None:
    """An entry says who, what, on which object, with which figures."""
    record(uow, Tag.PEOPLE_UPSERTED, UUID(int=7), {"created": 3}, note="reprise")

    [row] = (await uow.session.execute(select(AuditRow))).scalars()
    assert (row.organisation_id, row.account_id) == (actor.organisation_id, actor.account_id)
    assert (row.tag, row.subject_id, row.facts, row.note) == (
        "person:upserted",
        UUID(int=7),
        {"created": 3},
        "reprise",
    )


async def test_nothing_without_an_actor(engine: AsyncEngine) -> None:
    """Nobody can be held to account for an entry without an actor: it is a bug."""
    async with open_uow(engine, None) as uow:
        with pytest.raises(RuntimeError):
            record(uow, Tag.PEOPLE_UPSERTED)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET note = 'x'", "DELETE FROM audit_entry"])
async def test_append_only(engine: AsyncEngine, actor: Actor, statement: str) -> None:
    """The application itself can neither rewrite nor remove an entry."""
    async with open_uow(engine, actor) as uow:
        record(uow, Tag.PEOPLE_UPSERTED)

    with pytest.raises(ProgrammingError, match="permission denied"):
        async with open_uow(engine, actor) as uow:
            await uow.session.execute(text(statement))


def test_tags() -> None:
    """Every tag is `subject:action` and fits its column."""
    assert all(tag.count(":") == 1 and len(tag) <= 64 for tag in Tag)
