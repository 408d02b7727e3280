"""
Indicators of a period: what they count, in which unit.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec


class AideHours(msgspec.Struct, frozen=True, kw_only=True):
    """
    What one aide's published rounds amount to over a period.

    Args:
        work_s: services, travel between visits and paid waits.
        contract_s: contract time over the period, in proportion to its days.
        days: days with at least one visit.
    """

    aide_id: UUID
    first_name: str
    last_name: str
    stops: int
    days: int
    work_s: int
    travel_s: int
    travel_m: int
    contract_s: int


class PeriodFigures(msgspec.Struct, frozen=True, kw_only=True):
    """
    Key figures of an organisation's published rounds over a period.

    Args:
        days: days of the period for which something is published.
        served, unserved: tier -> visits.
        stops: aides at doors; a visit for two counts twice.
        known_stops: those by a face the person knows.
        work_s: services, travel between visits and paid waits.
        faces: pairs of a person and an aide who came.
        breaches: `rule` -> number of times a published round breaks it, by severity.
        causes: cause -> visits left out for it.
    """

    first_day: date
    last_day: date
    days: int
    served: dict[str, int]
    unserved: dict[str, int]
    stops: int
    known_stops: int
    people: int
    faces: int
    service_s: int
    travel_s: int
    wait_s: int
    work_s: int
    distance_m: int
    contract_s: int
    breaches: dict[str, dict[str, int]]
    causes: dict[str, int]
    aides: list[AideHours]

    @property
    def travel_permille(self) -> int:
        """Travel between visits in thousandths of working time, rounded to the nearest."""
        return (2000 * self.travel_s + self.work_s) // (2 * self.work_s) if self.work_s else 0

    @property
    def known_permille(self) -> int:
        """Stops by a known face in thousandths of all stops, rounded to the nearest."""
        return (2000 * self.known_stops + self.stops) // (2 * self.stops) if self.stops else 0
