"""
What a coordinator asks by hand: to move a visit, to fix it.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec


class PinVisit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Fix a visit by hand; at least one of the three aspects.

    Args:
        promised: the person was told the hour, which must be given then.
    """

    aide_ids: list[UUID] | None = None
    starts_at: datetime | None = None
    on_date: date | None = None
    reason: str = ""
    promised: bool = False


class MoveVisit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Give a visit to other aides, another hour or another day; no aide takes it off the rounds.

    Args:
        version: of the roster the coordinator looked at.
        aide_ids: as many as the visit needs, or none.
        on_date: the day; that of the visit's place in the plan when absent.
        starts_at: the start; None for the cheapest legal one.
        reason: why, required when a warning is accepted.
    """

    version: int
    visit_id: UUID
    aide_ids: list[UUID] = []
    on_date: date | None = None
    starts_at: datetime | None = None
    reason: str = ""
