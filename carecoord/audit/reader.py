"""
Read back what was recorded, within one organisation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from carecoord.audit.tables import AuditRow
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded action."""

    tag: str
    account_id: UUID | None
    subject_id: UUID | None
    facts: Mapping[str, Any]
    note: str
    created_at: datetime


async def last_entry(uow: UnitOfWork, tag: Tag, facts: Mapping[str, Any]) -> Entry | None:
    """The newest entry of a tag whose facts hold all of these."""
    found = await uow.session.execute(
        select(AuditRow)
        .where(AuditRow.tag == str(tag), AuditRow.facts.contains(dict(facts)))
        .order_by(AuditRow.created_at.desc(), AuditRow.id.desc())
        .limit(1)
    )
    row = found.scalar_one_or_none()
    if row is None:
        return None
    return Entry(
        tag=row.tag,
        account_id=row.account_id,
        subject_id=row.subject_id,
        facts=row.facts,
        note=row.note,
        created_at=row.created_at,
    )
