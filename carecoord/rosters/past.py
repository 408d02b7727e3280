"""
What is known of the days before a period, and who has met whom: pure.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec


class DayWorked(msgspec.Struct, frozen=True, kw_only=True):
    """
    What an aide did on one past day of the published rosters.

    Args:
        work_s: services, travel between visits and paid waits.
    """

    aide_id: UUID
    on_date: date
    first_start: datetime
    last_end: datetime
    work_s: int


class PastWork(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is known of the days before a period.

    Args:
        days: every aide's worked days.
        covered: dates for which a roster was published: on these, no `DayWorked` means rest.
    """

    days: list[DayWorked] = []
    covered: frozenset[date] = frozenset()


class Continuity(msgspec.Struct, frozen=True, kw_only=True):
    """How often an aide visited a person lately; `share` of all visits to the person, 0 to 1."""

    person_id: UUID
    aide_id: UUID
    visits: int
    share: float = 0.0


class PastStop(msgspec.Struct, frozen=True, kw_only=True):
    """One aide at one visit of the published rosters."""

    visit_id: UUID
    aide_id: UUID
    on_date: date
    starts_at: datetime
