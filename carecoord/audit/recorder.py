"""
Record who did what, in the same transaction as what was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from carecoord.audit.tables import AuditRow
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork


def record(
    uow: UnitOfWork,
    tag: Tag,
    subject_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
    *,
    note: str = "",
) -> None:
    """
    Add one entry for the unit of work's actor; it stands or falls with the change itself.

    Args:
        subject_id: identifier of what was changed; None for a bulk change.
        facts: counts, identifiers, dates; never a name, an address or a text typed by somebody.
        note: reason given by the person who acts, where the law asks for one.

    Raises:
        RuntimeError: the unit of work has no actor, so nobody could be held to account.
    """
    if uow.actor is None:
        raise RuntimeError(f"nothing can be recorded ({tag}) without an actor")
    uow.session.add(
        AuditRow(
            organisation_id=uow.actor.organisation_id,
            account_id=uow.actor.account_id,
            tag=str(tag),
            subject_id=subject_id,
            facts=dict(facts or {}),
            note=note,
        )
    )
